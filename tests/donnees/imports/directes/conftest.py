from collections.abc import Iterator
from typing import Any

import pytest

from fce.donnees.imports.directes import disjoncteur, transport
from tests.donnees.imports.directes import serveur as faux

DESTINATAIRE = "13002526500013"
JETON = "jeton-de-test-tres-secret"


@pytest.fixture
def serveur(settings: Any) -> Iterator[faux.Serveur]:
    """A producer with answers written by the test, and a process without call history."""
    disjoncteur.oublier()
    with faux.en_marche() as lance:
        settings.FCE_API_ENTREPRISE_URL = lance.adresse
        settings.FCE_API_ENTREPRISE_TOKEN = JETON
        settings.FCE_API_ENTREPRISE_DESTINATAIRE = DESTINATAIRE
        yield lance
        transport.fermer()
    disjoncteur.oublier()
