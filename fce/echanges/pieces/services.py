"""Attachments: checked, stored, deleted when nothing refers to them any more."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Final

import structlog
from django.db import IntegrityError
from django.db.models import Model

from fce.echanges.erreurs import DepotDePiecesIndisponible, PieceRefusee
from fce.echanges.models import PieceJointe
from fce.echanges.pieces import depot
from fce.echanges.pieces.antivirus import verifier_virus
from fce.echanges.pieces.gardees import PieceDeposee
from fce.echanges.pieces.genres import verifier_piece
from fce.echanges.pieces.reception import Piece, PieceRecue
from fce.sources import lecture

PIECES_MAX: Final = 20
"""Maximum attachments of one object by one service, so that in an operation no service takes the room of another."""
_DELAI_ORPHELINE: Final = timedelta(days=1)
"""Longer than any request: recent bytes may not have their row yet."""
_LOT: Final = 500
log = structlog.get_logger(__name__)


@contextmanager
def deposees(pieces: Sequence[Piece]) -> Iterator[list[PieceDeposee]]:
    """Check files, scan them, store their bytes; delete them when the block fails. Those stored before are left as they
    are.

    Use it around the transaction that writes their rows. Raises PieceRefusee, DepotDePiecesIndisponible.
    """
    gardees = [piece for piece in pieces if isinstance(piece, PieceDeposee)]
    recues = [piece for piece in pieces if isinstance(piece, PieceRecue)]
    verifiees = [
        PieceDeposee(uuid.uuid4(), r.nom, _verifier(r), r.octets, lecture.empreinte([r.chemin])) for r in recues
    ]
    try:
        for recue, piece in zip(recues, verifiees, strict=True):
            depot.ecrire(piece.cle, recue.chemin)
        yield [*gardees, *verifiees]
    except BaseException:
        for piece in verifiees:
            with suppress(DepotDePiecesIndisponible):  # the nightly purge deletes them
                depot.effacer(piece.cle)
        raise


def ajouter_pieces(
    pieces: Sequence[PieceDeposee],
    *,
    service: int,
    par: str,
    **porteur: Model,
) -> None:
    """Write the rows of stored attachments of one object, in the transaction of the action. ``porteur``: the object, by
    its name in ``models.pieces.PORTEURS``.

    Raises PieceRefusee above ``PIECES_MAX``, or when the same form was sent twice.
    """
    deja = PieceJointe.objects.filter(service=service, **porteur).count() if pieces else 0
    if deja + len(pieces) > PIECES_MAX:
        raise PieceRefusee(f"{PIECES_MAX} pièces sont jointes au plus : retirez-en avant d’en ajouter.")
    try:
        PieceJointe.objects.bulk_create(
            PieceJointe(service_id=service, par=par, **asdict(piece), **porteur) for piece in pieces
        )
    except IntegrityError as erreur:
        raise PieceRefusee("Ces pièces sont déjà jointes : votre premier envoi est enregistré.") from erreur


def nettoyer_orphelines(maintenant: datetime) -> int:
    """Delete bytes without a row, older than a day (row purged, removed, or never written).

    Raises DepotDePiecesIndisponible.
    """
    avant = maintenant - _DELAI_ORPHELINE
    anciennes = (cle for cle, quand in depot.parcourir() if quand < avant)
    effacees = 0
    while lot := list(islice(anciennes, _LOT)):
        tenues = set(PieceJointe.objects.filter(pk__in=lot).values_list("pk", flat=True))
        for cle in lot:
            if cle not in tenues:
                depot.effacer(cle)
                effacees += 1
    if effacees:
        log.info("pieces_effacees", pieces=effacees)
    return effacees


def _verifier(recue: PieceRecue) -> str:
    genre = verifier_piece(Path(recue.chemin), recue.nom)
    verifier_virus(recue.chemin)
    return genre
