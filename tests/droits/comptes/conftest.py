from collections.abc import Iterator

import pytest

from fce.demo.identite import serveur
from fce.droits.comptes.oidc import metadonnees, reseau
from tests.droits.comptes.navigateur import EmetteurModifiable


@pytest.fixture(scope="session")
def _identites() -> Iterator[serveur.Serveur]:
    with serveur.en_marche(genre=EmetteurModifiable) as en_marche:
        yield en_marche
    reseau.fermer()


@pytest.fixture
def identites(_identites: serveur.Serveur, settings: object) -> Iterator[serveur.Serveur]:
    """The demonstration's identity server, set as both providers of the service; as it is, at the end of the test."""
    for nom, valeur in _identites.reglages().items():
        if nom.startswith(("FCE_PROCONNECT_", "FCE_FRANCECONNECT_")):
            setattr(settings, nom, valeur if nom != "FCE_PROCONNECT_PKCE" else True)
    metadonnees.oublier()
    yield _identites
    metadonnees.oublier()
    for emetteur in _identites.emetteurs.values():
        assert isinstance(emetteur, EmetteurModifiable)
        emetteur.identite_forcee.clear()
        emetteur.preuve_forcee.clear()
