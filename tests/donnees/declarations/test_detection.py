"""The detector against the thirty files written before it, and its rules one by one."""

from __future__ import annotations

import itertools
import re
from pathlib import Path
from typing import NamedTuple

import pytest

from fce.donnees.declarations.detection import ColonneProposee, detecter
from fce.donnees.declarations.exploration import Exploration, FormeDuFichier, depuis_json, explorer, explorer_ici
from fce.socle.erreurs import ImportRefuse
from fce.socle.texte.identifiants import siren_valide, siret_valide
from tests.donnees.declarations.fichiers import TRENTE
from tests.donnees.declarations.fichiers.attendu import Fichier, juste, refuse_bien

COLONNES_JUSTES = 0.85
REFUSE_COMME_UN_DEPOT = {"douane_exportateurs.txt": "UTF-16"}
"""A file whose key could be found, refused at once because its deposits would be, with what to do."""
_VALEURS = {"code_postal": "code-postal", "code_commune": "commune"}


class Mesure(NamedTuple):
    """``fautes``: columns proposed otherwise than expected."""

    fichier: Fichier
    exploration: Exploration | None
    refus: str
    fautes: tuple[str, ...] = ()


def explorer_dans(fichier: Fichier, dossier: Path) -> Mesure:
    chemin = dossier / fichier.nom
    fichier.ecrire(chemin)
    try:
        ((dit, _),) = explorer_ici(str(chemin), FormeDuFichier())
    except ImportRefuse as refus:
        return Mesure(fichier, None, refus.message)
    finally:
        chemin.unlink()
    vue = depuis_json(dit)
    fautes = []
    for attendue, proposee in zip(fichier.colonnes, vue.detection.colonnes, strict=False):
        if not juste(attendue, proposee.genre.capitalize(), format_de(proposee), proposee.nature):
            fautes.append(f"{fichier.nom} {attendue} : {proposee[4:7]} {format_de(proposee)} {proposee.exemples}")
    if len(vue.detection.colonnes) < len(fichier.colonnes):
        fautes += [f"{fichier.nom} {c} : non vue" for c in fichier.colonnes[len(vue.detection.colonnes) :]]
    return Mesure(fichier, vue, vue.detection.refus, tuple(fautes))


def format_de(proposee: ColonneProposee) -> str:
    if proposee.genre == "decimal":
        return "virgule" if proposee.virgule else "point"
    return proposee.formats[0] if proposee.formats else _VALEURS.get(proposee.type, proposee.type)


@pytest.fixture(scope="module")
def mesures(tmp_path_factory: pytest.TempPathFactory) -> list[Mesure]:
    dossier = tmp_path_factory.mktemp("trente")
    return [explorer_dans(fichier, dossier) for fichier in TRENTE]


def test_the_key_is_found_or_refused_saying_why(mesures: list[Mesure]) -> None:
    faux = []
    for m in mesures:
        if m.fichier.refus:
            if not refuse_bien(m.fichier, m.refus):
                faux.append((m.fichier.nom, m.fichier.refus, m.refus))
            continue
        if m.fichier.nom in REFUSE_COMME_UN_DEPOT:
            assert REFUSE_COMME_UN_DEPOT[m.fichier.nom] in m.refus
            continue
        cle = next((c for c in m.exploration.detection.colonnes if c.cle), None) if m.exploration else None
        attendues = {" ".join(titre.split()) for titre in (m.fichier.cle, *m.fichier.autres_cles) if titre}
        if cle is None or cle.titre not in attendues or cle.genre != m.fichier.genre:
            faux.append((m.fichier.nom, m.fichier.cle, m.refus or str(cle)))
    assert not faux


def test_most_columns_are_right(mesures: list[Mesure]) -> None:
    colonnes = sum(len(m.fichier.colonnes) for m in mesures)
    fautes = [faute for m in mesures for faute in m.fautes]
    assert len(fautes) <= (1 - COLONNES_JUSTES) * colonnes, "\n".join([f"{len(fautes)} sur {colonnes}", *fautes])


def test_no_personal_column_is_proposed_open(mesures: list[Mesure]) -> None:
    ouvertes = [
        (m.fichier.nom, attendue.nom, proposee)
        for m in mesures
        if m.exploration
        for attendue, proposee in zip(m.fichier.colonnes, m.exploration.detection.colonnes, strict=True)
        if attendue.personnelle and (proposee.niveau == "C0" or not proposee.personnelle)
    ]
    assert not ouvertes


def test_no_sample_of_a_draft_names_a_person(mesures: list[Mesure]) -> None:
    for m in mesures:
        for rang, attendue in enumerate(m.fichier.colonnes if m.exploration else ()):
            if attendue.personnelle:
                assert m.exploration
                assert all(re.fullmatch(r"|.…", cellules[rang]) for _, cellules in m.exploration.montrees)
                assert all(re.fullmatch(".…", v) for v in m.exploration.detection.colonnes[rang].exemples)


def une_colonne(titre: str, *valeurs: str) -> ColonneProposee:
    return detecter((titre,), ([*valeurs],)).colonnes[0]


@pytest.mark.parametrize(
    ("titre", "valeurs"),
    [
        ("raison_sociale", ["Jeanne MARCASSOUX", "Paul D'EXEMPLY", "Zoé LE FEINTEC"]),
        ("champ_7", ["contact tel 06 99 00 12 34", "rien", "rien", "rien"]),
        ("obs", [f"arrêtée, revoir M. D’EXEMPLY le {n:02d}/10/2026 sur place" for n in range(20)]),
        ("adresse", ["3 rue des Forges", "chez Mme MARCASSOUX, 4 rue des Forges"]),
        ("suite", ["conforme"] * 99 + ["revoir Mme MARCASSOUX"]),
        ("libelle_type", ["jeanne.marcassoux@exemple.invalid", "zoe@exemple.invalid"]),
        ("reference", ["1 74 10 80 570 000 19", "2 88 01 88 503 001 13"]),
        ("date_naissance", ["1970-01-02", "1980-05-06"]),
        ("matricule_agent", ["48213", "48214"]),
        ("inspecteur", ["I", "II", "I", "II", "I", "II"]),
        ("prenom", ["", ""]),
    ],
)
def test_a_sign_of_a_person_in_the_title_or_the_values_closes_a_column(titre: str, valeurs: list[str]) -> None:
    colonne = une_colonne(titre, *valeurs)
    assert colonne.personnelle
    assert colonne.niveau == "C2"
    assert not colonne.gardee or colonne.nature == "contact"
    assert not colonne.valeurs


@pytest.mark.parametrize("titre", ["nb_salaries", "effectif agents", "date_controle_agent", "montant_salaire_moyen"])
def test_a_count_or_a_date_beside_the_word_of_a_person_tells_nobody(titre: str) -> None:
    valeurs = ["2026-10-01", "2026-10-02"] if titre.startswith("date") else ["12", "30"]
    assert not une_colonne(titre, *valeurs).personnelle


def _sirets(debut: str, nombre: int) -> list[str]:
    """Valid numbers of one company, invented from its first digits."""
    siren = next(f"{debut}{n:03d}" for n in range(1000) if siren_valide(f"{debut}{n:03d}"))
    return [*itertools.islice((s for n in range(10**5) if siret_valide(s := f"{siren}{n:05d}")), nombre)]


def test_lost_zeros_are_seen_and_the_number_is_still_the_key() -> None:
    colonne = une_colonne("siret", *(s.lstrip("0") for s in _sirets("005000", 40)))
    assert colonne.cle
    assert "zéros du début rendus à 40 numéros" in colonne.pourquoi


def test_a_key_needs_ninety_five_valid_numbers_in_a_hundred() -> None:
    justes = _sirets("552100", 95)
    assert une_colonne("siret", *justes, *["12345678901234"] * 5).cle
    vue = detecter(("siret",), ([*justes[:94], *["12345678901234"] * 6],))
    assert not vue.colonnes[0].cle
    assert vue.refus == "Aucune colonne n’a 95 % de SIREN ou de SIRET justes ; la meilleure, « siret », en a 94 %."


def test_an_establishment_is_preferred_and_another_unit_s_number_is_not_the_key() -> None:
    sirets = _sirets("552100", 20)
    titres = ("siret_siege", "siren", "siret")
    vue = detecter(titres, (sirets, [s[:9] for s in sirets], sirets))
    assert [c.titre for c in vue.colonnes if c.cle] == ["siret"]


def test_the_columns_that_make_a_row_unique_are_proposed() -> None:
    sirets = [s for s in _sirets("552100", 5) for _ in "ab"]
    jours = ["01/02/2026", "02/02/2026"] * 5
    vue = detecter(("siret", "date"), (sirets, jours))
    assert (vue.identifiants, vue.uniques) == (("siret", "date"), True)
    assert vue.colonnes[1].formats == ("%d/%m/%Y",)


def test_attributes_are_distinct_words_of_letters() -> None:
    vue = detecter(("Année 2024", "année 2025", "N° 3", "日本"), (["1"], ["2"], ["3"], ["4"]))
    attributs = [c.attribut for c in vue.colonnes]
    assert len({*attributs}) == 4
    assert all(re.fullmatch("[a-z_]{1,40}", a) for a in attributs)


def test_what_the_producer_says_of_the_form_is_followed(tmp_path: Path) -> None:
    chemin = tmp_path / "f.csv"
    chemin.write_bytes(
        b"titre perdu\nsiret;suite\n" + b"\n".join(f"{s};\xe9".encode("latin-1") for s in _sirets("552100", 3))
    )
    ((dit, _),) = explorer_ici(str(chemin), FormeDuFichier())
    vue = depuis_json(dit)
    assert (vue.choix.entete, vue.choix.separateur, vue.choix.encodage) == (2, ";", "cp1252")
    assert vue.remarques == ("Les titres sont à la ligne 2 ; les lignes au-dessus ne sont pas gardées.",)
    ((dit, _),) = explorer_ici(str(chemin), FormeDuFichier(entete=0, separateur=","))
    assert depuis_json(dit).titres == ("(colonne 1 sans titre)",)


@pytest.mark.processus_borne
def test_forty_thousand_rows_are_read_in_the_bounded_process(tmp_path: Path) -> None:
    chemin = tmp_path / "grand.csv"
    sirets = _sirets("552100", 400)
    with chemin.open("w", encoding="utf-8") as fichier:
        fichier.write("siret;date_visite;suite;inspecteur\n")
        fichier.writelines(f"{s};{1 + n % 28:02d}/10/2026;rappel;Zoé LE FEINTEC\n" for n in range(100) for s in sirets)
    vue = explorer(chemin)
    assert (vue.lignes, vue.examinees, len(vue.montrees)) == (40_000, 40_000, 200)
    assert [c.nature for c in vue.detection.colonnes] == ["diffusible", "diffusible", "diffusible", "personne"]


@pytest.mark.processus_borne
def test_a_refusal_of_the_child_is_a_sentence(tmp_path: Path) -> None:
    chemin = tmp_path / "f.csv"
    chemin.write_bytes(b"%PDF-1.7 " + b"x" * 100)
    with pytest.raises(ImportRefuse, match="PDF"):
        explorer(chemin)
