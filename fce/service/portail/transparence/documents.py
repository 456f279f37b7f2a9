"""The documents that the service publishes about itself: their copies in the package, written by ``python -m
scripts.dossiers``."""

from __future__ import annotations

import json
from datetime import date
from functools import cache
from pathlib import Path
from typing import Final, NamedTuple

DOSSIER: Final = Path(__file__).parent / "documents"
INDEX: Final = DOSSIER / "index.json"


class Document(NamedTuple):
    """``le``: the day when its content last changed; ``octets``: of its file."""

    nom: str
    titre: str
    objet: str
    le: date
    octets: int

    @property
    def texte(self) -> str:
        return (DOSSIER / f"{self.nom}.md").read_text("utf-8")

    @property
    def corps(self) -> str:
        """The text below its title."""
        return self.texte.partition("\n")[2]


@cache
def documents() -> dict[str, Document]:
    """{name in the address: document}, in the order of the page."""
    return {
        d["nom"]: Document(
            d["nom"],
            d["titre"],
            d["objet"],
            date.fromisoformat(d["le"]),
            (DOSSIER / f"{d['nom']}.md").stat().st_size,
        )
        for d in json.loads(INDEX.read_text("utf-8"))
    }
