"""Checks of a signed token before its claims are trusted.

RFC 7515, RFC 8725, OpenID Connect Core §3.1.3.7 and §5.3. Pure functions: keys and time are arguments. Each check has
its own error, which holds nothing of the token.
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Collection
from datetime import datetime
from typing import Any, Final

from authlib.oidc.core.util import create_half_hash
from joserfc import jws
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import Key, KeySet

from fce.droits.comptes.oidc.erreurs import (
    AlgorithmeRefuse,
    CleInconnue,
    DestinataireInattendu,
    EmetteurInattendu,
    EnteteRefuse,
    JetonExpire,
    JetonFutur,
    JetonIllisible,
    MethodesInvalides,
    NiveauInsuffisant,
    NonceInattendu,
    SignatureFausse,
    SujetDifferent,
    TypeInattendu,
)
from fce.droits.comptes.oidc.fournisseurs import ASYMETRIQUES, Fournisseur

Revendications = dict[str, Any]
TOLERANCE: Final = 60  # seconds that the provider's clock may be ahead
INSTANT_MAX: Final = 10**11  # seconds since 1970: about three thousand years
SUJET_MAX: Final = 255  # OpenID Connect Core §2
_CLES_APPORTEES: Final = frozenset({"jku", "jwk", "x5u", "x5c", "crit", "b64"})


def lire_signe(jeton: str, cles: KeySet, algorithmes: Collection[str], genre: str = "jwt") -> Revendications:
    """Return the claims of a compact JWS signed by a key of ``cles``. ``genre``: its type. Raises a ``RefusOidc``."""
    try:
        signe = jws.extract_compact(jeton.encode("ascii"))
        entete = dict(signe.headers())
    except (JoseError, AttributeError, TypeError, ValueError, RecursionError):
        raise JetonIllisible from None
    cle = _cle(entete, cles, algorithmes, genre)
    registre = jws.JWSRegistry(algorithms=list(algorithmes), strict_check_header=False)
    try:
        juste = jws.validate_compact(signe, cle, registry=registre)
    except (JoseError, ValueError, TypeError):
        raise SignatureFausse from None
    if not juste:
        raise SignatureFausse
    try:
        contenu = json.loads(signe.payload)
    except (ValueError, RecursionError):
        raise JetonIllisible from None
    if not isinstance(contenu, dict):
        raise JetonIllisible
    return contenu


def _cle(entete: Revendications, cles: KeySet, algorithmes: Collection[str], genre: str) -> Key:
    """Return the published key named by the header, after refusing unsafe headers."""
    algorithme, type_, kid = entete.get("alg"), entete.get("typ", "JWT"), entete.get("kid")
    if not isinstance(algorithme, str) or algorithme not in algorithmes:
        raise AlgorithmeRefuse
    if _CLES_APPORTEES & entete.keys():
        raise EnteteRefuse
    if not isinstance(type_, str) or type_.lower() != genre:
        raise TypeInattendu
    if not isinstance(kid, str) or not kid:
        raise CleInconnue
    try:
        return cles.get_by_kid(kid, {"alg": algorithme, "use": "sig"})
    except InvalidKeyIdError:
        raise CleInconnue from None


def verifier_id_token(
    revendications: Revendications, fournisseur: Fournisseur, *, nonce: str, acces: str, maintenant: datetime
) -> None:
    """Check the claims of an id_token (OpenID Connect Core §3.1.3.7). ``acces``: the access token received with it.
    Raises a ``RefusOidc``."""
    _verifier_origine(revendications, fournisseur)
    _verifier_temps(revendications, maintenant, expiration=True)
    recu = revendications.get("nonce")
    if not isinstance(recu, str) or not nonce or not hmac.compare_digest(recu.encode(), nonce.encode()):
        raise NonceInattendu
    sujet(revendications)
    if (empreinte := revendications.get("at_hash")) is not None and not _est_empreinte(empreinte, acces):
        raise JetonIllisible
    methodes(revendications)
    if fournisseur.acr_exiges and revendications.get("acr") not in fournisseur.acr_exiges:
        raise NiveauInsuffisant


def verifier_userinfo(
    revendications: Revendications, fournisseur: Fournisseur, *, sub: str, maintenant: datetime
) -> None:
    """Check the claims of a signed userinfo (OpenID Connect Core §5.3.2): same issuer, for us, about ``sub``."""
    _verifier_origine(revendications, fournisseur)
    _verifier_temps(revendications, maintenant, expiration=False)
    exiger_meme_sujet(revendications, sub)


def verifier_introspection(revendications: Revendications, fournisseur: Fournisseur, maintenant: datetime) -> None:
    """Check the claims around a signed introspection (RFC 9701 §5): same issuer, for us. Raises a ``RefusOidc``."""
    _verifier_origine(revendications, fournisseur)
    _verifier_temps(revendications, maintenant, expiration=False)


def exiger_meme_sujet(revendications: Revendications, sub: str) -> None:
    """Raise ``SujetDifferent`` unless the claims are about ``sub``."""
    recu = revendications.get("sub")
    if not isinstance(recu, str) or not hmac.compare_digest(recu.encode(), sub.encode()):
        raise SujetDifferent


def sujet(revendications: Revendications) -> str:
    """Return ``sub`` exactly as written: with ``iss``, the key of a person. Raises ``JetonIllisible``."""
    recu = revendications.get("sub")
    if not isinstance(recu, str) or not (0 < len(recu) <= SUJET_MAX) or not (recu.isascii() and recu.isprintable()):
        raise JetonIllisible
    return recu


def methodes(revendications: Revendications) -> tuple[str, ...]:
    """Return ``amr``, empty when absent or null. Raises ``MethodesInvalides`` for anything but a list of texts."""
    recues = revendications.get("amr")
    if recues is None:
        return ()
    if not isinstance(recues, list) or not all(isinstance(methode, str) for methode in recues):
        raise MethodesInvalides
    return tuple(recues)


def _verifier_origine(revendications: Revendications, fournisseur: Fournisseur) -> None:
    if revendications.get("iss") != fournisseur.issuer:
        raise EmetteurInattendu
    destinataires = revendications.get("aud")
    if isinstance(destinataires, str):
        destinataires = [destinataires]
    if not isinstance(destinataires, list) or fournisseur.client_id not in destinataires:
        raise DestinataireInattendu
    # With several audiences, ``azp`` is required and must be us.
    seul = len(destinataires) == 1
    if revendications.get("azp", fournisseur.client_id if seul else None) != fournisseur.client_id:
        raise DestinataireInattendu


def _verifier_temps(revendications: Revendications, maintenant: datetime, *, expiration: bool) -> None:
    """``exp`` must be in the future, ``iat`` and ``nbf`` in the past. ``expiration``: ``exp`` and ``iat`` are
    required."""
    instant = maintenant.timestamp()
    exp, iat, nbf = (_instant(revendications, nom) for nom in ("exp", "iat", "nbf"))
    if (exp is None and expiration) or (exp is not None and exp <= instant):
        raise JetonExpire
    if iat is None and expiration:
        raise JetonIllisible
    if any(debut is not None and debut > instant + TOLERANCE for debut in (iat, nbf)):
        raise JetonFutur


def _instant(revendications: Revendications, nom: str) -> float | None:
    """Seconds since 1970 (NumericDate, RFC 7519 §2)."""
    valeur = revendications.get(nom)
    if valeur is None:
        return None
    # Written as "not (… < …)" to refuse NaN too.
    if isinstance(valeur, bool) or not isinstance(valeur, int | float) or not (abs(valeur) < INSTANT_MAX):
        raise JetonIllisible
    return float(valeur)


def _est_empreinte(empreinte: Any, acces: str) -> bool:
    """Whether ``at_hash`` is the access token's (§3.1.3.6)."""
    # All the accepted signatures use SHA-256.
    attendue: bytes = create_half_hash(acces, ASYMETRIQUES[0])
    return isinstance(empreinte, str) and hmac.compare_digest(empreinte.encode(), attendue)
