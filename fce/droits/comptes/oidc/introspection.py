"""Who an access token stands for: ProConnect is asked (RFC 7662), and answers in JSON or in a signed token (RFC 9701).

The token is neither logged nor passed on; an answer is kept ``GARDE_S`` at most, under the token's digest.
"""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any, Final, NamedTuple
from urllib.parse import urlencode

import structlog
from django.conf import settings
from django.utils import timezone
from joserfc import jwe
from joserfc.errors import JoseError
from joserfc.jwk import RSAKey

from fce.droits.comptes.oidc import jetons, metadonnees
from fce.droits.comptes.oidc.erreurs import CleInconnue, JetonIllisible, RefusOidc, SignatureFausse
from fce.droits.comptes.oidc.fournisseurs import PROCONNECT, Fournisseur, fournisseurs
from fce.droits.comptes.oidc.reseau import Echeance, ReponseOidc, demander
from fce.socle.erreurs import FCEError, FournisseurIndisponible
from fce.socle.web.jetons import empreinte

GARDE_S: Final = 30.0
GARDES_MAX: Final = 1_000
_SIGNEE: Final = "token-introspection+jwt"
_CHIFFREMENT: Final = jwe.JWERegistry(
    algorithms=["RSA-OAEP", "RSA-OAEP-256", "A256GCM", "A128GCM", "A256CBC-HS512", "A128CBC-HS256"]
)
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
        if len(_gardes) >= GARDES_MAX:
            _gardes.clear()
        _gardes.pop(cle, None)
        garde = _gardes[cle] = _demander(jeton), maintenant
    return garde[0]


def _demander(jeton: str) -> Porteur:
    fournisseur = fournisseurs().get(PROCONNECT)
    if fournisseur is None or settings.FCE_MCP.manques:
        raise PorteurRefuse("Aucun assistant n’est ouvert ici au nom d’un agent.")
    nous = replace(
        fournisseur, client_id=settings.FCE_MCP.identifiant, client_secret=settings.FCE_MCP.secret, pkce=False
    )
    echeance = Echeance()
    try:
        ou = metadonnees.decouverte(nous, echeance).introspection_endpoint
        if not ou:
            raise FournisseurIndisponible("ProConnect ne dit pas où vérifier un jeton.")
        champs = {"token": jeton, "client_id": nous.client_id, "client_secret": nous.client_secret}
        entetes = {"Accept": f"application/{_SIGNEE}", "Content-Type": "application/x-www-form-urlencoded"}
        reponse = demander("POST", ou, echeance, entetes=entetes, formulaire=urlencode(champs))
        dit = _contenu(reponse, nous, echeance)
    except RefusOidc as erreur:
        raison = type(erreur).__name__
    else:
        raison = _faute(dit, nous)
        if not raison:
            return Porteur(nous.issuer, jetons.sujet(dit), str(dit["client_id"]), float(dit["exp"]))
    log.warning("jeton_d_assistant_refuse", raison=raison)
    raise PorteurRefuse("Ce jeton n’ouvre rien ici : il a expiré, ou n’est pas d’un assistant autorisé.")


def _contenu(reponse: ReponseOidc, nous: Fournisseur, echeance: Echeance) -> dict[str, Any]:
    """The claims of an answer. With a key of ours, only a signed answer counts. Raises a RefusOidc."""
    if reponse.statut != 200:
        raise JetonIllisible
    if reponse.type == "application/json" and not settings.FCE_MCP.cle:
        return {"iss": nous.issuer} | reponse.objet()
    texte = reponse.corps.decode("ascii", "replace").strip()
    if settings.FCE_MCP.cle:
        try:
            ouvert = jwe.decrypt_compact(texte, RSAKey.import_key(settings.FCE_MCP.cle), registry=_CHIFFREMENT)
        except (JoseError, ValueError, TypeError):
            raise JetonIllisible from None
        texte = (ouvert.plaintext or b"").decode("ascii", "replace")
    publiees = metadonnees.cles(nous, echeance)
    try:
        signe = jetons.lire_signe(texte, publiees, nous.algorithmes, _SIGNEE)
    except (CleInconnue, SignatureFausse):
        if (relues := metadonnees.cles_relues(nous, echeance)) is None:
            raise
        signe = jetons.lire_signe(texte, relues, nous.algorithmes, _SIGNEE)
    jetons.verifier_introspection(signe, nous, timezone.now())
    dit = signe.get("token_introspection")
    return {"iss": nous.issuer} | dit if isinstance(dit, dict) else {}


def _faute(dit: dict[str, Any], nous: Fournisseur) -> str:
    """Why these claims do not make a bearer that we accept; "" when they do."""
    client, exp, portees = dit.get("client_id"), dit.get("exp"), dit.get("scope")
    publics = dit.get("aud", client)
    publics = publics if isinstance(publics, list) else [publics]
    instant = time.time()
    dits = {
        "inactif": dit.get("active") is True,
        "emetteur": dit.get("iss") == nous.issuer,
        "client": isinstance(client, str) and client in settings.FCE_MCP.clients,
        "audience": client in publics or nous.client_id in publics,
        "expire": isinstance(exp, int | float) and not isinstance(exp, bool) and instant < exp < jetons.INSTANT_MAX,
        "futur": not isinstance(dit.get("nbf", 0), str) and dit.get("nbf", 0) <= instant + jetons.TOLERANCE,
        "portee": isinstance(portees, str) and settings.FCE_MCP.portee in portees.split(),
        "genre": str(dit.get("token_type", "Bearer")).lower() in ("bearer", "access_token"),
        "sujet": isinstance(dit.get("sub"), str),
    }
    return next((raison for raison, bon in dits.items() if not bon), "")
