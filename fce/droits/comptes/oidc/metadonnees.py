"""A provider's endpoints (OpenID Connect Discovery §3–4) and public keys (RFC 7517).

Each process caches both for an hour. An unknown key or a bad signature triggers a new fetch of the keys, because they
may rotate at any time; once a minute at most, so that nobody can make us flood the provider.
"""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

from authlib.oidc.discovery import get_well_known_url
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, Key, KeySet, RSAKey, import_key

from fce.droits.comptes.oidc.erreurs import DecouverteIncoherente, Indisponible
from fce.droits.comptes.oidc.fournisseurs import Fournisseur
from fce.droits.comptes.oidc.reseau import Echeance, demander

_DUREE: Final = 3600.0  # seconds; for keys too, so that a withdrawn key is forgotten
REPRISE: Final = 60.0  # seconds between two fetches of keys triggered by a token
CLES_MAX: Final = 50
_ADRESSES: Final = ("authorization_endpoint", "token_endpoint", "userinfo_endpoint", "jwks_uri")


@dataclass(frozen=True, slots=True)
class Decouverte:
    """Endpoints of a provider. ``end_session_endpoint``, ``introspection_endpoint``: "" when it has none."""

    authorization_endpoint: str
    token_endpoint: str
    userinfo_endpoint: str
    jwks_uri: str
    end_session_endpoint: str
    introspection_endpoint: str
    # RFC 9207 §3: the provider always gives ``iss`` in the redirection back.
    iss_au_retour: bool


@dataclass(slots=True)
class _Cles:
    cles: KeySet
    prises_a: float
    redemandees_a: float | None = None


_verrou = threading.Lock()
_decouvertes: dict[str, tuple[Decouverte, float]] = {}
_cles: dict[str, _Cles] = {}


def oublier() -> None:
    with _verrou:
        _decouvertes.clear()
        _cles.clear()


def decouverte(fournisseur: Fournisseur, echeance: Echeance) -> Decouverte:
    """Return a provider's endpoints. Raises ``Indisponible``, ``DecouverteIncoherente``."""
    gardee = _decouvertes.get(fournisseur.issuer)
    if gardee and horloge() - gardee[1] < _DUREE:
        return gardee[0]
    adresse = get_well_known_url(fournisseur.issuer, external=True)
    adresses = _lire_decouverte(fournisseur.issuer, _objet(adresse, echeance))
    with _verrou:
        _decouvertes[fournisseur.issuer] = adresses, horloge()
    return adresses


def cles(fournisseur: Fournisseur, echeance: Echeance) -> KeySet:
    """Return a provider's public keys, at most an hour old. Raises ``Indisponible``, ``DecouverteIncoherente``."""
    gardees = _cles.get(fournisseur.issuer)
    if gardees and horloge() - gardees.prises_a < _DUREE:
        return gardees.cles
    return _relire(fournisseur, echeance, gardees.redemandees_a if gardees else None)


def cles_relues(fournisseur: Fournisseur, echeance: Echeance) -> KeySet | None:
    """Fetch the keys again, when the cached ones do not verify a token; None if this was done less than a minute
    ago."""
    with _verrou:
        gardees = _cles.get(fournisseur.issuer)
        maintenant = horloge()
        if gardees is None or (gardees.redemandees_a is not None and maintenant - gardees.redemandees_a < REPRISE):
            return None
        gardees.redemandees_a = maintenant
    return _relire(fournisseur, echeance, maintenant)


def _relire(fournisseur: Fournisseur, echeance: Echeance, redemandees_a: float | None) -> KeySet:
    neuves = _lire_cles(_objet(decouverte(fournisseur, echeance).jwks_uri, echeance))
    with _verrou:
        _cles[fournisseur.issuer] = _Cles(neuves, horloge(), redemandees_a)
    return neuves


def _objet(adresse: str, echeance: Echeance) -> dict[str, Any]:
    reponse = demander("GET", adresse, echeance, entetes={"Accept": "application/json"})
    if reponse.statut != 200:
        raise Indisponible(f"statut {reponse.statut}")
    return reponse.objet()


def _lire_decouverte(issuer: str, contenu: dict[str, Any]) -> Decouverte:
    if contenu.get("issuer") != issuer:
        raise DecouverteIncoherente
    adresses = {nom: contenu.get(nom) for nom in _ADRESSES}
    adresses |= {nom: contenu.get(nom) or "" for nom in ("end_session_endpoint", "introspection_endpoint")}
    if not all(isinstance(adresse, str) for adresse in adresses.values()):
        raise Indisponible("decouverte")
    for adresse in filter(None, adresses.values()):
        if not _aussi_sure(issuer, str(adresse)):
            raise DecouverteIncoherente
    return Decouverte(
        **{nom: str(adresse) for nom, adresse in adresses.items()},
        iss_au_retour=contenu.get("authorization_response_iss_parameter_supported") is True,
    )


def _aussi_sure(issuer: str, adresse: str) -> bool:
    """Whether a URL has the issuer's scheme, a host and no credentials."""
    try:
        parties = urlsplit(adresse)
        return bool(parties.hostname) and parties.scheme == urlsplit(issuer).scheme and "@" not in parties.netloc
    except ValueError:
        return False


def _lire_cles(contenu: dict[str, Any]) -> KeySet:
    """Return the keys that verify signatures; ignore the others (RFC 7517 §5)."""
    donnees = contenu.get("keys")
    if not isinstance(donnees, list):
        raise Indisponible("cles")
    utiles: list[Key] = [cle for donnee in donnees[:CLES_MAX] if (cle := _cle(donnee)) is not None]
    if not utiles:
        raise Indisponible("cles")
    return KeySet(utiles)


def _cle(donnee: Any) -> Key | None:
    if not isinstance(donnee, dict) or donnee.get("use", "sig") != "sig" or not donnee.get("kid"):
        return None
    if donnee.get("kty") not in (ECKey.key_type, RSAKey.key_type):
        return None
    try:
        return import_key(donnee)
    except (JoseError, KeyError, TypeError, ValueError):
        return None


def horloge() -> float:
    return time.monotonic()
