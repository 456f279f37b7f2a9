import pytest
from django.test import Client

from fce.donnees.imports.depots import reception
from tests.donnees.entreprises import fabrique as f
from tests.donnees.imports.depots.conftest import source, sources
from tests.droits.comptes import fabrique
from tests.service.portail.guichet import officier

__all__ = ["source", "sources"]


@pytest.fixture
def equipe(db: None) -> Client:
    """The browser of someone of the team."""
    return fabrique.client_de(fabrique.mandataire("equipe"))


@pytest.fixture
def restes():
    """What the deposits hold on the disk."""
    return lambda: sorted(p.name for p in reception.racine().rglob("*")) if reception.racine().exists() else []


@pytest.fixture
def officiere(db: None) -> Client:
    """The browser of a data officer of the producer « essai »."""
    return officier()[0]


@pytest.fixture
def signalees(db: None) -> None:
    """A company on which errors are reported, and one of a masked person."""
    f.unites(
        f.unite(f.siren_no(1), denomination="ATELIERS ZELBRAC"),
        f.unite(f.siren_no(3), statut_diffusion="P", categorie_juridique="1000", nom="SECRETNOM"),
    )
    f.lieux(f.lieu(f.siren_no(1)), f.lieu(f.siren_no(3)))
