"""The demonstration is of the day it is made: nothing in it is late, and it tells the same story whatever the day."""

import ast
import re
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import polars
from hypothesis import given, strategies as st

from fce.demo import calendrier as module, personnages
from fce.demo.calendrier import ECRITURE, Calendrier
from fce.demo.jeux import ecriture
from fce.sources import registre
from fce.sources.champs import Horodatage, Jour, Mois
from fce.sources.declaration import Source
from fce.sources.lecture.lecteur import lire

ORDINAIRE = date(2026, 11, 27)
JOURS = (ORDINAIRE, date(2027, 1, 1), date(2028, 2, 29), date(2027, 1, 31), date(2028, 11, 27))
"""A weekday, a New Year, a leap day, the end of a month, in two years. That of today is the one of every other test."""

FAITS = {
    ("activites.py", "date(1993, 1, 1)"): "NAF of 1993",
    ("activites.py", "date(2003, 1, 1)"): "NAF rév. 1",
    ("activites.py", "date(2008, 1, 1)"): "NAF rév. 2",
    ("accords_publies.py", "date(2999, 12, 31)"): "no end, as DILA writes it",
    ("peuplement.py", "date(2019, 5, 24)"): "law on companies with a mission",
    ("aides.py", "date(2020, 6, 1)"): "recovery plan",
    ("aides.py", "2021-11-30"): "recovery plan",
    ("aides.py", "2022-03-31"): "recovery plan",
    ("difficultes.py", "date(2020, 3, 20)"): "lockdown",
    ("publics.py", "date(2026, 3, 22)"): "municipal elections",
}
"""What does not move with the day."""

DEMO = Path(module.__file__).parent
SIRENE = {s.nom for s in registre.toutes() if s.nom.startswith("sirene-")} - {"sirene-flux"}
"""Monthly files, dated by the day of the stock."""


@given(st.dates(min_value=date(2026, 1, 1), max_value=date(2060, 12, 31)))
def test_every_date_follows_from_the_day(jour: date) -> None:
    c = Calendrier(jour)
    assert c.le(ECRITURE.year, ECRITURE.month, ECRITURE.day) == jour
    assert (c.stock + timedelta(days=1)).day == 1
    assert 1 <= (jour - c.stock).days <= 31
    assert c.dernier_mois.day == 1
    assert (c.stock.year * 12 + c.stock.month) - (c.dernier_mois.year * 12 + c.dernier_mois.month) == 1
    # Who is born or hires is in the monthly series of the same demonstration.
    assert c.inscrit.replace(day=1) <= c.dernier_mois
    assert date(c.annee_close, 12, 1) <= c.dernier_mois < date(c.annee_close + 1, 12, 1)
    assert c.reference == date(c.annee_close - 1, 12, 1)
    assert c.parution.weekday() < 5
    assert 1 <= (jour - c.parution).days <= 3
    assert date(c.rentree, 10, 1) <= jour < date(c.rentree + 1, 10, 1)


def test_what_was_written_for_one_day_is_true_on_it() -> None:
    c = Calendrier(ECRITURE)
    assert (c.stock, c.dernier_mois, c.annee_close) == (date(2026, 10, 31), date(2026, 9, 1), 2025)
    assert c.le(2026, 2, 9) == date(2026, 2, 9)


def ecrites(chemin: Path) -> Iterator[str]:
    """Each date that a module writes by itself."""
    arbre = ast.parse(chemin.read_text(encoding="utf-8"))
    docstrings = {noeud.value for noeud in ast.walk(arbre) if isinstance(noeud, ast.Expr)}
    for noeud in ast.walk(arbre):
        if isinstance(noeud, ast.Call) and noeud.args:
            nom = noeud.func.attr if isinstance(noeud.func, ast.Attribute) else getattr(noeud.func, "id", "")
            if nom in ("date", "datetime") and isinstance(noeud.args[0], ast.Constant):
                yield ast.unparse(noeud)
        texte = noeud.value if isinstance(noeud, ast.Constant) and noeud not in docstrings else None
        if isinstance(texte, str) and re.search(r"\b20[0-9]{2}-?[0-9]{2}-?[0-9]{2}\b|\b[0-9]{2}/[0-9]{2}/20", texte):
            yield texte


def test_no_module_of_the_demonstration_writes_a_date_that_should_move() -> None:
    """A date of the story is ``le(2026, 2, 9)``: written otherwise, it would grow old. Only facts of the world stay."""
    trouvees = {
        (chemin.name, ecrit)
        for chemin in sorted(DEMO.rglob("*.py"))
        if chemin.name != "calendrier.py"
        for ecrit in ecrites(chemin)
    }
    assert trouvees == set(FAITS)
    assert all(FAITS.values())


def retards(chemins: dict[str, Path], calendrier: Calendrier) -> dict[str, int]:
    """Days beyond what its producer promises, by source that is late; every row of every file is read on the way."""
    tardives = {}
    for nom, chemin in chemins.items():
        source, derniere, faits = registre.source(nom), date.min, dict[str, date]()
        for lot in lire(source, [chemin]):
            assert (lot.rejets, lot.avertissements) == ([], []), nom
            for attribut in source.dates:
                derniere = max(derniere, jour_de(source, attribut, lot.lignes, calendrier.jour))
            for attribut in jours_d_un_fait(source):
                lue = jour_de(source, attribut, lot.lignes, calendrier.jour)
                faits[attribut] = max(lue, faits.get(attribut, date.min))
        assert {a for a, jour in faits.items() if jour > derniere} == set(), f"{nom} : des faits après la date dite"
        if nom in SIRENE:
            derniere = calendrier.stock
        if source.date_metier and source.en_retard(derniere, None, calendrier.jour):
            tardives[nom] = (calendrier.jour - derniere).days - source.delai
    return tardives


TECHNIQUES = {
    ("dsn-effectifs", "date_maj"): "when the extraction was made",
    ("idcc-etablissements", "date_maj"): "when the extraction was made",
    ("dgfip-attestation-fiscale", "date_delivrance"): "when the paper was delivered: it attests an earlier day",
}
"""Days of a row that date no fact."""


def jours_d_un_fait(source: Source) -> Iterator[str]:
    """V9: the fields of a dated source that may not go further than the day that dates its file."""
    for attribut, champ in source.champs.items():
        if source.date_metier and isinstance(champ, Jour | Horodatage) and (source.nom, attribut) not in TECHNIQUES:
            yield attribut


def jour_de(source: Source, attribut: str, lignes: polars.DataFrame, jour: date) -> date:
    """Latest day of a column that is not to come; the end of its latest month or year."""
    valeurs = lignes.get_column(attribut)
    if valeurs.dtype.is_integer():
        annee = valeurs.max()
        assert isinstance(annee, int)
        return date(annee, 12, 31)
    jours = valeurs.cast(polars.Date)
    if isinstance(source.champs[attribut], Mois):
        jours = jours.dt.month_end()
    derniere = jours.filter(jours <= jour).max()
    return derniere if isinstance(derniere, date) else date.min


def histoire(chemins: dict[str, Path], calendrier: Calendrier) -> set[tuple[str, str]]:
    """Tiles and warnings of the companies to try, as the rules of their sources work them out on that day."""
    sirens = {un.siren for un, _ in personnages.A_ESSAYER}
    dites = set()
    for nom, chemin in chemins.items():
        source = registre.source(nom)
        if source.tuile is None and source.alarme is None:
            continue
        par_siren: dict[str, list[dict[str, Any]]] = {}
        for lot in lire(source, [chemin]):
            for ligne in lot.lignes.to_dicts():
                siren = (ligne.get("siren") or ligne.get("siret") or "")[:9]
                if siren in sirens:
                    par_siren.setdefault(siren, []).append(ligne)
        for siren, lignes in par_siren.items():
            if source.tuile and source.tuile.valeur(lignes, calendrier.jour):
                dites.add((siren, source.tuile.titre))
            if source.alarme and source.alarme.en_cours(lignes, calendrier.jour):
                dites.add((siren, f"alerte de {nom}"))
    return dites


def verifier(dossier: Path, jour: date) -> set[tuple[str, str]]:
    calendrier = Calendrier(jour)
    chemins = ecriture.ecrire_tout(dossier / str(jour), entreprises=300, calendrier=calendrier)
    assert retards(chemins, calendrier) == {}, jour
    dites = histoire(chemins, calendrier)
    alertes = {qui for qui, quoi in dites if quoi.startswith("alerte de rupco")}
    assert {personnages.GROUPE.siren, personnages.SIGLE.siren} <= alertes
    assert (personnages.SIEGE_FERME.siren, "alerte de bodacc") in dites
    return dites


def test_nothing_is_late_and_the_story_is_the_same_on_a_leap_day(tmp_path: Path) -> None:
    assert verifier(tmp_path, ORDINAIRE) == verifier(tmp_path, date(2028, 2, 29))


def test_nothing_is_late_and_the_story_is_the_same_whatever_the_day(tmp_path: Path) -> None:
    """Besides the five, each month of a year: school years, yearly figures and filings of accounts come in turn."""
    jours = (*JOURS, *(ORDINAIRE + timedelta(days=37 * n) for n in range(1, 12)))
    histoires = {jour: verifier(tmp_path, jour) for jour in jours}
    for jour, dites in histoires.items():
        assert dites == histoires[ORDINAIRE], jour


def test_the_same_day_gives_the_same_bytes_and_another_one_moves_the_dates(tmp_path: Path) -> None:
    def octets(dossier: str, jour: date) -> dict[str, bytes]:
        chemins = ecriture.ecrire_tout(tmp_path / dossier, entreprises=120, calendrier=Calendrier(jour))
        return {nom: chemin.read_bytes() for nom, chemin in chemins.items()}

    def plans_sociaux(fichiers: dict[str, bytes]) -> list[date]:
        trouvees = re.findall(r"(\d\d)/(\d\d)/(\d{4})", fichiers["rupco-procedures"].decode())
        return sorted(date(int(a), int(m), int(j)) for j, m, a in trouvees)

    un, plus_tard = octets("un", JOURS[1]), octets("plus-tard", JOURS[1] + timedelta(days=7))
    assert un == octets("deux", JOURS[1])
    assert [d + timedelta(days=7) for d in plans_sociaux(un)] == plans_sociaux(plus_tard)
    identiques = {nom for nom in un if un[nom] == plus_tard[nom]}
    assert not {"bodacc", "rne", "sirene-flux", "sirene-unites-legales", "elus", "accords-publies"} & identiques
