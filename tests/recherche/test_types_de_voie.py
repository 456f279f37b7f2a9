"""An address is found however its kind of street is written: INSEE's code or its name, in the file and in the box."""

from collections.abc import Iterator

import pytest

from fce.donnees.entreprises.contenu import DocumentEntreprise, LigneEntreprise, LigneEtablissement
from fce.recherche.engines.classement import poser_texte
from fce.recherche.engines.port import Moteur, Question
from fce.recherche.engines.voies import TYPES_VOIE
from fce.recherche.question import strategie
from fce.recherche.question.requete import Requete
from tests.donnees.entreprises.fabrique import siren_no
from tests.recherche.moteurs import MOTEURS, SUR_UN_DOSSIER, moteur_neuf
from tests.recherche.remplissage import remplir

# INSEE, variable typeVoieEtablissement.
pytestmark = SUR_UN_DOSSIER  # the pages: these tests ask engines of their own
CODES_INSEE = (
    "ALL", "AV", "BD", "CAR", "CHE", "CHS", "CITE", "COR", "CRS", "DOM", "DSC", "ECA", "ESP", "FG", "GR", "HAM", "HLE",
    "IMP", "LD", "LOT", "MAR", "MTE", "PAS", "PL", "PLN", "PLT", "PRO", "PRV", "QUA", "QUAI", "RES", "RLE", "ROC",
    "RPT", "RTE", "RUE", "SEN", "SQ", "TPL", "TRA", "VLA", "VLGE",
)  # fmt: skip
ECRITURES = [(code, forme) for code, nom in TYPES_VOIE.items() for forme in (code, nom)]


def adresse(n: int, type_voie: str) -> DocumentEntreprise:
    """A company whose name says nothing of its street, one street each."""
    unite = dict.fromkeys(LigneEntreprise._fields) | {
        "siren": siren_no(n),
        "denomination": f"ATELIER {n}",
        "etat_administratif": "A",
        "personne_physique": False,
        "masque": False,
    }
    lieu = dict.fromkeys(LigneEtablissement._fields) | {
        "siren": siren_no(n), "siret": f"{siren_no(n)}00015", "etablissement_siege": True,
        "etat_administratif": "A", "masque": False,
        "numero_voie": "62", "type_voie": type_voie.upper(), "libelle_voie": rue(n).upper(),
        "code_commune": "72104", "libelle_commune": "DOLLON", "code_postal": "72390",
    }  # fmt: skip
    return DocumentEntreprise(LigneEntreprise(**unite), [LigneEtablissement(**lieu)])


def rue(n: int) -> str:
    """A name that no other street begins like."""
    return "boutet " + "".join("abcdefghij"[int(chiffre)] for chiffre in f"{n:03d}")


@pytest.fixture(scope="module", params=MOTEURS)
def moteur(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Moteur]:
    with moteur_neuf(request.param, tmp_path_factory.mktemp("index")) as machine:
        yield remplir(machine, (adresse(n, forme) for n, (_, forme) in enumerate(ECRITURES)))


def test_every_code_of_insee_has_its_name() -> None:
    assert [code for code in CODES_INSEE if code not in TYPES_VOIE] == []


@pytest.mark.parametrize("vue", ["entreprises", "etablissements"])
@pytest.mark.parametrize(("n", "code", "forme"), [(n, *ecriture) for n, ecriture in enumerate(ECRITURES)])
def test_each_kind_of_street_is_found_by_its_code_and_by_its_name(
    moteur: Moteur, n: int, code: str, forme: str, vue: str
) -> None:
    for typee in (code, code.lower(), TYPES_VOIE[code], TYPES_VOIE[code].replace(" ", "-"), f"{code}."):
        q = f"62 {typee} {rue(n)} Dollon"
        trouves = strategie.interroger(moteur, Requete.depuis({"q": q, "vue": vue}))
        assert [hit.siren for hit in trouves.reponse.hits[:1]] == [siren_no(n)], (typee, forme)
        # As it is typed: not one of those that begin so, or have some of these words.
        assert moteur.search(poser_texte(Question("etablissements"), q)).total == 1
