"""Consultations of the tests, and the emptying of the journal by the owner of the database, triggers disabled."""

from __future__ import annotations

from typing import Any

from django.db import connection

from fce.demo import numeros
from fce.droits.journal.services import Consultation
from tests.horloge import INSTANT

MIDI = INSTANT.replace(month=6, day=15, hour=10, minute=0, microsecond=123_456)  # noon in Paris
SERVICE = numeros.siren(201) + numeros.nic(numeros.siren(201), 1)
TABLES = (
    *("consultation", "tete", "ancre", "compteur", "refus", "lecture_du_journal", "sceau", "purge"),
    *("alerte", "explication"),
)


def siren(rang: int) -> str:
    return numeros.siren(numeros.PREMIER_PERSONNAGE + rang)


def consultation(**differences: Any) -> Consultation:
    """One C2 bloc of one sheet, read by "agent-1"."""
    return Consultation(
        **{
            "agent": "agent-1",
            "siret_administration": SERVICE,
            "habilitations": ("hab-1",),
            "finalite": "controle-travail",
            "sources": ("wikit-controles",),
            "numero": siren(1),
            "surface": "fiche",
            "action": "consulter",
            "lignes": {"wikit-controles": 2},
            "classe": "C2",
            **differences,
        }
    )


def sans_garde(*requetes: str) -> None:
    """Run statements as an intruder with all rights on the database."""
    with connection.cursor() as curseur:
        curseur.execute("SET session_replication_role = replica")
        for requete in requetes:
            curseur.execute(requete)
        curseur.execute("SET session_replication_role = origin")


def vider() -> None:
    sans_garde(
        *(f"DELETE FROM journal.{table}" for table in TABLES),
        "ALTER SEQUENCE journal.consultation_id_seq RESTART",
    )
