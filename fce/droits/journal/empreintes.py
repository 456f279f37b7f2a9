"""Hashes and seals of the journal, computed independently of the database functions.

Each value is encoded as a netstring (length in bytes, colon, value, comma), so that two different rows never give the
same text. The key of the seals is never in the database: whoever can change all its rows still cannot seal.
"""

import hashlib
import hmac
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Final

from django.conf import settings

from fce.droits.journal.models import Consultation
from fce.socle.web import cles

_USAGE: Final = b"fce.journal.sceau"
TIREES: Final = "FCE_SECRET_KEY"


def nets(valeurs: Iterable[str]) -> str:
    """Return ``5:abcde,2:é,`` for ``("abcde", "é")``: lengths are in UTF-8 bytes."""
    return "".join(f"{len(v.encode())}:{v}," for v in valeurs)


def empreinte(c: Consultation) -> bytes:
    """Return the SHA-256 of a row, which includes the hash of the previous row of the same agent."""
    comptes = sorted(c.lignes.items())
    texte = nets(
        (
            bytes(c.empreinte_precedente).hex(),
            str(c.id),
            instant(c.quand),
            c.agent,
            str(c.rang),
            c.siret_administration,
            nets(c.habilitations),
            c.finalite,
            nets(c.sources),
            c.numero,
            c.surface,
            c.action,
            nets(str(v) for paire in comptes for v in paire),
            c.classe,
            c.requete,
            c.adresse_ip,
            str(c.poids),
        )
    )
    return hashlib.sha256(texte.encode()).digest()


def instant(quand: datetime) -> str:
    """Return an instant in UTC, to the millisecond: ``2026-06-15T10:00:00.123Z``."""
    return quand.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def sceller(*valeurs: str) -> tuple[str, bytes]:
    """Return the name of the current key and the HMAC-SHA256 of the values."""
    cle = _cles()[0]
    return _nom(cle), _hmac(cle, valeurs)


def sceau_valable(nom: str, sceau: bytes, *valeurs: str) -> bool:
    """Tell whether a seal was made of these values with the key ``nom``, among those we hold."""
    return any(_nom(cle) == nom and hmac.compare_digest(_hmac(cle, valeurs), sceau) for cle in _cles())


def _hmac(cle: bytes, valeurs: Iterable[str]) -> bytes:
    return hmac.digest(cle, nets(valeurs).encode(), "sha256")


def _cles() -> list[bytes]:
    """The first one seals; the others verify. ``TIREES`` in the list: those drawn from the keys of the service verify
    too, for a journal that got a key of its own after them; without it they do not, since backups hold them."""
    tirees = [hmac.digest(cle.encode(), _USAGE, "sha256") for cle in cles.toutes()]
    siennes = settings.FCE_JOURNAL_CLE or [TIREES]
    return [cle for dite in siennes for cle in (tirees if dite == TIREES else [dite.encode()])]


def _nom(cle: bytes) -> str:
    """Return a short name for a key, which reveals nothing of it."""
    return hashlib.sha256(_USAGE + b"\x00" + cle).hexdigest()[:12]
