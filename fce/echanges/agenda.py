"""Calendar files (RFC 5545): all-day entries with a short title and a link, without any detail."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Final

from icalendar import Calendar, Event

TYPE_AGENDA: Final = "text/calendar; charset=utf-8"
PRODUIT: Final = "-//Fiche Commune Entreprise//FCE//FR"


@dataclass(frozen=True, slots=True)
class EntreeAgenda:
    """An entry of a calendar. ``fin``: the day after its last one; ``cle``: its identifier."""

    cle: str
    debut: date
    fin: date
    titre: str
    adresse: str


def agenda(entrees: Iterable[EntreeAgenda], ecrit_le: datetime) -> bytes:
    """The file of some entries. They do not mark anybody as busy."""
    fichier = Calendar(VERSION="2.0", PRODID=PRODUIT, CALSCALE="GREGORIAN", METHOD="PUBLISH")
    for entree in entrees:
        evenement = Event()
        evenement.add("uid", f"{entree.cle}@fce")
        evenement.add("dtstamp", ecrit_le.astimezone(UTC))
        evenement.add("dtstart", entree.debut)
        evenement.add("dtend", entree.fin)
        evenement.add("summary", entree.titre)
        evenement.add("url", entree.adresse)
        evenement.add("transp", "TRANSPARENT")
        fichier.add_component(evenement)
    return bytes(fichier.to_ical())
