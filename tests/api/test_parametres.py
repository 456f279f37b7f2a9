"""What the search of the API takes and what it refuses, one parameter at a time."""

import pytest
from django.test import Client

from tests.recherche.univers import Univers

pytestmark = pytest.mark.django_db

ACCEPTES = (
    "q=moulin", "q=%00&departement=59", "q=%ff%fe", "q=" + "x" * 2000, "q=moulin&page=2", "q=moulin&taille=100",
    "q=moulin&vue=etablissements", "q=moulin&etat=tous", "q=moulin&tri=-nom", "departement=59",
    "departement=59&departement=75", "naf=10.71C", "lieu=lille", "facettes=toutes&q=moulin",
    "facettes=departement&q=moulin", "q=552032535", "q=W123456789",
    "&".join(f"departement={n:02d}" for n in range(1, 20)),
)  # fmt: skip
REFUSES = (
    "", "q=", "q=%00", "q=moulin&q=rien", "q=" + "x" * 2001, "q=" + "x" * 2001 + "&q=moulin", "q=moulin&page=",
    "q=moulin&page=-1", "q=moulin&page=%2B1", "q=moulin&page=1.0", "q=moulin&page=%C2%B2", "q=moulin&page=0",
    "q=moulin&page=" + "9" * 30, "q=moulin&page=x&page=1", "q=moulin&page=1&page=x", "q=moulin&taille=1_0",
    "q=moulin&taille=%201", "q=moulin&taille=x", "q=moulin&vue=autre", "q=moulin&etat=x", "q=moulin&tri=x",
    "departement=xx", "lieu=nulle+part", "creation_min=2030-01-01&creation_max=2020-01-01", "creation_min=hier",
    "facettes=x", "inconnu=1&q=moulin", "siege=oui",
    "&".join(f"departement={n:02d}" for n in range(1, 60)),
)  # fmt: skip


@pytest.fixture(autouse=True)
def _moulins(db: None) -> None:
    univers = Univers()
    univers.entreprise("MOULIN")
    univers.indexer()


@pytest.mark.parametrize(("parametres", "statut"), [*((p, 200) for p in ACCEPTES), *((p, 400) for p in REFUSES)])
def test_a_parameter_is_read_or_refused_with_a_sentence(client: Client, parametres: str, statut: int) -> None:
    reponse = client.get(f"/api/v1/recherche?{parametres}")
    assert reponse.status_code == statut
    assert statut == 200 or reponse.json()["erreur"]["message"].endswith((".", "?"))
