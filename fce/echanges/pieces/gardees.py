"""Attachments of a form shown again: stored already, each named by a signed token that the form sends back.

No row refers to them yet, so the nightly purge deletes those of a form that is never sent.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Final

from django.core import signing

from fce.echanges.models import PieceJointe

CHAMP: Final = "gardees"
"""Name of the boxes of a form that hold the tokens."""
_SEL: Final = "fce.echanges.pieces"
_VALIDITE_S: Final = 12 * 3600
"""Shorter than the purge waits for the row of recent bytes."""


@dataclass(frozen=True, slots=True)
class PieceDeposee:
    """Bytes checked and stored, whose row is not written yet."""

    cle: uuid.UUID
    nom: str
    type_reel: str
    octets: int
    empreinte: str


def signer(piece: PieceDeposee, compte: int) -> str:
    """Token of a stored attachment, for this account only."""
    return signing.dumps({**asdict(piece), "cle": str(piece.cle), "compte": compte}, salt=_SEL)


def relire(jetons: Iterable[str], compte: int) -> list[PieceDeposee]:
    """The attachments of these tokens, without those that are expired, another account's, or already attached."""
    deposees = {}
    for jeton in jetons:
        try:
            dit = signing.loads(jeton, salt=_SEL, max_age=_VALIDITE_S)
        except signing.BadSignature:
            continue
        if dit.pop("compte") == compte:
            piece = PieceDeposee(**{**dit, "cle": uuid.UUID(dit["cle"])})
            deposees[piece.cle] = piece
    jointes = set(PieceJointe.objects.filter(pk__in=deposees).values_list("pk", flat=True)) if deposees else ()
    return [piece for cle, piece in deposees.items() if cle not in jointes]
