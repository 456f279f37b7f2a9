"""The answers of the feed of changes: one structure per line."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from msgspec import Meta, Struct


class ChangementV1(Struct, frozen=True):
    """Une ligne du flux : une entreprise, et ce qu’une bascule y a changé."""

    curseur: Annotated[str, Meta(description="Ce qui est lu une fois cette ligne appliquée.")]
    siren: str
    genre: Annotated[str, Meta(description="creee, modifiee, fermee, rouverte, masquee, diffusee ou retiree.")]
    complet: Annotated[
        bool, Meta(description="« donnees » remplace tout ce qui est tenu de l’entreprise, et non ses seules sources.")
    ]
    date: Annotated[datetime, Meta(description="Instant de la bascule.")]
    champs: Annotated[dict[str, list[str]], Meta(description="Champs qui ont changé, par source.")]
    donnees: Annotated[
        dict[str, list[dict[str, Any]]],
        Meta(description="Lignes en place à cet instant, par source ; une liste vide : plus aucune."),
    ] = {}


class FinDePageV1(Struct, frozen=True):
    """Dernière ligne d’une réponse du flux : par où continuer."""

    curseur: str
    a_jour: Annotated[bool, Meta(description="Rien ne suit pour l’instant.")]
