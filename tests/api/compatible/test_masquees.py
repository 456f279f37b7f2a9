"""A masked person answers to their exact number only, masked: no name, filter, order or count tells of them."""

from __future__ import annotations

import json

import pytest
from django.test import Client

from tests.api.compatible.conftest import Registre
from tests.api.compatible.test_recherche import chercher, sirens

pytestmark = pytest.mark.django_db
TOUT = "etablissements,immatriculation,bodacc,admin"
NON = "[NON-DIFFUSIBLE]"


def test_the_number_of_a_masked_person_gives_them_masked(client: Client, registre: Registre) -> None:
    lue = chercher(client, q=registre.siren["cachee"], include_admin=TOUT)
    ecrite = json.dumps(lue, ensure_ascii=False).upper()
    for secret in ("SECRETE", "MARIE", "MEUNIERS", "LILLE", "59000", "59350", "50.6"):
        assert secret not in ecrite, secret
    (elle,) = lue["results"]
    assert {elle[c] for c in ("nom_complet", "nom_raison_sociale", "sigle")} == {NON}
    assert (elle["siege"]["adresse"], elle["siege"]["code_postal"], elle["siege"]["nom_commercial"]) == (NON,) * 3
    assert {elle["siege"][c] for c in ("commune", "departement", "region", "epci", "liste_enseignes")} == {None}
    assert {(d["nom"], d["prenoms"]) for d in elle["dirigeants"]} == {(NON, NON)}
    assert elle["admin"]["slug"] == registre.siren["cachee"]


def test_a_masked_person_is_found_by_no_word_filter_order_nor_count(client: Client, registre: Registre) -> None:
    elle = registre.siren["cachee"]
    for demande in (
        {"q": "secrete marie"}, {"q": "secrete"}, {"nom_personne": "secrete"}, {"q": "chez secrete"},
        {"q": "12 rue des meuniers lille"}, {"departement": "59"}, {"activite_principale": "10.71C"},
        {"est_entrepreneur_individuel": "true"}, {"etat_administratif": "A", "tri": "nom"},
    ):  # fmt: skip
        assert elle not in sirens(client, per_page=25, **demande), demande
    entrepreneurs = chercher(client, est_entrepreneur_individuel="true")
    assert (entrepreneurs["total_results"], len(entrepreneurs["results"])) == (1, 1)


def test_beside_the_number_of_a_masked_person_a_filter_tells_only_what_is_shown(
    client: Client, registre: Registre
) -> None:
    elle = registre.siren["cachee"]
    assert sirens(client, q=elle, activite_principale="10.71C", etat_administratif="A") == [elle]
    assert sirens(client, q=elle, activite_principale="62.01Z") == []
    for filtre in ({"departement": "59"}, {"nom_personne": "secrete"}, {"code_commune": "59350"}, {"est_ess": "false"}):
        assert sirens(client, q=elle, **filtre) == [], filtre


def test_a_masked_legal_person_keeps_its_name_and_hides_its_address(client: Client, registre: Registre) -> None:
    (elle,) = chercher(client, q=registre.siren["morale"], include_admin=TOUT)["results"]
    assert (elle["nom_complet"], elle["sigle"]) == ("SOCIETE DISCRETE", NON)
    assert (elle["siege"]["adresse"], elle["siege"]["latitude"]) == (NON, NON)
    assert elle["siege"]["liste_enseignes"] == ["VISIBLE"]
    assert elle["siege"]["libelle_commune"] == "LILLE"
    assert registre.siren["morale"] not in sirens(client, q="12 rue des meuniers", per_page=25)
