"""Nomenclatures: every code that the API gives has its label there; suggestions never name a masked person."""

import msgspec
import pytest
from django.test import Client

from fce.api.nomenclatures import NOMENCLATURES, NomenclaturesV1, NomenclatureV1, SuggestionsV1
from tests.recherche.univers import Univers

ATTENDUS = {
    "naf-rev2": ("10.71C", "Boulangerie et boulangerie-pâtisserie"),
    "tranches-effectif": ("11", "10 à 19 salariés"),
    "departements": ("59", "Nord"),
    "communes": ("59350", "Lille"),
    "regions": ("32", "Hauts-de-France"),
    "pays": ("99101", "Danemark"),
}


def lire(client: Client, adresse: str) -> dict:
    reponse = client.get(f"/api/v1/{adresse}")
    assert reponse.status_code == 200
    return reponse.json()


@pytest.mark.django_db
def test_each_nomenclature_is_listed_and_given_whole(client: Client) -> None:
    listees = lire(client, "nomenclatures")
    assert msgspec.to_builtins(msgspec.convert(listees, NomenclaturesV1)) == listees
    assert [n["nom"] for n in listees["nomenclatures"]] == [*NOMENCLATURES]
    for resume in listees["nomenclatures"]:
        entiere = lire(client, f"nomenclatures/{resume['nom']}")
        msgspec.convert(entiere, NomenclatureV1)
        codes = {c["code"]: c for c in entiere.pop("codes")}
        assert entiere == resume
        assert codes
        if resume["nom"] not in ("departements", "communes"):  # their parents are in another one
            assert {c["parent"] for c in codes.values()} - {None} <= codes.keys(), resume["nom"]
        if attendu := ATTENDUS.get(resume["nom"]):
            assert codes[attendu[0]]["libelle"] == attendu[1]


@pytest.mark.django_db
def test_an_unknown_nomenclature_is_a_problem(client: Client) -> None:
    reponse = client.get("/api/v1/nomenclatures/rien")
    assert (reponse.status_code, reponse.json()["code"]) == (404, "introuvable")


@pytest.mark.django_db
def test_suggestions_are_those_of_the_portal_without_masked_people(client: Client) -> None:
    univers = Univers()
    siren = univers.entreprise("VERGNAUD FRERES")
    univers.personne("VERGNAUD", "LEA", statut_diffusion="P")
    univers.indexer()
    lues = lire(client, "suggestions?q=vergn")
    assert msgspec.to_builtins(msgspec.convert(lues, SuggestionsV1)) == lues
    assert [s["siren"] for s in lues["suggestions"]] == [siren]
    assert lire(client, "suggestions?q=v")["suggestions"] == []
    for refuse in ("", "?q=a&taille=21", "?q=a&taille=0", "?q=" + "a" * 201, "?q=a&q=b"):
        assert client.get(f"/api/v1/suggestions{refuse}").status_code == 400, refuse
