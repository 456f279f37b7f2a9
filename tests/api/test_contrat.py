"""The OpenAPI document and the answers agree, whatever is asked (schemathesis)."""

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from fce.config.requetes import Application
from tests.recherche.univers import Univers

pytestmark = [pytest.mark.django_db, pytest.mark.filterwarnings("ignore")]
# Not ``fce.config.wsgi``, which is a web process: it would look for cycles after each page of all the other tests.
schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", Application())


@pytest.fixture
def index(db: None) -> None:
    univers = Univers()
    for n in range(30):
        univers.entreprise(f"ATELIER {n}")
    univers.indexer()


@schema.parametrize()
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
def test_every_answer_is_one_that_the_document_describes(case, index):
    case.call_and_validate(
        # A 500 is not documented, hence refused; a 503 of a busy database is, and has its sentence.
        checks=[status_code_conformance, content_type_conformance, response_schema_conformance]
    )
