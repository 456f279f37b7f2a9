"""Collective terminations on the sheet: one line per case, with the jobs and sites of the whole company."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from html import unescape
from typing import Any

import pytest
from django.test import Client

from fce.fiche.formes.contenu import EnTableau
from fce.fiche.formes.frise import AUTRES, CourbeDeMois, PeriodeDessinee, frise
from fce.fiche.page.emploi import OngletEmploi, composer
from fce.socle.texte.formats import mois, nombre
from fce.sources.onglets import ONGLETS
from tests.acces.acteurs import habilite
from tests.donnees.entreprises import fabrique as f
from tests.fiche.fiches import bloc, fiche_de
from tests.fiche.unites_directes import SIREN, lecteur
from tests.service.portail.pages import verifier

pytestmark = [pytest.mark.django_db, pytest.mark.catalogue]
NORD, PARIS, LYON = (f.siret_no(SIREN, n) for n in (1, 2, 3))


def peupler(*sirets: str, jour: date = date(2026, 3, 10)) -> None:
    f.unites(f.unite(SIREN))
    f.lieux(
        f.lieu(SIREN, code_commune="59350", libelle_commune="LILLE"),
        f.lieu(SIREN, 2, code_commune="75056", libelle_commune="PARIS"),
        f.lieu(SIREN, 3, code_commune="69123", libelle_commune="LYON"),
    )
    commun = {"numero": "26003", "type": "PSE", "date_enregistrement": jour}
    f.charger("rupco-procedures", [{**commun, "siren": SIREN, "etat": "En cours"}])
    f.charger(
        "rupco-etablissements",
        [
            {**commun, "siren_entreprise": SIREN, "siret": siret, "ruptures_debut": 100 * n}
            for n, siret in enumerate(sirets, 1)
        ],
    )


def ligne(territoire: str) -> dict[str, str]:
    fiche = fiche_de(SIREN, lecteur("emploi", territoire=frozenset({territoire})), onglet=ONGLETS["emploi"])
    contenu: Any = bloc(fiche, "rupco-procedures").contenu
    assert isinstance(contenu, EnTableau)
    (cellules,) = contenu.lignes
    return {c.libelle: v.texte for c, v in zip(contenu.colonnes, cellules, strict=True)}


@pytest.mark.parametrize(("sirets", "ruptures"), [((PARIS, LYON), "300"), ((NORD, PARIS, LYON), "600")])
def test_e5_a_case_tells_its_state_jobs_and_sites_on_one_line(sirets: tuple[str, ...], ruptures: str) -> None:
    peupler(*sirets)
    for territoire in ("59", "FR"):
        dite = ligne(territoire)
        assert [dite[k] for k in ("Type de dossier", "État du dossier", "Date d'enregistrement")] == [
            "PSE",
            "En cours",
            "10/03/2026",
        ]
        assert dite["Ruptures de contrats – toute l'entreprise"] == ruptures
        assert dite["Établissements concernés – toute l'entreprise"] == str(len(sirets))


def test_e5_counts_of_the_whole_never_tell_a_single_place_elsewhere() -> None:
    """With one establishment outside the territory, sums of the whole would be its own: only the part is told."""
    peupler(NORD, PARIS)
    f.lieux(f.lieu(SIREN, code_commune="59350"), f.lieu(SIREN, 2, code_commune="75056"))
    dite = ligne("59")
    assert "300" not in dite.values()
    assert dite["Ruptures de contrats – votre territoire seulement : Nord (59)"] == "100"


MOIS = [date(2026, 1 + n, 1) for n in range(10)]
JOUR = date(2026, 11, 25)


def effectifs(*sirets: str, mois: Sequence[date] = MOIS) -> None:
    lignes = [{"siret": s, "mois": m, "total": 100 * rang + m.month} for rang, s in enumerate(sirets, 1) for m in mois]
    f.charger("dsn-effectifs", lignes)


def activite(siret: str, quand: date, heures: int = 4550) -> dict[str, Any]:
    commun = {"convention": f"{quand:%y%m%d}", "date_decision": quand}
    return {**commun, "siret": siret, "heures_autorisees": heures, "heures_consommees": heures // 2}


def onglet(territoire: str, numero: str = SIREN) -> OngletEmploi:
    qui = lecteur("emploi", territoire=frozenset({territoire}))
    vu = composer(fiche_de(numero, qui, onglet=ONGLETS["emploi"]), qui, tout=False)
    assert vu is not None
    return vu


def dite(vu: OngletEmploi) -> str:
    return unescape(re.sub("<[^>]+>", "", vu.phrase))


def test_the_sentence_says_what_runs_here_then_what_does_not() -> None:
    peupler(PARIS, LYON)
    f.charger("activite-partielle", [activite(NORD, date(2026, 6, 15)), activite(PARIS, date(2026, 6, 15))])
    effectifs(NORD, PARIS, LYON)
    assert dite(onglet("59")) == (
        "Chez vous, 1 site sur 1 est en activité partielle, LILLE, jusqu’au 14/12/2026 au plus tard ; le PSE du "
        "10/03/2026 (300 ruptures) ne touche aucun de vos sites ; l’effectif y est de 110 salariés en octobre 2026."
    )
    assert "le PSE du 10/03/2026 (300 ruptures) touche 2 sites" in dite(onglet("FR"))
    assert "Chez vous" not in dite(onglet("FR"))
    assert "touche 1 de vos sites" in dite(onglet("75"))
    nord = dite(onglet("59", NORD))
    assert nord.startswith("Cet établissement est en activité partielle, jusqu’au 14/12/2026 au plus tard ; aucune rup")


def test_an_authorisation_that_can_no_longer_run_is_over() -> None:
    peupler()
    f.charger("activite-partielle", [activite(NORD, date(2026, 5, 20))])
    vu = onglet("59")
    assert "aucun site n’est en activité partielle" in dite(vu)
    (dossier,) = vu.ici
    assert (dossier.dite.etat, dossier.dite.detail) == ("Finie", "le 19/11/2026 au plus tard")


def test_nothing_known_is_one_sentence_with_the_dates_looked_at_and_no_drawing() -> None:
    peupler()
    f.charger("rupco-procedures", [])
    f.charger("activite-partielle", [])
    vu = onglet("FR")
    assert vu.frises == []
    assert vu.groupes == []
    assert dite(vu).count("— au ") == 2, dite(vu)
    assert "Aucune activité partielle sur les 24 derniers mois" in dite(vu)


@pytest.mark.parametrize(("territoire", "titres"), [
    ("59", ["Toute l’entreprise", "Chez vous"]), ("FR", ["Toute l’entreprise"]),
])  # fmt: skip
def test_the_company_and_the_reader_s_part_have_each_a_curve(territoire: str, titres: list[str]) -> None:
    peupler(PARIS, LYON)
    effectifs(NORD, PARIS, LYON)
    vu = onglet(territoire)
    assert [c.titre for c in vu.courbes] == titres
    assert [quand for quand, _ in vu.mois][:2] == ["octobre 2026", "septembre 2026"]
    assert [c.titre for c in onglet("59", NORD).courbes] == ["Effectif"]


def test_a_sum_that_would_tell_the_only_place_elsewhere_has_no_curve() -> None:
    peupler(PARIS)
    f.lieux(f.lieu(SIREN, code_commune="59350"), f.lieu(SIREN, 2, code_commune="75056"))
    effectifs(NORD, PARIS)
    vu = onglet("59")
    assert [c.titre for c in vu.courbes] == ["Chez vous"]
    assert vu.effectif is not None
    assert vu.effectif.perimetre.motif


def test_under_three_months_only_bands_are_drawn() -> None:
    peupler(NORD, LYON)
    effectifs(NORD, mois=MOIS[:2])
    vu = onglet("59")
    assert vu.courbes == []
    large, etroite = vu.frises
    assert large.traces == []
    assert [plein for *_, plein in large.barres] == [True]
    assert large.barres[0][0] + large.barres[0][2] == large.droite, "a procedure that runs is open to the right edge"
    assert etroite.largeur < 390


@pytest.mark.parametrize(("numero", "territoire"), [
    (SIREN, "59"), (SIREN, "75"), (SIREN, "69"), (SIREN, "FR"), (NORD, "59"), (PARIS, "FR"),
])  # fmt: skip
def test_every_fact_of_the_drawing_is_in_a_table(numero: str, territoire: str) -> None:
    peupler(NORD, PARIS)
    decisions = [activite(s, date(2025, m, 3)) for s in (NORD, PARIS, LYON) for m in (2, 9)]
    f.charger("activite-partielle", decisions)
    effectifs(NORD, PARIS, LYON)
    vu = onglet(territoire, numero)
    for courbe in vu.courbes:
        table = {quand: dict(valeurs)[courbe.titre] for quand, valeurs in vu.mois}
        assert table == {mois(quand): nombre(v) for quand, v in courbe.points}
    rangees = [d for *_, dossiers, _ in vu.groupes for d in dossiers]
    ecrits = " ".join(
        [x for d in rangees for x in (d.dite.precision, d.combien, d.dite.etat, d.autres, *(nom for nom, _ in d.noms))]
        + [groupe[1] for groupe in vu.groupes] + [v for _, valeurs in vu.mois for _, v in valeurs]
    )  # fmt: skip
    titres = {c.titre for c in vu.courbes} | {c.precision for c in vu.courbes} | {d.dite.sorte for d in rangees}
    for _, _, texte, _, _ in vu.frises[0].textes:
        faits = re.split(r", | du ", texte) if texte not in titres else []
        assert all(x in ecrits or x in titres or re.fullmatch(r"(déc\. |nov\. )?20\d\d|", x) for x in faits), texte


def test_a_tab_that_opens_nothing_to_its_reader_says_so() -> None:
    peupler(PARIS)
    html = (
        habilite("inspection-travail", territoire=("2A",)).client.get(f"/etablissement/{PARIS}/emploi").content.decode()
    )
    assert "Rien de cet onglet ne vous est ouvert ici" in html


def test_over_five_kinds_the_last_ones_share_a_band() -> None:
    debut, fin = date(2024, 1, 1), date(2026, 12, 1)
    bandes = {f"genre {n}": [PeriodeDessinee(date(2025, n, 1), None, str(n))] for n in range(1, 8)}
    dessin = frise([], bandes, {}, debut, fin)
    textes = [texte for _, _, texte, _, _ in dessin.textes]
    assert AUTRES in textes
    assert "genre 4" in textes
    assert "genre 5" not in textes
    assert len(dessin.barres) == 7


def test_a_missing_month_breaks_the_curve() -> None:
    points = [(date(2026, m, 1), 10.0) for m in (1, 2, 5, 6)]
    dessin = frise([CourbeDeMois("Effectif", "", points)], {}, {}, date(2026, 1, 1), date(2026, 7, 1))
    ((chemin, *_),) = dessin.traces
    assert [mot[0] for mot in chemin.split(" ") if mot[0] in "ML"] == ["M", "L", "M", "L"]


@pytest.mark.django_db(transaction=True)
def test_e5_each_case_is_told_once_with_its_sites_the_territory_first() -> None:
    peupler(PARIS, LYON, NORD, jour=date.today())
    html = habilite("dreets-3e", ("59", "75")).client.get(f"/entreprise/{SIREN}/emploi").content.decode()
    verifier(html)
    section = html.partition('<section class="fce-rubrique')[2].partition("</section>")[0]
    assert re.findall(r"<h\d[^>]*>\s*(\w+)", section) == ["Emploi"], "no heading of another subject"
    table = section.partition('<table class="fce-lignes fce-procedures">')[2]
    assert table.count("Plan de sauvegarde") == 1
    assert re.findall(r"/etablissement/(\d{14})", table) == [PARIS, NORD]
    assert "400 ruptures chez vous" in table, "one place elsewhere: the whole would tell its own"
    assert "autre site" not in table
    assert section.count('role="img"') == 2
    assert "fce-rubrique" in html
    assert 'id="liste-rupco-procedures"' in section
    assert "Chez vous" not in habilite("dreets-3e", ("FR",)).client.get(f"/entreprise/{SIREN}/emploi").content.decode()


@pytest.mark.django_db(transaction=True)
def test_e5_sites_of_the_case_of_another_company_are_told_and_nobody_else_reads_them() -> None:
    peupler(PARIS, LYON, jour=date.today())
    f.charger("rupco-procedures", [])
    adresse = f"/entreprise/{SIREN}/emploi"
    html = habilite("dreets-3e", ("FR",)).client.get(adresse).content.decode()
    assert "300 ruptures" in html
    assert html.count('<th scope="row"><a href') == 1
    for client in (habilite("ccrf", ("FR",)).client, habilite("dreets-3e", ("59",), mfa=False).client, Client()):
        refusee = client.get(adresse).content.decode()
        assert "26003" not in refusee
        assert 'class="fce-frise' not in refusee
