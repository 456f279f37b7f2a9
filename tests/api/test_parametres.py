"""The search of the API reads its parameters once: what it answers is what it would say by the model of them."""

import pytest
from django.test import Client

from fce.api import v1
from tests.recherche.univers import Univers

pytestmark = pytest.mark.django_db

PARAMETRES = (
    "", "q=moulin", "q=moulin&q=rien", "q=", "q=%00", "q=%ff%fe", "q=" + "x" * 2000, "q=" + "x" * 2001,
    "q=" + "x" * 2001 + "&q=moulin", "q=moulin&page=2", "q=moulin&page=", "q=moulin&page=-1", "q=moulin&page=%2B1",
    "q=moulin&page=1.0", "q=moulin&page=%C2%B2", "q=moulin&page=0", "q=moulin&page=" + "9" * 30,
    "q=moulin&page=x&page=1", "q=moulin&page=1&page=x", "q=moulin&taille=100", "q=moulin&taille=1_0",
    "q=moulin&taille=%201", "q=moulin&taille=x", "q=moulin&vue=etablissements", "q=moulin&vue=autre",
    "q=moulin&etat=tous", "q=moulin&etat=x", "q=moulin&tri=-nom", "q=moulin&tri=x", "departement=59",
    "departement=59&departement=75", "departement=xx", "naf=10.71C", "lieu=lille", "lieu=nulle+part",
    "creation_min=2030-01-01&creation_max=2020-01-01", "creation_min=hier", "facettes=toutes&q=moulin",
    "facettes=departement&q=moulin", "facettes=x", "inconnu=1&q=moulin", "q=552032535", "q=W123456789", "siege=oui",
    "&".join(f"departement={n:02d}" for n in range(1, 60)),
)  # fmt: skip


@pytest.fixture
def _moulins(univers: Univers) -> None:
    for n in range(3):
        univers.entreprise(f"MOULIN {n}")
    univers.indexer()


@pytest.fixture
def univers(db: None) -> Univers:
    return Univers()


def demander(methode: str, parametres: str) -> tuple[int, dict[str, str], bytes]:
    reponse = getattr(Client(), methode)(f"/api/v1/recherche?{parametres}")
    entetes = dict(reponse.items())
    numero = entetes.pop("X-Request-Id")  # of each request, and in some refusals
    return reponse.status_code, entetes, reponse.content.replace(numero.encode(), b"")


@pytest.mark.usefixtures("_moulins")
def test_an_answer_is_the_one_that_the_model_of_the_parameters_gives(monkeypatch: pytest.MonkeyPatch) -> None:
    demandes = [("get", p) for p in PARAMETRES] + [("head", "q=moulin"), ("post", "q=moulin"), ("options", "q=moulin")]
    lues = [demander(*demande) for demande in demandes]
    assert {statut for statut, _, _ in lues} >= {200, 400, 405}
    monkeypatch.setattr(v1, "_bien_types", lambda _: False)
    for demande, lue in zip(demandes, lues, strict=True):
        assert demander(*demande) == lue, demande


@pytest.mark.usefixtures("_moulins")
def test_no_model_is_made_of_ordinary_parameters(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuser(*_: object, **__: object) -> None:
        raise AssertionError("read twice")

    monkeypatch.setattr(v1.ParametresRecherche, "model_validate", refuser)
    assert demander("get", "q=moulin&page=1&departement=59&taille=20")[0] == 200
