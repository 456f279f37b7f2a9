"""Open data that the service makes itself, beside those of producers: a room above says which, the catalogue lists
them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class JeuDuService:
    """A data set made by the service. ``page``, ``schema``: routes; ``fichiers``: {media type: route}; ``frequence``:
    code of the European list."""

    nom: str
    titre: str
    description: str
    page: str
    fichiers: Mapping[str, str]
    schema: str
    frequence: str


_JEUX: Final[dict[str, JeuDuService]] = {}


def ajouter(jeu: JeuDuService) -> None:
    """List a data set in the catalogue. Raises ValueError when another one has its name."""
    if _JEUX.setdefault(jeu.nom, jeu) != jeu:
        raise ValueError(f"« {jeu.nom} » est déjà au catalogue")


def jeux() -> list[JeuDuService]:
    """The data sets of the service, by title."""
    return sorted(_JEUX.values(), key=lambda jeu: jeu.titre)
