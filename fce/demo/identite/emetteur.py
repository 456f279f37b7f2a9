"""One issuer: codes and tokens in memory, answers of the protocol; independent of HTTP."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import threading
import time
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from authlib.common.urls import add_params_to_uri
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from authlib.oidc.core.util import create_half_hash

from fce.demo.identite import regles as r
from fce.demo.identite.autorisations import (
    SORTIE_FAUSSE,
    Autorisation,
    Client,
    RequeteFausse,
    RequeteOidc,
    verifier_demande,
)
from fce.demo.identite.personnages import Personnage
from fce.demo.identite.signature import ALGORITHME, Signature

GARDEES_MAX: Final = 1000


class JetonRefuse(Exception):
    """Error code of the token endpoint (RFC 6749 §5.2)."""


class Emetteur:
    """The issuer at ``adresse``, for the services ``clients``."""

    def __init__(self, regles: r.Regles, adresse: str, clients: Mapping[str, Client]) -> None:
        self.regles, self.adresse, self.clients = regles, adresse, dict(clients)
        self.signature = Signature()
        self._verrou = threading.Lock()
        self._codes: dict[str, Autorisation] = {}
        self._acces: dict[str, Autorisation] = {}

    def decouverte(self) -> dict[str, Any]:
        """OpenID Connect Discovery §3."""
        dite = {
            "issuer": self.adresse,
            "authorization_endpoint": f"{self.adresse}/authorize",
            "token_endpoint": f"{self.adresse}/token",
            "userinfo_endpoint": f"{self.adresse}/userinfo",
            "jwks_uri": f"{self.adresse}/jwks",
            "end_session_endpoint": f"{self.adresse}/session/end",
            "response_types_supported": ["code"],
            "grant_types_supported": ["authorization_code"],
            "subject_types_supported": ["pairwise" if self.regles.sujet_par_service else "public"],
            "scopes_supported": list(self.regles.scopes),
            "acr_values_supported": list(self.regles.niveaux),
            "token_endpoint_auth_methods_supported": ["client_secret_post"],
            "id_token_signing_alg_values_supported": [ALGORITHME],
            "userinfo_signing_alg_values_supported": [ALGORITHME],
            "claims_parameter_supported": True,
            "authorization_response_iss_parameter_supported": True,
        }
        if "code_challenge" in self.regles.parametres:
            dite["code_challenge_methods_supported"] = ["S256"]
        return dite

    def jwks(self) -> dict[str, Any]:
        """Public keys (RFC 7517)."""
        return self.signature.jwks()

    def demande(self, parametres: Mapping[str, str]) -> RequeteOidc:
        """Check an ``/authorize`` request. Raises ``RequeteFausse``."""
        return verifier_demande(parametres, self.clients, self.regles)

    def choisi(self, indice: str) -> Personnage | None:
        """Return the person named by ``login_hint`` (key or e-mail), or None."""
        return next((p for p in self.regles.personnages if indice in (p.cle, p.email)), None)

    def accorder(self, demande: RequeteOidc, personnage: Personnage) -> str:
        """Return the redirection to the service with a code."""
        acr, amr = r.niveau(demande.niveaux, self.regles.niveaux)
        code, maintenant = secrets.token_urlsafe(32), time.time()
        accordee = Autorisation(
            demande, personnage, acr, tuple(amr), int(maintenant), maintenant + self.regles.duree_code
        )
        with self._verrou:
            _oublier(self._codes, maintenant)
            self._codes[code] = accordee
        return self.revenir(demande, [("code", code)])

    def revenir(self, demande: RequeteOidc, avec: list[tuple[str, str]]) -> str:
        """Return the redirect URI with ``avec``, ``state`` and ``iss`` (RFC 9207)."""
        adresse: str = add_params_to_uri(demande.redirect_uri, [*avec, ("state", demande.state), ("iss", self.adresse)])
        return adresse

    def echanger(self, formulaire: Mapping[str, str]) -> dict[str, Any]:
        """Exchange a code for tokens (RFC 6749 §4.1.3). Raises ``JetonRefuse``."""
        client = self.clients.get(formulaire.get("client_id", ""))
        secret = formulaire.get("client_secret", "")
        if client is None or not hmac.compare_digest(client.client_secret.encode(), secret.encode()):
            raise JetonRefuse("invalid_client")
        if formulaire.get("grant_type") != "authorization_code":
            raise JetonRefuse("unsupported_grant_type")
        code, maintenant = formulaire.get("code", ""), time.time()
        acces = secrets.token_urlsafe(32)
        with self._verrou:
            accordee = self._codes.pop(code, None)
            if accordee is None:
                self._acces = {jeton: a for jeton, a in self._acces.items() if a.code != code}
                raise JetonRefuse("invalid_grant")
            if accordee.expire <= maintenant or not _est_pour(accordee.demande, client, formulaire):
                raise JetonRefuse("invalid_grant")
            accordee = replace(accordee, code=code, expire=maintenant + self.regles.duree_jeton)
            _oublier(self._acces, maintenant)
            self._acces[acces] = accordee
        return {
            "access_token": acces,
            "token_type": "Bearer",
            "expires_in": self.regles.duree_jeton,
            "scope": " ".join(accordee.demande.scopes),
            "id_token": self.signer(self.preuve(accordee, acces)),
        }

    def userinfo(self, acces: str) -> str | None:
        """Return the signed identity of an access token, None when invalid."""
        accordee = self._acces.get(acces)
        if accordee is None or accordee.expire <= time.time():
            return None
        return self.signer(self.identite(accordee))

    def sortie(self, parametres: Mapping[str, str]) -> str:
        """Return the redirection after sign-out (RP-Initiated Logout 1.0 §3). Raises ``RequeteFausse``."""
        retour = parametres.get("post_logout_redirect_uri", "")
        if not any(retour in client.sorties for client in self.clients.values()):
            raise RequeteFausse(SORTIE_FAUSSE, "L’adresse de retour après déconnexion n’est pas celle inscrite.")
        if not (parametres.get("id_token_hint") or parametres.get("client_id") in self.clients):
            raise RequeteFausse(SORTIE_FAUSSE, "La déconnexion ne dit pas de qui.")
        adresse: str = add_params_to_uri(retour, [("state", parametres.get("state", ""))])
        return adresse

    def preuve(self, accordee: Autorisation, acces: str) -> dict[str, Any]:
        dites = {
            **self._communes(accordee),
            "exp": int(time.time()) + self.regles.duree_jeton,
            "nonce": accordee.demande.nonce,
            "auth_time": accordee.depuis,
            "at_hash": create_half_hash(acces, ALGORITHME).decode(),
        }
        nommees = {"acr": accordee.acr, "amr": list(accordee.amr)}
        return dites | {nom: valeur for nom, valeur in nommees.items() if nom in accordee.demande.par_nom}

    def identite(self, accordee: Autorisation) -> dict[str, Any]:
        """Claims of userinfo, for the granted scopes."""
        permises = {self.regles.scopes[scope] for scope in accordee.demande.scopes}
        toutes = r.revendications(accordee.personnage)
        return {nom: valeur for nom, valeur in toutes.items() if nom in permises} | self._communes(accordee)

    def signer(self, revendications: dict[str, Any]) -> str:
        return self.signature.signer(revendications)

    def sujet(self, personnage: Personnage, client_id: str) -> str:
        """Return a person's ``sub``: the same at each run, per service when the rules require it."""
        parties = (self.regles.cle, client_id if self.regles.sujet_par_service else "", personnage.cle)
        return hashlib.sha256("\x00".join(parties).encode()).hexdigest()

    def _communes(self, accordee: Autorisation) -> dict[str, Any]:
        client_id = accordee.demande.client_id
        return {
            "iss": self.adresse,
            "aud": client_id,
            "sub": self.sujet(accordee.personnage, client_id),
            "iat": int(time.time()),
        }


def _est_pour(demande: RequeteOidc, client: Client, formulaire: Mapping[str, str]) -> bool:
    """Whether a code belongs to this service, redirect URI and PKCE verifier (RFC 7636 §4.6)."""
    verificateur = formulaire.get("code_verifier", "")
    defi = create_s256_code_challenge(verificateur) if verificateur.isascii() and verificateur else ""
    return (demande.client_id, demande.redirect_uri, demande.defi) == (
        client.client_id,
        formulaire.get("redirect_uri", ""),
        defi,
    )


def _oublier(gardees: dict[str, Autorisation], maintenant: float) -> None:
    """Remove expired entries, then the oldest beyond ``GARDEES_MAX``."""
    for cle in [cle for cle, gardee in gardees.items() if gardee.expire <= maintenant]:
        del gardees[cle]
    while len(gardees) >= GARDEES_MAX:
        del gardees[next(iter(gardees))]
