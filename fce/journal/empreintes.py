"""The hashes and seals of the journal, computed here again without the functions of the database.

Each value is preceded by its length in bytes and closed by a comma (a "netstring"): no two rows have the same text. The
key of the seals is never in the database: whoever can change everything there still cannot seal.
"""

import hashlib
import hmac
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Final

from django.conf import settings

from fce.journal.models import Consultation

_USAGE: Final = b"fce.journal.sceau"


def nets(valeurs: Iterable[str]) -> str:
    """``5:abcde,2:é,`` for ``("abcde", "é")``: lengths are those of the UTF-8 bytes."""
    return "".join(f"{len(v.encode())}:{v}," for v in valeurs)


def empreinte(c: Consultation) -> bytes:
    """SHA-256 of a row and of the one before in the chain of its agent."""
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
    """UTC, to the millisecond: ``2026-06-15T10:00:00.123Z``."""
    return quand.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def sceller(*valeurs: str) -> tuple[str, bytes]:
    """Name of the key in use, and HMAC-SHA256 of the values under it."""
    cle = _cles()[0]
    return _nom(cle), _hmac(cle, valeurs)


def sceau_valable(nom: str, sceau: bytes, *valeurs: str) -> bool:
    """Whether a seal was made of these values with one of the keys that we hold, the one that it names."""
    return any(_nom(cle) == nom and hmac.compare_digest(_hmac(cle, valeurs), sceau) for cle in _cles())


def _hmac(cle: bytes, valeurs: Iterable[str]) -> bytes:
    return hmac.digest(cle, nets(valeurs).encode(), "sha256")


def _cles() -> list[bytes]:
    if settings.FCE_JOURNAL_CLE:
        return [cle.encode() for cle in settings.FCE_JOURNAL_CLE]
    return [hmac.digest(settings.SECRET_KEY.encode(), _USAGE, "sha256")]


def _nom(cle: bytes) -> str:
    """A few letters that tell keys apart and say nothing of them."""
    return hashlib.sha256(_USAGE + b"\x00" + cle).hexdigest()[:12]
