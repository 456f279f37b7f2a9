"""Who an access token stands for: ProConnect is asked (RFC 7662), and answers in JSON or in a signed token (RFC 9701).

The token is neither logged nor passed on; an answer is kept ``GARDE_S`` at most, under the token's digest.
"""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Final, NamedTuple
from urllib.parse import urlencode

import structlog
from django.conf import settings
from django.utils import timezone
from joserfc import jwe
from joserfc.errors import JoseError
from joserfc.jwk import RSAKey

from fce.droits.comptes.oidc import jetons, metadonnees
from fce.droits.comptes.oidc.erreurs import JetonIllisible, RefusOidc
from fce.droits.comptes.oidc.fournisseurs import PROCONNECT, Fournisseur, fournisseurs
from fce.droits.comptes.oidc.protocole import revendications
from fce.droits.comptes.oidc.reseau import Echeance, demander
from fce.socle.erreurs import FCEError
from fce.socle.web.jetons import empreinte

GARDE_S, GARDES_MAX = 30.0, 1_000
_SIGNEE: Final = "token-introspection+jwt"
_CHIFFREMENT: Final = ["RSA-OAEP", "RSA-OAEP-256", "A256GCM", "A256CBC-HS512", "A128CBC-HS256"]
log = structlog.get_logger("fce.assistants")


class PorteurRefuse(FCEError):
    """The token is not one that we accept; the reason stays in our log."""

    status = 401
    code = "jeton_refuse"


class Porteur(NamedTuple):
    """The person (``iss``, ``sub``) and the client that a token stands for, until ``exp``."""

    iss: str
    sub: str
    client: str
    exp: float


_gardes: Final[dict[str, tuple[Porteur, float]]] = {}


def porteur_de(jeton: str) -> Porteur:
    """Raises PorteurRefuse, FournisseurIndisponible."""
    cle, maintenant = empreinte(jeton), metadonnees.horloge()
    garde = _gardes.get(cle)
    if garde is None or maintenant - garde[1] > GARDE_S or garde[0].exp <= time.time():
        for perime in [*_gardes] if len(_gardes) >= GARDES_MAX else [cle]:
            _gardes.pop(perime, None)
        garde = _gardes[cle] = _demander(jeton), maintenant
    return garde[0]


def _demander(jeton: str) -> Porteur:
    fournisseur, nous = fournisseurs().get(PROCONNECT), settings.FCE_MCP
    if fournisseur is None or nous.manques:
        raise PorteurRefuse("Aucun assistant n’est ouvert ici au nom d’un agent.")
    fournisseur = replace(fournisseur, client_id=nous.identifiant, client_secret=nous.secret)
    raison = "revendications"
    try:
        if _est_bon(dit := _interroger(jeton, fournisseur, Echeance()), fournisseur):
            return Porteur(fournisseur.issuer, jetons.sujet(dit), dit["client_id"], dit["exp"])
    except RefusOidc as erreur:
        raison = type(erreur).__name__
    log.warning("jeton_d_assistant_refuse", raison=raison)
    raise PorteurRefuse("Ce jeton n’ouvre rien ici : il a expiré, ou n’est pas d’un assistant autorisé.")


def _interroger(jeton: str, nous: Fournisseur, echeance: Echeance) -> jetons.Revendications:
    """What ProConnect says of a token. With a key of ours, only a signed answer counts. Raises a RefusOidc,
    FournisseurIndisponible."""
    ou, cle = metadonnees.decouverte(nous, echeance).introspection_endpoint, settings.FCE_MCP.cle
    formulaire = urlencode({"token": jeton, "client_id": nous.client_id, "client_secret": nous.client_secret})
    entetes = {"Accept": f"application/{_SIGNEE}", "Content-Type": "application/x-www-form-urlencoded"}
    reponse = demander("POST", ou, echeance, entetes=entetes, formulaire=formulaire)
    texte = reponse.corps.decode("ascii", "replace").strip()
    if reponse.type == "application/json" and not cle:
        return {"iss": nous.issuer} | reponse.objet()
    try:
        if cle:
            texte = (jwe.decrypt_compact(texte, RSAKey.import_key(cle), _CHIFFREMENT).plaintext or b"").decode()
    except (JoseError, ValueError, TypeError):
        raise JetonIllisible from None
    signe = revendications(texte, nous, echeance, _SIGNEE)
    jetons.verifier_introspection(signe, nous, timezone.now())
    dit = signe.get("token_introspection")
    return {"iss": nous.issuer} | dit if isinstance(dit, dict) else {}


def _est_bon(dit: jetons.Revendications, nous: Fournisseur) -> bool:
    """Whether these claims make a bearer that we accept: active, of our issuer, for an allowed client, with our scope,
    not for another service, not ended."""
    client, portees, publics, exp = str(dit.get("client_id")), str(dit.get("scope")), dit.get("aud"), dit.get("exp", 0)
    publics = publics if isinstance(publics, list) else [publics or client]
    vivant = dit.get("active") is True and type(exp) in (int, float) and time.time() < exp < jetons.INSTANT_MAX
    permis = client in settings.FCE_MCP.clients and settings.FCE_MCP.portee in portees.split()
    return vivant and permis and dit.get("iss") == nous.issuer and bool({client, nous.client_id} & {*map(str, publics)})
