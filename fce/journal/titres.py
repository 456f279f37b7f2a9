"""What is read in the service that comes from no source: a room declares how the journal names it on its pages, and
whether a reading of it is ever counted for the head of a company."""

from __future__ import annotations

from typing import Final

_TITRES: Final[dict[str, str]] = {}
_TUS: Final[set[str]] = set()


def ajouter(nom: str, titre: str, *, tu: bool) -> None:
    """Name what the journal calls ``nom``. ``tu``: its readings are no part of what the head of a company is told.

    Raises ValueError when another title has its name.
    """
    if _TITRES.setdefault(nom, titre) != titre:
        raise ValueError(f"« {nom} » est déjà nommé")
    if tu:
        _TUS.add(nom)


def titres() -> dict[str, str]:
    """{name in the journal: title} of all that was declared."""
    return dict(_TITRES)


def tus() -> list[str]:
    """Names in the journal of what nobody outside the State is told of, in order."""
    return sorted(_TUS)
