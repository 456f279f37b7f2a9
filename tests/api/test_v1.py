"""API v1: the shapes that others rely on, masking, and errors in French."""

import json

import pytest

from fce.api.v1 import api
from tests.donnees.entreprises import fabrique

pytestmark = pytest.mark.django_db

SIREN = fabrique.siren_no(1)
SIRET = fabrique.siret_no(SIREN)


@pytest.fixture
def boulangerie():
    fabrique.unites(
        fabrique.unite(SIREN, denomination="BOULANGERIE DU MOULIN", activite_principale="10.71C",
                       nomenclature_activite_principale="NAFRev2", tranche_effectifs="11", annee_effectifs=2024)
    )  # fmt: skip
    fabrique.lieux(
        fabrique.lieu(SIREN, numero_voie="4", type_voie="RUE", libelle_voie="DES MEUNIERS", code_postal="59000",
                      libelle_commune="LILLE", code_commune="59350")
    )  # fmt: skip


def lire(client, adresse):
    reponse = client.get(adresse)
    return reponse.status_code, json.loads(reponse.content)


def test_a_company_comes_with_labels_beside_codes_and_where_they_come_from(client, boulangerie):
    status, corps = lire(client, f"/api/v1/entreprises/{SIREN}")
    assert status == 200
    assert corps["nom"] == "BOULANGERIE DU MOULIN"
    assert corps["tranche_effectif"] == {"code": "11", "libelle": "10 à 19 salariés"}
    assert corps["activite"]["code"] == "10.71C"
    assert corps["activite"]["libelle"]
    assert (corps["siege"]["siret"], corps["siege"]["commune"]) == (SIRET, "LILLE")
    assert corps["etablissements"]["total"] == 1
    assert {p["source"]: p["date_metier"] for p in corps["provenances"]}["sirene-unites-legales"] == "2026-10-31"


def test_an_establishment_names_its_company(client, boulangerie):
    status, corps = lire(client, f"/api/v1/etablissements/{SIRET}")
    assert status == 200
    assert corps["siege"] is True
    assert corps["adresse"]["code_commune"] == "59350"
    assert corps["adresse"]["departement"]["libelle"] == "Nord"
    assert corps["entreprise"]["siren"] == SIREN


@pytest.mark.parametrize(
    ("adresse", "status", "code"),
    [
        ("/api/v1/entreprises/123", 400, "identifiant_invalide"),
        ("/api/v1/entreprises/552032535", 400, "identifiant_invalide"),
        (f"/api/v1/entreprises/{fabrique.siren_no(9)}", 404, "introuvable"),
        ("/api/v1/etablissements/35600000000000", 400, "identifiant_invalide"),
        ("/api/v1/recherche?q=a&etat=inconnu", 400, "parametre_invalide"),
        ("/api/v1/recherche?q=a&page=%C2%B2", 400, "parametre_invalide"),
        ("/api/v1/nulle-part", 404, "introuvable"),
    ],
)
def test_an_error_says_in_french_what_to_do(client, boulangerie, adresse, status, code):
    recu, corps = lire(client, adresse)
    assert (recu, corps["erreur"]["code"]) == (status, code)
    assert corps["erreur"]["message"].endswith((".", "?"))


def test_without_an_index_the_search_says_so_and_an_exact_number_still_answers(client, boulangerie):
    status, corps = lire(client, "/api/v1/recherche?q=moulin")
    assert (status, corps["erreur"]["code"]) == (503, "index_indisponible")
    status, corps = lire(client, f"/api/v1/recherche?q={SIREN}")
    assert (status, corps["total"]) == (200, 1)
    assert corps["resultats"][0]["siege"]["siret"] == SIRET


def test_a_masked_person_is_masked_here_too(client):
    fabrique.unites(
        fabrique.unite(SIREN, statut_diffusion="P", categorie_juridique="1000", nom="MRK-NOM", prenom_1="MRK-PRENOM")
    )
    fabrique.lieux(
        fabrique.lieu(
            SIREN,
            statut_diffusion="P",
            libelle_voie="MRK-VOIE",
            libelle_commune="MRK-COMMUNE",
            enseigne_1="MRK-ENSEIGNE",
        )
    )
    for adresse in (f"entreprises/{SIREN}", f"etablissements/{SIRET}", f"recherche?q={SIREN}"):
        reponse = client.get(f"/api/v1/{adresse}")
        assert reponse.status_code == 200
        assert b"MRK-" not in reponse.content


def test_an_old_siren_answers_the_one_in_use(client, boulangerie):
    ancien = fabrique.siren_no(2)
    fabrique.unites(fabrique.unite(SIREN, denomination="BOULANGERIE DU MOULIN"), fabrique.unite(ancien))
    fabrique.doublons((ancien, SIREN))
    status, corps = lire(client, f"/api/v1/entreprises/{ancien}")
    assert (status, corps["siren"]) == (200, SIREN)


def test_the_api_describes_itself_in_openapi_3_1(client):
    status, corps = lire(client, "/api/v1/openapi.json")
    assert status == 200
    assert corps["openapi"] == "3.1.0"
    depots = {chemin for chemin in corps["paths"] if chemin.startswith("/api/v1/depots")}
    assert set(corps["paths"]) - depots == {
        "/api/v1/recherche",
        "/api/v1/lot",
        "/api/v1/suggestions",
        "/api/v1/nomenclatures",
        "/api/v1/nomenclatures/{nom}",
        "/api/v1/entreprises/{siren}",
        "/api/v1/entreprises/{siren}/groupe",
        "/api/v1/etablissements/{siret}",
        "/api/v1/changements",
        "/api/v1/fichiers/entreprises.{genre}",
        "/api/v1/fichiers/etablissements.parquet",
    }


def test_its_description_is_written_once() -> None:
    """Anybody may ask for it."""
    assert api.get_openapi_schema(path_params={}) is api.get_openapi_schema()


def test_the_documentation_lists_every_operation_without_any_third_party(client):
    page = client.get("/api/v1/docs").content.decode()
    for chemin in ("/api/v1/recherche", "/api/v1/entreprises/{siren}", "/api/v1/etablissements/{siret}"):
        assert chemin in page
    assert "cdn" not in page
