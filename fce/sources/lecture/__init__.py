"""Reading of official files: open, check the structure, type, check the values; never a database here."""

from fce.sources.lecture.empreinte import empreinte
from fce.sources.lecture.lecteur import lire
from fce.sources.lecture.lot import Lot, Rejet

__all__ = ["Lot", "Rejet", "empreinte", "lire"]
