"""Registered services, sign-in requests, codes and access tokens."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from fce.demo.identite.personnages import Personnage
from fce.demo.identite.regles import Regles

PARAMETRE_FAUX: Final = "Y000400"
RETOUR_FAUX: Final = "Y030031"
SORTIE_FAUSSE: Final = "Y030111"


@dataclass(frozen=True, slots=True)
class Client:
    """A registered service and its exact redirect URIs."""

    client_id: str
    client_secret: str
    retours: frozenset[str]
    sorties: frozenset[str]


@dataclass(frozen=True, slots=True)
class RequeteOidc:
    """A checked sign-in request. ``niveaux``: requested levels; ``par_nom``: claims requested by name."""

    client_id: str
    redirect_uri: str
    state: str
    nonce: str
    scopes: tuple[str, ...]
    niveaux: tuple[str, ...]
    par_nom: frozenset[str]
    defi: str


@dataclass(frozen=True, slots=True)
class Autorisation:
    """Consent behind a code, then behind an access token, until ``expire`` (seconds since 1970)."""

    demande: RequeteOidc
    personnage: Personnage
    acr: str
    amr: tuple[str, ...]
    depuis: int
    expire: float
    # Code of the token: if used again, the token is revoked (RFC 6749 §4.1.2).
    code: str = ""


class RequeteFausse(Exception):
    """A request that cannot be redirected to the service; its author reads the reason."""

    def __init__(self, code: str, raison: str) -> None:
        super().__init__(code)
        self.code, self.raison = code, raison


def verifier_demande(parametres: Mapping[str, str], clients: Mapping[str, Client], regles: Regles) -> RequeteOidc:
    """Check an ``/authorize`` request as strictly as the real providers. Raises ``RequeteFausse``."""
    client = clients.get(parametres.get("client_id", ""))
    if client is None:
        raise RequeteFausse(PARAMETRE_FAUX, "Ce service n’est pas inscrit.")
    if parametres.get("redirect_uri", "") not in client.retours:
        raise RequeteFausse(RETOUR_FAUX, "L’adresse de retour n’est pas celle qui a été inscrite.")
    if inconnus := sorted(set(parametres) - regles.parametres):
        raise RequeteFausse(PARAMETRE_FAUX, f"Paramètres inconnus : {', '.join(inconnus)}.")
    scopes = tuple(parametres.get("scope", "").split())
    niveaux, par_nom = _niveaux(parametres, regles)
    justes = {
        "response_type": parametres.get("response_type") == "code",
        "scope": "openid" in scopes and set(scopes) <= set(regles.scopes),
        "state": len(parametres.get("state", "")) >= regles.state_min,
        "nonce": len(parametres.get("nonce", "")) >= regles.nonce_min,
        "acr_values": set(niveaux) <= set(regles.niveaux) and (bool(niveaux) or not regles.niveau_obligatoire),
        "code_challenge_method": ("code_challenge" in parametres) == ("code_challenge_method" in parametres)
        and parametres.get("code_challenge_method", "S256") == "S256",
    }
    if fautes := [nom for nom, juste in justes.items() if not juste]:
        raise RequeteFausse(PARAMETRE_FAUX, f"Paramètres faux : {', '.join(fautes)}.")
    return RequeteOidc(
        client.client_id, parametres["redirect_uri"], parametres["state"], parametres["nonce"], scopes, niveaux,
        par_nom, parametres.get("code_challenge", ""),
    )  # fmt: skip


def _niveaux(parametres: Mapping[str, str], regles: Regles) -> tuple[tuple[str, ...], frozenset[str]]:
    """Requested levels, and id_token claims requested by name (OpenID Connect Core §5.5)."""
    niveaux = tuple(parametres.get("acr_values", "").split())
    if "claims" not in parametres:
        return niveaux, frozenset({"acr"}) if regles.niveau_obligatoire else frozenset()
    try:
        nommees: dict[str, Any] = json.loads(parametres["claims"])["id_token"]
        acr = nommees.get("acr") or {}
        return niveaux + tuple(map(str, acr.get("values", ()))), frozenset(nommees)
    except (ValueError, KeyError, TypeError, AttributeError):
        raise RequeteFausse(PARAMETRE_FAUX, "Paramètre faux : claims.") from None
