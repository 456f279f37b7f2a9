"""Read official files into batches of checked and typed rows; nothing is stored.

Readers of the catalogue use some modules of this package, which every web process imports: polars and numpy are loaded
only when a file is read.
"""

from typing import TYPE_CHECKING, Any

from fce.sources.lecture.refus import refus

if TYPE_CHECKING:
    from fce.sources.lecture.isolee import DE_PAGE, BornesDeLecture, bornes_de_lecture, lire
    from fce.sources.lecture.lot import Lot, Rejet
    from fce.sources.lecture.sha256 import empreinte

__all__ = ["DE_PAGE", "BornesDeLecture", "Lot", "Rejet", "bornes_de_lecture", "empreinte", "lire", "refus"]

_MODULES = {
    "Lot": "lot",
    "Rejet": "lot",
    "empreinte": "sha256",
    "lire": "isolee",
    "DE_PAGE": "isolee",
    "BornesDeLecture": "isolee",
    "bornes_de_lecture": "isolee",
}


def __getattr__(nom: str) -> Any:
    if nom not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {nom!r}")
    from importlib import import_module

    return getattr(import_module(f"{__name__}.{_MODULES[nom]}"), nom)
