"""A name for each account that says nothing of it, and that nobody can make again once its key is erased.

HMAC of the account by a key of thirteen months, itself mixed with the secret key of the service: the database alone, in
which the numbers of the accounts are few enough to be tried one by one, does not give anybody back.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from datetime import date
from typing import Final

from django.conf import settings
from django.db import transaction

from fce.socle.mois import ajouter_mois
from fce.statistiques.models import CleDePseudonyme

MOIS_DE_VIE: Final = 13
LONGUEUR: Final = 32
"""Signs kept of the digest: 128 bits, two accounts never share one."""

_gardee: CleDePseudonyme | None = None


def pseudonyme(identifiant: str, jour: date) -> str:
    """The pseudonym of an account on a day: steady for the life of the key, unlike any other after. In a transaction
    that may write: the first of a month without a key makes one."""
    cle = _cle_du(jour)
    maitre = hmac.digest(settings.SECRET_KEY.encode(), b"fce.statistiques " + bytes(cle.secret), hashlib.sha256)
    return hmac.new(maitre, identifiant.encode(), hashlib.sha256).hexdigest()[:LONGUEUR]


def retenir(cle: CleDePseudonyme | None) -> None:
    """Keep a key in this process, which asks the database no more until it ends; None: ask again."""
    global _gardee
    _gardee = cle


def _cle_du(jour: date) -> CleDePseudonyme:
    if _gardee is not None and _gardee.debut <= jour < _gardee.fin:
        return _gardee
    cle = CleDePseudonyme.objects.filter(debut__lte=jour, fin__gt=jour).first() or _creer(jour)
    # What is made by a gesture that is undone is undone with it.
    transaction.on_commit(lambda: retenir(cle))
    return cle


def _creer(jour: date) -> CleDePseudonyme:
    """A key from the first of the month on: a month whose agents are counted never has two."""
    debut = jour.replace(day=1)
    CleDePseudonyme.objects.bulk_create(
        [CleDePseudonyme(debut=debut, fin=ajouter_mois(debut, MOIS_DE_VIE), secret=secrets.token_bytes(32))],
        ignore_conflicts=True,
    )
    return CleDePseudonyme.objects.get(debut=debut)
