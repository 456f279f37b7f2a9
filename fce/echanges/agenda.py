"""Calendar files (RFC 5545): entries with a short title and a link, without any detail."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Final, NamedTuple

from icalendar import Calendar, Event

TYPE_AGENDA: Final = "text/calendar; charset=utf-8"
PRODUIT: Final = "-//Fiche Commune Entreprise//FCE//FR"


class EntreeAgenda(NamedTuple):
    """An entry of a calendar. ``debut``, ``fin``: instants, or days, the second one being the day after the last.
    ``cle``: its identifier; ``revision``: higher each time it changes; ``lieu``: at most a commune; ``occupe``: it is
    busy time."""

    cle: str
    debut: date
    fin: date
    titre: str
    adresse: str
    lieu: str = ""
    revision: int = 0
    annulee: bool = False
    occupe: bool = False


def agenda(entrees: Iterable[EntreeAgenda], ecrit_le: datetime) -> bytes:
    """The file of some entries."""
    dites = list(entrees)
    methode = "CANCEL" if dites and all(entree.annulee for entree in dites) else "PUBLISH"
    fichier = Calendar(VERSION="2.0", PRODID=PRODUIT, CALSCALE="GREGORIAN", METHOD=methode)
    for entree in dites:
        evenement = Event()
        evenement.add("uid", f"{entree.cle}@fce")
        evenement.add("dtstamp", ecrit_le.astimezone(UTC))
        evenement.add("dtstart", _en_utc(entree.debut))
        evenement.add("dtend", _en_utc(entree.fin))
        evenement.add("summary", entree.titre)
        evenement.add("url", entree.adresse)
        evenement.add("transp", "OPAQUE" if entree.occupe else "TRANSPARENT")
        if entree.lieu:
            evenement.add("location", entree.lieu)
        if entree.revision:
            evenement.add("sequence", entree.revision)
        if entree.annulee:
            evenement.add("status", "CANCELLED")
        fichier.add_component(evenement)
    return bytes(fichier.to_ical())


def _en_utc(quand: date) -> date:
    """An instant in UTC, which needs no time zone in the file; a day as it is."""
    return quand.astimezone(UTC) if isinstance(quand, datetime) else quand
