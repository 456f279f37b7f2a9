"""What an agent has not seen of a timeline: what became known since his last reading of this sheet.

The sheet is read again as it was then, in the versions that were in place and are still kept: an event is new when that
reading did not give it, whatever its date. Nothing is said of a source whose version is gone, but that it was replaced.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

import structlog
from django.db import DatabaseError, InterfaceError
from django.http import HttpRequest

from fce.donnees.entreprises.historique import Evenement
from fce.droits.comptes.requete import compte_de
from fce.socle.web.offres import offres
from fce.sources import registre

log = structlog.get_logger("fce.fiche")


@dataclass(frozen=True, slots=True)
class LecturePassee:
    """A past reading: its instant, what the sheet then gave, and SQL of the rows of each source replaced since, by name
    (None: its version is gone)."""

    le: datetime
    remplacees: Mapping[str, str | None] = field(default_factory=dict)
    evenements: tuple[Evenement, ...] = ()


class ChangementsConnus(NamedTuple):
    """Since a reading: events unknown then, events that the files gave then and give no more, titles of the sources of
    the timeline that cannot be compared; ``avant``: the events of that reading, of the others."""

    nouveaux: Sequence[Evenement]
    disparus: Sequence[Evenement]
    perdues: Sequence[str]
    avant: Collection[Evenement]


def derniere_lecture(request: HttpRequest, numero: str) -> datetime | None:
    """The reader's own last reading of a sheet; None for the public, at the first, or when it cannot be read."""
    compte, demander = compte_de(request), offres().derniere_lecture
    if compte is None or not compte.agent or demander is None:
        return None
    try:
        return demander(compte, numero)
    except (DatabaseError, InterfaceError) as erreur:
        log.warning("derniere_lecture_illisible", erreur=type(erreur).__name__)
        return None


def changements(evenements: Iterable[Evenement], lecture: LecturePassee) -> ChangementsConnus:
    """Differences between a past reading and these events."""
    comparees = {nom for nom, lignes in lecture.remplacees.items() if lignes}
    presents, vus = {_cle(e): e for e in evenements}, {_cle(e): e for e in lecture.evenements if e.source in comparees}
    # What was masked since has no detail any more.
    connus = vus.keys() | {cle._replace(detail=None) for cle in vus}

    def nouveau(cle: Evenement, e: Evenement) -> bool:
        if e.genre == "contact":
            return e.connu_le is not None and e.connu_le > lecture.le
        return e.source in comparees and cle not in connus

    perdues = {e.source for e in presents.values() if lecture.remplacees.get(e.source, "") is None}
    return ChangementsConnus(
        [e for cle, e in presents.items() if nouveau(cle, e)],
        [e for cle, e in vus.items() if cle not in presents],
        sorted(registre.source(nom).titre for nom in perdues),
        vus.values(),
    )


def _cle(e: Evenement) -> Evenement:
    """The event without where it was read: the same change of Sirene may be told by the current row, then by the
    history."""
    return e._replace(source=e.source if e.genre == "fait" else "", commune="", departement="", connu_le=None)
