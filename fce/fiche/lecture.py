"""What an agent has not seen of a timeline: the events known since his last reading of this sheet.

Files say what they hold, not when each line came. A fact counts as new when its file was replaced since the reading and
its day follows the business date of the file then in place, or the day of the reading when that file had none; a
contact, when its service wrote it since. An undated fact is never called new.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime

import structlog
from django.db import DatabaseError, InterfaceError
from django.http import HttpRequest

from fce.comptes.requete import compte_de
from fce.entreprises.historique import Evenement
from fce.fiche.contenu import Provenance
from fce.imports.selectors import dates_metier_au
from fce.socle import paris
from fce.socle.offres import offres

log = structlog.get_logger("fce.fiche")


def derniere_lecture(request: HttpRequest, numero: str) -> datetime | None:
    """The reader's own last reading of a sheet; None for the public, at the first, or when it cannot be read."""
    compte, lire = compte_de(request), offres().derniere_lecture
    if compte is None or not compte.agent or lire is None:
        return None
    try:
        return lire(compte, numero)
    except (DatabaseError, InterfaceError) as erreur:
        log.warning("derniere_lecture_illisible", erreur=type(erreur).__name__)
        return None


def nouveaux(evenements: Iterable[Evenement], lecture: datetime, origines: Mapping[str, Provenance]) -> list[Evenement]:
    """The events since a reading. ``origines``: versions in place, by source. One query."""
    arretees, jour = dates_metier_au(lecture), paris.jour_de(lecture)

    def nouveau(e: Evenement) -> bool:
        if e.genre == "contact":
            return e.connu_le is not None and e.connu_le > lecture
        importee = origines[e.source].date_import if e.source in origines else None
        return e.date is not None and importee is not None and importee > lecture and e.date > _au(arretees, e, jour)

    return [e for e in evenements if nouveau(e)]


def _au(arretees: Mapping[str, date | None], evenement: Evenement, jour: date) -> date:
    return arretees.get(evenement.source) or jour
