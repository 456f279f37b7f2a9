"""Public references of rows: in an address, a form, a calendar or a mail, a row is named by its number, encrypted.

Numbers come from one sequence per table, so that two of them would say how many rows all services wrote in between.
AES-SIV (RFC 5297) is deterministic and authenticated: a row has one reference, nobody can compute the next one, and a
forged one is refused. No column, no migration. The key comes from ``FCE_SECRET_KEY``: changing it changes the
references, and those of before lead to their row while the former key is in ``FCE_SECRET_KEY_ANCIENNES``.
"""

from __future__ import annotations

import hmac
from base64 import b32decode, b32encode
from contextlib import suppress
from functools import cache
from typing import Any, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV
from django.conf import settings
from django.db.models import Model

from fce.socle.web import cles

FORME: Final = "[a-z2-7]{32}"
_OCTETS: Final = 4
"""With the 16 of the authentication tag: 20 bytes, 32 characters in base 32."""
_DITES: Final = 6


def reference(modele: type[Model], numero: int) -> str:
    """The reference of a row. Raises ValueError for a number that no row has."""
    if numero >> 8 * _OCTETS:
        raise ValueError(f"aucune ligne ne porte le numéro {numero}")
    chiffre = _chiffre(settings.SECRET_KEY).encrypt(numero.to_bytes(_OCTETS), [modele._meta.label.encode()])
    return b32encode(chiffre).decode().lower()


def numero_de(modele: type[Model], texte: str) -> int:
    """The number behind a reference; 0, which no row has, for anything else."""
    for cle in cles.toutes():
        with suppress(InvalidTag, ValueError):
            octets = b32decode(texte, casefold=True)
            return int.from_bytes(_chiffre(cle).decrypt(octets, [modele._meta.label.encode()]))
    return 0


def marque(reference: str) -> str:
    """What people say of a row: the beginning of its reference, « KX3F7A »."""
    return reference[:_DITES].upper()


class ConvertisseurDeReference:
    """URL converter: views receive a number, addresses hold a reference."""

    regex = FORME
    modele: type[Model]

    def to_python(self, texte: str) -> int:
        return numero_de(self.modele, texte)

    def to_url(self, numero: Any) -> str:
        return reference(self.modele, int(numero))


def convertisseur(modele: type[Model]) -> type[ConvertisseurDeReference]:
    """The URL converter of a table."""
    return type(f"Reference{modele.__name__}", (ConvertisseurDeReference,), {"modele": modele})


@cache
def _chiffre(cle: str) -> AESSIV:
    return AESSIV(hmac.digest(cle.encode(), b"fce.references", "sha512"))
