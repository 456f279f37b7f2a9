"""Parses lists in a cell of a file sent by a service: codes or labels, separated by « | »."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from fce.socle.erreurs import ParametreInvalide
from fce.socle.texte.pliage import plier

ENTRE_LES_MOTS: Final = "|"


def codes_par_mot(choix: Iterable[tuple[str, object]]) -> dict[str, str]:
    """{folded code or label: code}, from (code, label) pairs."""
    return {plier(str(mot)): code for code, libelle in choix for mot in (code, libelle)}


def lire_codes(texte: str | None, connus: Mapping[str, str]) -> tuple[str, ...]:
    """The codes of a cell, in order. ``connus``: made by ``codes_par_mot``. Raises ParametreInvalide; its detail
    ``mot`` is the first unknown word."""
    mots = [mot.strip() for mot in (texte or "").split(ENTRE_LES_MOTS) if mot.strip()]
    for mot in mots:
        if plier(mot) not in connus:
            raise ParametreInvalide(f"« {mot[:40]} » n’est pas de la liste", mot=mot)
    return tuple(connus[plier(mot)] for mot in mots)
