"""One word for one thing, in all that is declared and in all the pages."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import fce
from fce.sources import registre

GABARITS = sorted((Path(fce.__file__).parent / "templates").rglob("*.html"))
# What an agent must not meet: the word, and the one to write.
PROSCRITS = {
    r"\bSirets?\b": "SIRET",
    r"\bSirens?\b": "SIREN",
    r"\bINSEE\b": "Insee",
    r"\bpérimée?s?\b": "en retard",
}
_BALISE = re.compile(r"\{%.*?%\}|\{\{.*?\}\}|\{#.*?#\}|<[^>]*>", re.DOTALL)


@pytest.mark.parametrize("mot", PROSCRITS)
def test_pages_write_one_word(mot: str) -> None:
    fautifs = [g.name for g in GABARITS if re.search(mot, _BALISE.sub(" ", g.read_text("utf-8")))]
    assert fautifs == [], PROSCRITS[mot]


@pytest.mark.parametrize("mot", PROSCRITS)
def test_declarations_write_one_word(mot: str) -> None:
    dits = [
        (source.nom, texte)
        for source in registre.toutes()
        for texte in (
            source.titre,
            source.description,
            source.producteur.sigle,
            *(t for champ in source.champs.values() for t in (champ.libelle, champ.aide)),
        )
    ]
    assert [(nom, texte) for nom, texte in dits if re.search(mot, texte)] == [], PROSCRITS[mot]
