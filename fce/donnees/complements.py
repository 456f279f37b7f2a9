"""Open data sets made by the service itself: upper rooms declare them, the catalogue lists them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class JeuDuService:
    """``page``, ``schema``: routes; ``fichiers``: {media type: route}; ``frequence``: code of the European list."""

    nom: str
    titre: str
    description: str
    page: str
    fichiers: Mapping[str, str]
    schema: str
    frequence: str


_JEUX: Final[dict[str, JeuDuService]] = {}


def ajouter(jeu: JeuDuService) -> None:
    """Raises ValueError when another data set has the same name."""
    if _JEUX.setdefault(jeu.nom, jeu) != jeu:
        raise ValueError(f"« {jeu.nom} » est déjà au catalogue")


def jeux() -> list[JeuDuService]:
    return sorted(_JEUX.values(), key=lambda jeu: jeu.titre)
