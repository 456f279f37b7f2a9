"""A browser that signs in through the views and the demonstration's identity server, one step at a time."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
from django.conf import settings
from django.http import HttpResponse
from django.test import Client

from fce.demo.identite.autorisations import Autorisation
from fce.demo.identite.emetteur import Emetteur

HOTE = {"HTTP_HOST": "127.0.0.1:8000"}


class EmetteurModifiable(Emetteur):
    """Says of people what a test wants said: ``identite_forcee`` over userinfo, ``preuve_forcee`` over the id_token."""

    identite_forcee: dict[str, Any]
    preuve_forcee: dict[str, Any]

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self.identite_forcee, self.preuve_forcee = {}, {}

    def identite(self, accordee: Autorisation) -> dict[str, Any]:
        return _sans_absents(super().identite(accordee) | self.identite_forcee)

    def preuve(self, accordee: Autorisation, acces: str) -> dict[str, Any]:
        return _sans_absents(super().preuve(accordee, acces) | self.preuve_forcee)


def _sans_absents(revendications: dict[str, Any]) -> dict[str, Any]:
    return {nom: valeur for nom, valeur in revendications.items() if valeur is not None}


class Navigateur(Client):
    """A Django test client at the address where the service is registered."""

    def __init__(self, **autres: Any) -> None:
        super().__init__(**HOTE, **autres)

    def partir(self, cle: str = "proconnect", suite: str = "", mfa: bool = False) -> str:
        """Leave for the provider; return the address that the browser is sent to."""
        formulaire = {"suite": suite} | ({"mfa": "1"} if mfa else {})
        reponse = self.post(f"/connexion/{cle}", formulaire)
        assert reponse.status_code == 302, reponse.content
        return str(reponse["Location"])

    def revenir(self, adresse: str) -> HttpResponse:
        """Follow the address that the provider sent the browser back to."""
        morceaux = urlsplit(adresse)
        return self.get(f"{morceaux.path}?{morceaux.query}")

    def se_connecter(self, personnage: str, cle: str = "proconnect", **options: Any) -> HttpResponse:
        """The whole way, as someone."""
        return self.revenir(choisir(self.partir(cle, **options), personnage))

    @property
    def temoin(self) -> str:
        """The value of the session's cookie, "" without one."""
        morceau = self.cookies.get(settings.SESSION_COOKIE_NAME)
        return morceau.value if morceau else ""


def choisir(adresse: str, personnage: str) -> str:
    """What the person does at the provider's: choose who she is. Return where her browser is sent back."""
    reponse = httpx.get(f"{adresse}&{urlencode({'login_hint': personnage})}", timeout=10)
    assert reponse.status_code == 302, reponse.text
    return reponse.headers["Location"]


def parametre(adresse: str, nom: str) -> str:
    """One parameter of an address."""
    return parse_qs(urlsplit(adresse).query)[nom][0]
