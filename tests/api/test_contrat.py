"""The OpenAPI document and the answers agree, whatever is asked (schemathesis)."""

import pytest
import schemathesis
from django.test import Client
from hypothesis import HealthCheck, settings
from jsonschema import Draft202012Validator
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from fce.api.documentation import exemples
from tests.api.conftest import ApplicationLocale
from tests.recherche.univers import Univers

FICHIERS = {"/api/v1/fichiers/entreprises.{genre}", "/api/v1/fichiers/etablissements.parquet"}
SANS_JSON = {"/api/v1/changements", *FICHIERS}
"""Lines, files: tested with the feed."""
pytestmark = [pytest.mark.django_db, pytest.mark.filterwarnings("ignore")]
# Not ``fce.config.wsgi``, which is a web process: it would look for cycles after each page of all the other tests.
schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", ApplicationLocale())


@pytest.fixture
def index(db: None) -> None:
    univers = Univers()
    for n in range(30):
        univers.entreprise(f"ATELIER {n}", categorie_entreprise="PME")
    univers.indexer()


def test_the_document_is_valid_openapi(db: None) -> None:
    schema.validate()


def test_each_documented_example_is_answered_as_its_schema_says(client: Client, index: None) -> None:
    document = client.get("/api/v1/openapi.json").json()
    montres = exemples()
    assert montres.keys() == {c for c, v in document["paths"].items() if not any("security" in o for o in v.values())}
    for chemin, exemple in montres.items():
        ((verbe, operation),) = document["paths"][chemin].items()
        if chemin in SANS_JSON:
            continue
        corps = {"data": exemple.corps, "content_type": "application/json"} if exemple.corps else {}
        reponse = client.generic(verbe.upper(), exemple.adresse, **corps)
        assert reponse.status_code == 200, (exemple.adresse, reponse.content)
        forme = operation["responses"]["200"]["content"]["application/json"]["schema"]
        Draft202012Validator(forme | {"components": document["components"]}).validate(reponse.json())
        refus = client.generic(verbe.upper(), f"{exemple.adresse}{'&' if '?' in exemple.adresse else '?'}inconnu=1")
        forme = operation["responses"]["400"]["content"]["application/problem+json"]["schema"]
        Draft202012Validator(forme | {"components": document["components"]}).validate(refus.json())


@schema.parametrize()
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
def test_every_answer_is_one_that_the_document_describes(case, index, connexion_gardee):
    case.call_and_validate(
        # A 500 is not documented, hence refused; a 503 of a busy database is, and has its sentence.
        checks=[status_code_conformance, content_type_conformance, response_schema_conformance]
    )
