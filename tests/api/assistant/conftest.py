"""Assistants that ask ``/mcp``, and a ProConnect that answers what a test wants about their tokens."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from fce.api.assistant.protocole import MODERNE
from fce.config.assistants import ReglagesDesAssistants
from fce.droits.comptes.models import Compte
from fce.droits.comptes.oidc import introspection, metadonnees
from fce.droits.comptes.oidc.introspection import Porteur
from fce.droits.comptes.oidc.metadonnees import Decouverte
from fce.droits.comptes.oidc.reseau import ReponseOidc
from tests.droits.comptes import fabrique as c

CLIENT = "assistant-ia"
META = "io.modelcontextprotocol/"
OUVERT = ReglagesDesAssistants(True, {CLIENT: "DPO-12"}, "fce", "nous", "secret-de-nous-seuls", "")
JETON = "un-jeton-de-proconnect"
ADRESSES = Decouverte("", "", "", "", "", f"{c.PROCONNECT}/introspection", iss_au_retour=True)


@pytest.fixture
def ouvert(settings: Any) -> None:
    settings.FCE_MCP = OUVERT
    settings.FCE_PROCONNECT_ISSUER, settings.FCE_PROCONNECT_CLIENT_ID = c.PROCONNECT, "fce"
    settings.FCE_PROCONNECT_CLIENT_SECRET = "secret-de-connexion"
    introspection._gardes.clear()


class ProConnect:
    """``dit``: what it says of any token; ``demandes``: how many times it was asked."""

    def __init__(self) -> None:
        self.dit: Any = {"active": False}
        self.demandes, self.type, self.statut = 0, "application/json", 200

    def repondre(self, *_: Any, **__: Any) -> ReponseOidc:
        self.demandes += 1
        corps = self.dit if isinstance(self.dit, bytes) else json.dumps(self.dit).encode()
        return ReponseOidc(self.statut, self.type, corps)

    def porter(self, compte: Compte, **differences: Any) -> None:
        """Tokens are this account's, and good, but for ``differences``; None leaves a claim out."""
        dit = {"active": True, "iss": compte.iss, "sub": compte.sub, "client_id": CLIENT, "aud": CLIENT,
               "scope": "openid fce", "exp": time.time() + 60, "token_type": "Bearer", **differences}  # fmt: skip
        self.dit = {nom: valeur for nom, valeur in dit.items() if valeur is not None}
        introspection._gardes.clear()


@pytest.fixture
def proconnect(ouvert: None, monkeypatch: pytest.MonkeyPatch) -> ProConnect:
    joue = ProConnect()
    monkeypatch.setattr(introspection, "demander", joue.repondre)
    monkeypatch.setattr(metadonnees, "decouverte", lambda *_: ADRESSES)
    return joue


def porter(monkeypatch: pytest.MonkeyPatch, compte: Compte, client: str = CLIENT) -> None:
    """Any token is this account's."""
    dit = Porteur(compte.iss, compte.sub, client, time.time() + 3600)
    monkeypatch.setattr("fce.api.assistant.vues.porteur_de", lambda _: dit)


def envoyer(methode: str, parametres: dict[str, Any], *, jeton: str = JETON, **entetes: str) -> HttpResponse:
    """One request in the revision 2026-07-28, as an assistant sends it."""
    meta = {f"{META}protocolVersion": MODERNE, f"{META}clientCapabilities": {"elicitation": {"url": {}}}}
    corps = {"jsonrpc": "2.0", "id": 1, "method": methode, "params": parametres | {"_meta": meta}}
    dits = {"MCP-Protocol-Version": MODERNE, "Mcp-Method": methode}
    dits |= {"Mcp-Name": parametres["name"]} if "name" in parametres else {}
    dits |= {"Authorization": f"Bearer {jeton}"} if jeton else {}
    return Client().post("/mcp", json.dumps(corps), content_type="application/json", headers=dits | entetes)


def appeler(outil: str, *, jeton: str = JETON, rendu: str = "", **arguments: Any) -> dict[str, Any]:
    """The result of a tool."""
    parametres = {"name": outil, "arguments": arguments} | ({"requestState": rendu} if rendu else {})
    reponse = envoyer("tools/call", parametres, jeton=jeton)
    lu = json.loads(reponse.content)
    assert "result" in lu, lu
    return dict(lu["result"])


def textes(resultat: dict[str, Any]) -> list[dict[str, str]]:
    return [f for b in resultat["structuredContent"]["blocs"] for f in b.get("textes_du_registre", [])]


Jouer = Callable[..., dict[str, Any]]
