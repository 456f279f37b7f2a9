"""A provider that lies: the demonstration's, whose claims, signatures and answers are changed one at a time."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

import httpx
from joserfc import jws
from joserfc.jwk import ECKey, RSAKey

from fce.demo.identite.autorisations import Autorisation
from fce.demo.identite.emetteur import Emetteur
from fce.demo.identite.serveur import Serveur
from fce.droits.comptes.oidc import protocole
from fce.droits.comptes.oidc.fournisseurs import Fournisseur

Revendications = dict[str, Any]
Sceau = Callable[["Hostile", Revendications], str]
NAVIGATEUR = httpx.Client(trust_env=False, verify=False)
PERSONNAGE = {"proconnect": "inspectrice-59", "franceconnect": "chef-entreprise"}


class Hostile(Emetteur):
    """Honest until told otherwise; ``sceau`` replaces the signature of the id_token, ``sceau_identite`` of userinfo."""

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self.honnete()

    def honnete(self) -> None:
        self.changer_preuve: Callable[[Revendications], Revendications] = dict
        self.changer_identite: Callable[[Revendications], Revendications] = dict
        self.changer_decouverte: Callable[[Revendications], Revendications] = dict
        self.changer_jetons: Callable[[Revendications], Revendications] = dict
        self.sceau: Sceau | None = None
        self.sceau_identite: Sceau | None = None

    def decouverte(self) -> Revendications:
        return self.changer_decouverte(super().decouverte())

    def echanger(self, formulaire: Any) -> Revendications:
        return self.changer_jetons(super().echanger(formulaire))

    def preuve(self, accordee: Autorisation, acces: str) -> Revendications:
        return self.changer_preuve(super().preuve(accordee, acces))

    def identite(self, accordee: Autorisation) -> Revendications:
        return self.changer_identite(super().identite(accordee))

    def signer(self, revendications: Revendications) -> str:
        sceau = self.sceau if "auth_time" in revendications else self.sceau_identite
        return sceau(self, revendications) if sceau else super().signer(revendications)


def sans(*noms: str) -> Callable[[Revendications], Revendications]:
    return lambda dites: {nom: valeur for nom, valeur in dites.items() if nom not in noms}


def avec(**valeurs: Any) -> Callable[[Revendications], Revendications]:
    return lambda dites: {**dites, **valeurs}


def b64(octets: bytes | str) -> str:
    return base64.urlsafe_b64encode(octets.encode() if isinstance(octets, str) else octets).rstrip(b"=").decode()


def brut(entete: Any, revendications: Any, signature: bytes = b"") -> str:
    """A compact token as anyone can write one."""
    return f"{b64(json.dumps(entete))}.{b64(json.dumps(revendications))}.{b64(signature)}"


def signe(entete: Revendications, revendications: Revendications, cle: ECKey | RSAKey) -> str:
    """Signed with any key under any header, whatever a registry would say of it."""
    algorithme = entete["alg"]
    entree = f"{b64(json.dumps(entete))}.{b64(json.dumps(revendications))}"
    signature = jws.JWSRegistry.algorithms[algorithme].sign(entree.encode(), cle)
    return f"{entree}.{b64(signature)}"


@dataclass
class Banc:
    """The hostile server, and this service registered at both of its issuers."""

    serveur: Serveur
    fournisseurs: dict[str, Fournisseur]

    def emetteur(self, cle: str = "proconnect") -> Hostile:
        emetteur = self.serveur.emetteurs[cle]
        assert isinstance(emetteur, Hostile)
        return emetteur

    def redirect_uri(self, cle: str = "proconnect") -> str:
        return f"http://127.0.0.1:8000/connexion/{cle}/retour"

    def partir(self, cle: str = "proconnect", **changements: Any) -> protocole.Depart:
        return protocole.commencer(replace(self.fournisseurs[cle], **changements), self.redirect_uri(cle))

    def choisir(self, depart: protocole.Depart, cle: str = "proconnect", qui: str = "") -> dict[str, str]:
        """Parameters of the address of return, once a person has been chosen at the provider."""
        reponse = NAVIGATEUR.get(f"{depart.adresse}&login_hint={qui or PERSONNAGE[cle]}")
        assert reponse.status_code == 302, reponse.text
        retour = urlsplit(reponse.headers["Location"])
        return {nom: valeur for nom, (valeur,) in parse_qs(retour.query).items()}

    def aller(self, cle: str = "proconnect", **changements: Any) -> tuple[protocole.Depart, dict[str, str]]:
        """A sign-in as it leaves, and its return from the provider."""
        depart = self.partir(cle, **changements)
        return depart, self.choisir(depart, cle)

    def terminer(
        self, depart: protocole.Depart, retour: dict[str, str], cle: str = "proconnect", **changements: Any
    ) -> protocole.Identite:
        return protocole.terminer(
            replace(self.fournisseurs[cle], **changements),
            code=retour["code"],
            depart=depart,
            redirect_uri=self.redirect_uri(cle),
            maintenant=datetime.now(UTC),
            iss=retour.get("iss"),
        )

    def connecter(self, cle: str = "proconnect", qui: str = "", **changements: Any) -> protocole.Identite:
        depart = self.partir(cle, **changements)
        return self.terminer(depart, self.choisir(depart, cle, qui), cle, **changements)

    def jeton_de(self, cle: str = "proconnect") -> str:
        """The id_token of an honest sign-in, stolen."""
        voles: list[Revendications] = []

        def garder(jetons: Revendications) -> Revendications:
            voles.append(jetons)
            return jetons

        self.emetteur(cle).changer_jetons = garder
        self.connecter(cle)
        return str(voles[0]["id_token"])


@dataclass
class EnPanne:
    """A WSGI application that answers ``par`` at the addresses that end with ``point``, as usual elsewhere."""

    application: WSGIApplication
    point: str
    par: WSGIApplication

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        touchee = environ["PATH_INFO"].endswith(self.point)
        return (self.par if touchee else self.application)(environ, start_response)


def repond(statut: str, corps: bytes = b"", **entetes: str) -> WSGIApplication:
    def application(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        dits = [(nom.replace("_", "-"), valeur) for nom, valeur in entetes.items()]
        start_response(statut, [("Content-Type", "application/json"), *dits])
        return [corps]

    return application
