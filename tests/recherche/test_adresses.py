"""An address is found however it is written: as a sheet prints it, abbreviated or in full, glued or in pieces."""

import random
from pathlib import Path

import pytest

from fce.demo import univers as demonstration
from fce.donnees.entreprises import selectors as entreprises
from fce.donnees.entreprises.contenu import EtablissementVu
from fce.donnees.entreprises.repertoire import COURANTS
from fce.donnees.imports.services import importer
from fce.recherche import services
from fce.recherche.engines.classement import poser_texte, ressemble_a_une_adresse
from fce.recherche.engines.port import Question
from fce.recherche.engines.voies import TYPES_VOIE
from fce.recherche.question.requete import Requete
from fce.recherche.reponse import selectors
from fce.recherche.reponse.resultats import Resultat
from tests.recherche.univers import BREST, Univers
from tests.sql import executer


def chercher(q: str, **params: str) -> list[Resultat]:
    return selectors.rechercher(Requete.depuis({"q": q, **params})).resultats[:10]


def sirens(q: str, **params: str) -> list[str]:
    return [r.entreprise.siren for r in chercher(q, **params)]


def mot_invente(n: int) -> str:
    """A word per number: « bavabo », « bavadu »…"""
    return "".join("bo da fi ku lo ma ne pi ru so".split()[int(c)] for c in f"{n:03d}")  # noqa: SIM905


def test_t5_every_kind_of_street_is_found_abbreviated_and_in_full(univers: Univers) -> None:
    # The file gives the kind as a code, or writes it in the name of the street.
    rues = {}
    for n, (code, nom) in enumerate(TYPES_VOIE.items()):
        mot = mot_invente(n).upper()
        codee = univers.entreprise(None, {"type_voie": code, "libelle_voie": mot, "numero_voie": "62"})
        ecrites = [
            univers.entreprise(None, {"libelle_voie": f"{forme.upper()} VERS {mot}", "numero_voie": "62"})
            for forme in (code, nom)
        ]
        rues[code] = {codee, *ecrites}
        univers.entreprise(None, {"type_voie": code, "libelle_voie": "AILLEURS", "numero_voie": "62"})
    univers.indexer()
    for n, (code, nom) in enumerate(TYPES_VOIE.items()):
        for forme in (code, nom):
            q = f"62 {forme} {mot_invente(n)}"
            for vue in ("entreprises", "etablissements"):
                assert set(sirens(q, vue=vue)[:3]) == rues[code], (q, vue)


def test_t5_a_range_of_numbers_and_a_repetition_mark_are_words(univers: Univers) -> None:
    acacias = univers.entreprise(
        "HOLDING VAUBERT",
        {"numero_voie": "86", "dernier_numero_voie": "88", "type_voie": "PL", "libelle_voie": "DES ACACIAS",
         "code_postal": "28110", "libelle_commune": "LUCE", "code_commune": "28218"},
    )  # fmt: skip
    bis = univers.entreprise(
        "MOREL", {"numero_voie": "12", "indice_repetition": "B", "type_voie": "R", "libelle_voie": "A BRUNEL"}
    )
    glue = univers.entreprise("NADAL", {"numero_voie": "14TER", "type_voie": "RUE", "libelle_voie": "DES OMBRELLES"})
    univers.entreprise("PLACE AU SOLEIL", {"numero_voie": "86", "type_voie": "PL", "libelle_voie": "DES TILLEULS"})
    univers.indexer()
    attendus = {
        acacias: (
            "86-88 PL DES ACACIAS, 28110 LUCE", "86-88 place des acacias", "88 pl. des Acacias 28110LUCE",
            "86 / 88, place des acacias ; 28110 – Lucé", "86 à 88 pl des acacias 28110luce", "pl des acacias luce",
        ),
        bis: (
            "12 B R A BRUNEL, 59000 LILLE", "12 bis rue Brunel", "12bis rue a. brunel", "12b r brunel",
            "12 BIS R A BRUNEL", "12 rue a brunel 59000Lille",
        ),
        glue: ("14TER RUE DES OMBRELLES", "14 ter rue des ombrelles", "14 T rue des ombrelles", "14t r des ombrelles"),
    }  # fmt: skip
    for siren, ecritures in attendus.items():
        for q in ecritures:
            for vue in ("entreprises", "etablissements"):
                assert sirens(q, vue=vue)[:1] == [siren], (q, vue)


def test_t5_what_the_page_prints_beside_the_street_is_found_too(univers: Univers) -> None:
    cedex = univers.entreprise(
        "ALPHA",
        {**BREST, "libelle_voie": "KERGUEN", "distribution_speciale": "BP 41", "code_cedex": "29209",
         "libelle_cedex": "BREST CEDEX 2"},
    )  # fmt: skip
    dehors = univers.entreprise(
        "BETA",
        {"code_commune": None, "code_postal": None, "libelle_commune": None, "libelle_voie": "12 KERKSTRAAT",
         "libelle_commune_etranger": "GENT", "libelle_pays_etranger": "BELGIQUE"},
    )  # fmt: skip
    univers.indexer()
    assert sirens("KERGUEN, BP 41, 29209 BREST CEDEX 2") == [cedex]
    assert sirens("12 KERKSTRAAT, GENT, BELGIQUE") == [dehors]


RENNES = {"code_commune": "35238", "libelle_commune": "RENNES", "code_postal": "35000"}
PARIS_8 = {"code_commune": "75108", "libelle_commune": "PARIS 8", "code_postal": "75008"}


@pytest.mark.parametrize(
    ("q", "lieu", "voie"),
    [
        ("35 quai Lamennais Rennes", RENNES, {"type_voie": "QUAI", "libelle_voie": "LAMENNAIS"}),
        ("8 rue Royale Paris", PARIS_8, {"type_voie": "RUE", "libelle_voie": "ROYALE"}),
        ("8 bis r. Royale 75008 Paris", PARIS_8, {"type_voie": "RUE", "libelle_voie": "ROYALE"}),
        ("8 rue du 8 mai 1945 Rennes", RENNES, {"type_voie": "RUE", "libelle_voie": "DU 8 MAI 1945"}),
    ],
)
def test_t5_the_number_of_a_street_comes_before_the_same_figures_elsewhere(
    univers: Univers, q: str, lieu: dict[str, str], voie: dict[str, str]
) -> None:
    """That of the département, of an arrondissement or of the street itself, however large who holds them."""
    numero, *suite = q.split()
    marque = {"indice_repetition": "B"} if suite[0] == "bis" else {}
    univers.entreprise("ALPHA", {**lieu, **voie, **marque, "numero_voie": "92"}, tranche_effectifs="53")
    voulue = univers.entreprise("GAMMA", {**lieu, **voie, **marque, "numero_voie": numero})
    univers.entreprise("DELTA", {**lieu, **voie, **marque, "numero_voie": "90"}, categorie_entreprise="GE")
    univers.indexer()
    for vue in ("entreprises", "etablissements"):
        assert sirens(q, vue=vue)[:1] == [voulue], vue


def test_t5_a_number_where_nobody_is_says_less_than_the_street(univers: Univers) -> None:
    """Nobody is at 13 rue Nationale: who is at another number of it comes before who is at 13 of another street."""
    voulue = univers.entreprise("ALPHA", {"numero_voie": "14", "type_voie": "RUE", "libelle_voie": "NATIONALE"})
    for rue in ("VICTOR HUGO", "DES LILAS", "PASTEUR"):
        univers.entreprise(
            "BETA", {"numero_voie": "13", "type_voie": "RUE", "libelle_voie": rue}, tranche_effectifs="53"
        )
    univers.indexer()
    assert sirens("13 rue Nationale Lille", vue="etablissements")[:1] == [voulue]


def test_t5_a_street_does_not_change_the_search_of_names(univers: Univers) -> None:
    """« CAR » is a « carrefour » in an address alone."""
    autocar = univers.entreprise("CAR MARTINEL")
    univers.entreprise("CARREFOUR MARTINEL", tranche_effectifs="53", categorie_entreprise="GE")
    univers.indexer()
    assert sirens("car martinel") == [autocar]


@pytest.mark.parametrize(
    ("q", "adresse"),
    [
        ("pl des lilas", True), ("3 b rue curie", True), ("3 bis r curie", True), ("garage de la place", True),
        ("pro btp", True), ("eau pro", False),
    ],
)  # fmt: skip
def test_t5_an_abbreviation_names_a_street_at_its_place_only(q: str, adresse: bool) -> None:
    assert ressemble_a_une_adresse(poser_texte(Question("entreprises"), q).mots) is adresse


@pytest.mark.parametrize("ordinaires", [15, pytest.param(200, marks=pytest.mark.epreuve)])
@pytest.mark.django_db(transaction=True)
def test_t5_an_address_copied_from_any_sheet_of_the_demonstration_is_found(ordinaires: int, tmp_path: Path) -> None:
    chemins = demonstration.ecrire(tmp_path, demonstration.composer(entreprises=400))
    for nom in COURANTS:
        importer(nom, [chemins[nom]], par="test")
    services.indexer(forcer=True)
    vus = _etablissements(ordinaires)
    assert len(vus) > 0.75 * ordinaires
    for lieu in vus:
        copiees = {", ".join(lieu.adresse.lignes), "\n".join(lieu.adresse.lignes)}
        for q in copiees:
            etat = "actif" if lieu.etat == "A" else "tous"
            trouves = {r.etablissement.siret for r in chercher(q, vue="etablissements", etat=etat) if r.etablissement}
            assert lieu.siret in trouves, q
            societes = {r.entreprise.siren: r for r in chercher(q, etat=etat)}
            assert lieu.siren in societes, q
            resultat = societes[lieu.siren]
            if not lieu.siege:
                assert (resultat.motif or "").startswith("Adresse : "), (q, resultat.motif)


def _etablissements(nombre: int) -> list[EtablissementVu]:
    """So many of those whose address is shown with a street, and all of those whose address is out of the ordinary."""

    sirets = executer(
        "SELECT siret, indice_repetition IS NOT NULL OR dernier_numero_voie IS NOT NULL OR code_cedex IS NOT NULL "
        "OR complement_adresse IS NOT NULL FROM sirene_etablissements ORDER BY siret"
    )
    ordinaires = [siret for siret, rare in sirets if not rare]
    choisis = {siret for siret, rare in sirets if rare} | set(random.Random(5).sample(ordinaires, nombre))
    vus = entreprises.etablissements(choisis).values()
    unites = entreprises.entreprises({vu.siren for vu in vus})
    return [vu for vu in vus if vu.adresse.voie and not vu.masque and not unites[vu.siren].masque]
