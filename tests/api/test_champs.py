"""« champs » keeps the properties named, of a sheet or of each result, and refuses what is none of them."""

import json

import pytest
from django.test import Client

from tests.recherche.univers import Univers

pytestmark = pytest.mark.django_db


@pytest.fixture
def siren() -> str:
    univers = Univers()
    numero = univers.entreprise("FORGES DU NORD")
    univers.indexer()
    return numero


def test_a_sheet_and_each_result_keep_the_fields_named_as_the_whole_answer_says_them(siren: str) -> None:
    siege = json.loads(Client().get(f"/api/v1/entreprises/{siren}").content)["siege"]["siret"]
    for adresse in (f"/api/v1/entreprises/{siren}", f"/api/v1/etablissements/{siege}"):
        entiere = json.loads(Client().get(adresse).content)
        reduite = json.loads(Client().get(f"{adresse}?champs=siren,date_creation&champs=nom").content)
        assert reduite == {nom: entiere[nom] for nom in ("siren", "nom", "date_creation")}
    recherche = json.loads(Client().get("/api/v1/recherche?q=forges&champs=siren,diffusion_partielle").content)
    assert recherche["resultats"] == [{"siren": siren, "diffusion_partielle": False}]
    assert recherche["total"] == 1
    assert json.loads(Client().get("/api/v1/recherche?categorie=PME&curseur=*&champs=nom").content)["resultats"] == []


def test_no_field_named_keeps_them_all(siren: str) -> None:
    adresse = f"/api/v1/entreprises/{siren}"
    assert json.loads(Client().get(f"{adresse}?champs=").content) == json.loads(Client().get(adresse).content)


@pytest.mark.parametrize("adresse", ["/api/v1/recherche?q=forges", "/api/v1/entreprises/{siren}"])
def test_an_unknown_field_is_refused_with_the_nearest_one(siren: str, adresse: str) -> None:
    joint = "&" if "?" in adresse else "?"
    reponse = Client().get(f"{adresse.format(siren=siren)}{joint}champs=siren,nome")
    assert reponse.status_code == 400
    corps = json.loads(reponse.content)
    assert corps["parametre"] == "champs"
    assert corps["detail"].startswith("Il n’y a pas de champ « nome » : vouliez-vous dire « nom » ? Ceux de cette")
