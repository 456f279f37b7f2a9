"""Pseudonyms of accounts, which nobody can compute again once their key is erased.

HMAC of the account under a key kept thirteen months and mixed with the secret key of the service, the oldest one still
listed: an agent is counted once when it changes. The database alone does not allow an attacker to try all the account
numbers.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from datetime import date
from typing import Final

from django.db import transaction

from fce.service.statistiques.models import CleDePseudonyme
from fce.socle.texte.mois import ajouter_mois
from fce.socle.web import cles

MOIS_DE_VIE: Final = 13
LONGUEUR: Final = 32
"""Hexadecimal digits kept of the digest: 128 bits, so no collision."""

_gardee: CleDePseudonyme | None = None


def pseudonyme(identifiant: str, jour: date) -> str:
    """Return the pseudonym of an account on a day: stable during the life of the key, unrelated afterwards. May write:
    creates the key when the month has none."""
    cle = _cle_du(jour)
    maitre = hmac.digest(cles.la_plus_ancienne().encode(), b"fce.statistiques " + bytes(cle.secret), hashlib.sha256)
    return hmac.new(maitre, identifiant.encode(), hashlib.sha256).hexdigest()[:LONGUEUR]


def retenir(cle: CleDePseudonyme | None) -> None:
    """Cache a key in this process until it ends; None empties the cache."""
    global _gardee
    _gardee = cle


def _cle_du(jour: date) -> CleDePseudonyme:
    if _gardee is not None and _gardee.debut <= jour < _gardee.fin:
        return _gardee
    cle = CleDePseudonyme.objects.filter(debut__lte=jour, fin__gt=jour).first() or _creer(jour)
    # Cache the key only after commit: a rolled-back transaction must not leave a key that the database does not hold.
    transaction.on_commit(lambda: retenir(cle))
    return cle


def _creer(jour: date) -> CleDePseudonyme:
    """Create a key that starts on the first of the month, so that a month has only one key."""
    debut = jour.replace(day=1)
    CleDePseudonyme.objects.bulk_create(
        [CleDePseudonyme(debut=debut, fin=ajouter_mois(debut, MOIS_DE_VIE), secret=secrets.token_bytes(32))],
        ignore_conflicts=True,
    )
    return CleDePseudonyme.objects.get(debut=debut)
