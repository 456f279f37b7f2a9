"""The OpenAPI document of the drop-in agrees with its answers, whatever is asked; existing clients need no more."""

from __future__ import annotations

from typing import Any

import pytest
import schemathesis
import werkzeug
from django.test import Client
from hypothesis import HealthCheck, settings
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from fce.api.compatible import description, parametres
from tests.api.compatible.conftest import Registre
from tests.api.conftest import ApplicationLocale

pytestmark = [pytest.mark.django_db, pytest.mark.filterwarnings("ignore")]
application = ApplicationLocale()
schema = schemathesis.openapi.from_wsgi("/api/recherche-entreprises/openapi.json", application)


@pytest.mark.usefixtures("connexion_gardee")
def test_the_requests_below_read_the_register_one_after_the_other(registre: Registre) -> None:
    client = werkzeug.Client(application)
    for _ in range(40):  # more than anyone may send at once
        reponse = client.get(f"/api/recherche-entreprises/search?q={registre.siren['moulin']}")
        assert (reponse.status_code, reponse.json and reponse.json["total_results"]) == (200, 1)


@schema.parametrize()
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
def test_every_answer_is_one_that_the_document_describes(case: Any, registre: Registre, connexion_gardee: None) -> None:
    case.call_and_validate(checks=[status_code_conformance, content_type_conformance, response_schema_conformance])


def test_every_parameter_is_described_and_the_page_names_them(client: Client, registre: Registre) -> None:
    decrits = {
        p["name"] for p in description.openapi()["paths"]["/api/recherche-entreprises/search"]["get"]["parameters"]
    }
    publics = {interne: public for public, interne in parametres.INTERNES.items()}
    attendus = {publics.get(nom, nom) for nom in parametres.CHAMPS} - {"lat", "long", "radius"}
    assert decrits == attendus
    page = client.get("/api/recherche-entreprises/docs").content.decode()
    assert [nom for nom in decrits if f"<code>{nom}</code>" not in page] == []
    assert "[NON-DIFFUSIBLE]" not in page


# What annuaire-entreprises-py 0.2.0 sends, once ``BASE_URL`` leads here.
APPELS: list[tuple[dict[str, Any], int]] = [
    ({"siret": "90000001700012"}, 400),  # ``get_by_siret``: no such parameter in the contract, which says so
    ({"q": "ganymede", "page": 1, "per_page": 10}, 200),
    ({"activite_principale": "10.71C", "code_postal": "59000", "page": 1, "per_page": 25}, 200),
    ({"departement": "59", "region": "32", "code_commune": "59350", "nb_pages": 2, "page": 1, "per_page": 10}, 200),
]


@pytest.mark.parametrize(("params", "status"), APPELS)
def test_the_calls_of_an_existing_client_are_answered(
    client: Client, registre: Registre, params: dict[str, Any], status: int
) -> None:
    reponse = client.get("/api/recherche-entreprises/search", params)
    assert reponse.status_code == status
    corps = reponse.json()
    if status == 200:
        assert [*corps] == ["results", "total_results", "page", "per_page", "total_pages"]
        assert registre.siren["moulin"] in [x["siren"] for x in corps["results"]]
    else:
        assert corps == {"erreur": "Veuillez indiquer au moins un paramètre de recherche."}
