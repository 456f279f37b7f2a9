"""One hostile server for the folder, honest again before each test; nothing that a process keeps goes to the next."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from fce.demo.identite import serveur as identite
from fce.droits.comptes.oidc import metadonnees, protocole, reseau
from fce.droits.comptes.oidc.fournisseurs import fournisseurs
from tests.droits.comptes.oidc.hostile import Banc, Hostile


@pytest.fixture(scope="module")
def serveur() -> Iterator[identite.Serveur]:
    with identite.en_marche(genre=Hostile) as serveur:
        yield serveur
    reseau.fermer()


@pytest.fixture
def banc(serveur: identite.Serveur, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Banc]:
    for nom, valeur in serveur.reglages().items():
        if nom.startswith(("FCE_PROCONNECT", "FCE_FRANCECONNECT")):
            setattr(settings, nom, valeur)
    settings.FCE_PROCONNECT_PKCE, settings.FCE_PROCONNECT_MFA = True, "souhaitee"
    # A busy machine is not a slow provider: tests of the deadline set their own.
    monkeypatch.setattr(protocole, "Echeance", lambda: reseau.Echeance(30))
    metadonnees.oublier()
    application = serveur.get_app()
    yield Banc(serveur, fournisseurs())
    serveur.set_app(application)
    for emetteur in serveur.emetteurs.values():
        assert isinstance(emetteur, Hostile)
        emetteur.honnete()
    metadonnees.oublier()
