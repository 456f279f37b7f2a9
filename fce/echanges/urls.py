"""Addresses of the room, there only when it is open (``FCE_ECHANGES``)."""

from __future__ import annotations

from importlib import import_module
from typing import Final

from django.urls import URLPattern

app_name = "echanges"
PARTIES: Final[tuple[str, ...]] = (
    "interactions",
    "pieces",
    "visites",
    "calendrier",
    "operations",
    "demandes",
    "annuaire",
    "envois",
    "bilan",
    "suivis",
)
"""Parts of the room that have pages: each has its ``urls``."""
urlpatterns: list[URLPattern] = [
    adresse for partie in PARTIES for adresse in import_module(f"fce.echanges.{partie}.urls").urlpatterns
]
