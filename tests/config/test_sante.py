"""Health checks under both names: the same answer, the same policy, the same threads."""

import pytest
from django.test import Client

from fce.socle.web.routes import politique_du_chemin

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("chemin", "alias"), [("/healthz", "/sante/vivant"), ("/readyz", "/sante/pret")])
def test_both_names_of_a_probe_give_the_same_answer_and_policy(client: Client, chemin: str, alias: str) -> None:
    connu, autre = client.get(chemin), client.get(alias)
    assert (autre.status_code, autre.json()) == (connu.status_code, connu.json())
    assert politique_du_chemin(alias) == politique_du_chemin(chemin) is not None
