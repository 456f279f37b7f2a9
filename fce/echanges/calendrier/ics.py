"""A calendar as RFC 5545 writes it: how many visits are announced each week, a link, and nothing else. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Final

from fce.socle.formats import pluriel

OCTETS_MAX: Final = 75
"""Most octets of a line, its end excepted (§ 3.1)."""
PRODUIT: Final = "-//Fiche Commune Entreprise//FCE//FR"


def calendrier(semaines: Mapping[date, int], adresse: str, cle: str, maintenant: datetime) -> bytes:
    """The file of {Monday: number of visits}. ``adresse``: where they are read, once signed in; ``cle``: what makes the
    identifiers of this calendar its own; ``maintenant``: in UTC."""
    lignes = ["BEGIN:VCALENDAR", "VERSION:2.0", f"PRODID:{PRODUIT}", "CALSCALE:GREGORIAN", "METHOD:PUBLISH"]
    for lundi, nombre in sorted(semaines.items()):
        annee, semaine, _ = lundi.isocalendar()
        lignes += [
            "BEGIN:VEVENT",
            f"UID:{cle}-{annee}-{semaine:02d}@fce",
            f"DTSTAMP:{maintenant:%Y%m%dT%H%M%SZ}",
            f"DTSTART;VALUE=DATE:{lundi:%Y%m%d}",
            f"DTEND;VALUE=DATE:{lundi + timedelta(days=7):%Y%m%d}",
            f"SUMMARY:FCE : {pluriel(nombre, 'visite annoncée', 'visites annoncées')}",
            f"URL:{adresse}?semaine={annee}-W{semaine:02d}",
            "TRANSP:TRANSPARENT",
            "END:VEVENT",
        ]
    lignes.append("END:VCALENDAR")
    return b"".join(b"\r\n ".join(_plier(ligne)) + b"\r\n" for ligne in lignes)


def _plier(ligne: str) -> list[bytes]:
    """A line in pieces of 75 octets at most, never cut inside a character."""
    morceaux: list[bytes] = []
    courant = b""
    for caractere in ligne:
        octets = caractere.encode()
        # What goes on begins with a space, which counts.
        if len(courant) + len(octets) > OCTETS_MAX - bool(morceaux):
            morceaux.append(courant)
            courant = b""
        courant += octets
    return [*morceaux, courant]
