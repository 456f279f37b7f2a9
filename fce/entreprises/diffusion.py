"""Diffusion partielle: what may be shown of a unit whose holder opposed the re-diffusion of its data.

Law: art. R123-232-1 of the Code de commerce (décret 2022-1014), in force since 21 March 2023. Sirene carries one status
per unité légale and one per établissement: "O" (diffusible) or "P" (diffusion partielle). INSEE writes ``[ND]`` in the
hidden cells of its open files; a restricted feed holds the values themselves.

The rule, in one place, for every surface (sheet, search, suggestions, facets, exports, API):

* only "O" opens; any other status (unknown, empty, null, lower-case, surrounded by spaces) masks;
* both statuses count: a P company masks all its establishments, a P establishment of an O company is masked alone;
* what is hidden depends on the nature of the field and on who the company is. A catégorie juridique that is unknown,
  missing or malformed is treated as a natural person, the stricter case;
* the nature of a field is what its declaration says (``sources.champs.Nature``); a text that says nothing is hidden of
  any masked unit;
* ``[ND]`` itself never leaves, even from a diffusible row.

INSEE allows the commune of masked natural persons to be shown; we hide it everywhere, the strictest reading.

The Python functions and the SQL expressions follow from the same table, ``MONTRE``; a property test compares them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any, Final

from fce.sources.champs import Nature

NOM_MASQUE: Final = "Personne masquée"
ADRESSE_MASQUEE: Final = "Adresse non diffusible"
MARQUE_INSEE: Final = "[ND]"


class Regime(StrEnum):
    """Open unit, masked legal person, or masked natural person."""

    OUVERT = "O"
    MORALE = "M"
    PHYSIQUE = "P"


MONTRE: Final[dict[Regime, frozenset[Nature]]] = {
    Regime.OUVERT: frozenset(Nature),
    Regime.MORALE: frozenset({Nature.DIFFUSIBLE, Nature.NOM, Nature.ENSEIGNE, Nature.COMMUNE}),
    Regime.PHYSIQUE: frozenset({Nature.DIFFUSIBLE}),
}

# Level II of the catégories juridiques (Insee, 2020) that are legal persons. 1x is a natural person and 2x has no legal
# personality: these and unknown codes are masked as natural persons.
NIVEAUX_PERSONNE_MORALE: Final = frozenset(
    [
        "31",
        "32",
        "41",
        "51",
        "52",
        "53",
        "54",
        "55",
        "56",
        "57",
        "58",
        "61",
        "62",
        "63",
        "64",
        "65",
        "69",
        "71",
        "72",
        "73",
        "74",
        "81",
        "82",
        "83",
        "84",
        "85",
        "91",
        "92",
        "93",
        "99",
    ]
)


# --- The rule on Python values ---------------------------------------------------------------------------------------


def est_personne_morale(categorie_juridique: str | None) -> bool:
    """Whether the code is that of a legal person; False for a missing, malformed or unknown code."""
    code = categorie_juridique or ""
    return len(code) == 4 and code.isascii() and code.isdigit() and code[:2] in NIVEAUX_PERSONNE_MORALE


def regime(statut: str | None, categorie_juridique: str | None) -> Regime:
    if statut == "O":
        return Regime.OUVERT
    return Regime.MORALE if est_personne_morale(categorie_juridique) else Regime.PHYSIQUE


def regime_etablissement(
    statut: str | None, statut_unite_legale: str | None, categorie_juridique: str | None
) -> Regime:
    """An establishment is open only when both statuses are. Without unité légale, pass None twice: masked."""
    return regime("O" if statut == statut_unite_legale == "O" else None, categorie_juridique)


def masquer(ligne: Mapping[str, Any], natures: Mapping[str, Nature], sous: Regime) -> dict[str, Any]:
    """Copy of ``ligne`` with None for hidden values and for texts with Insee's ``[ND]``.

    A field without declared nature counts as LIBRE. Written inline for speed: a page of results calls this for a
    thousand values.
    """
    if sous is Regime.OUVERT:  # every nature is shown: only look for the mark
        return {
            champ: None if valeur.__class__ is str and MARQUE_INSEE in valeur else valeur
            for champ, valeur in ligne.items()
        }
    montre = MONTRE[sous]
    return {
        champ: None
        if natures.get(champ, Nature.LIBRE) not in montre or (isinstance(valeur, str) and MARQUE_INSEE in valeur)
        else valeur
        for champ, valeur in ligne.items()
    }


def masquer_rang(valeurs: Sequence[Any], cachees: Sequence[int]) -> list[Any]:
    """Copy of a row with None at the ranks ``cachees`` and for texts with Insee's ``[ND]``."""
    vues = [None if valeur.__class__ is str and MARQUE_INSEE in valeur else valeur for valeur in valeurs]
    for rang in cachees:
        vues[rang] = None
    return vues


def rangs_caches(natures: Sequence[Nature], sous: Regime) -> list[int]:
    return [rang for rang, nature in enumerate(natures) if nature not in MONTRE[sous]]


# --- The same rule as SQL expressions --------------------------------------------------------------------------------


def sql_regime(statut: str, categorie_juridique: str) -> str:
    """SQL regime ('O', 'M' or 'P') from SQL expressions of the status and the catégorie juridique."""
    morales = ", ".join(f"'{code}'" for code in sorted(NIVEAUX_PERSONNE_MORALE))
    return (
        f"CASE WHEN {statut} = '{Regime.OUVERT}' THEN '{Regime.OUVERT}' "
        f"WHEN {categorie_juridique} ~ '^[0-9]{{4}}$' AND left({categorie_juridique}, 2) IN ({morales}) "
        f"THEN '{Regime.MORALE}' ELSE '{Regime.PHYSIQUE}' END"
    )


def sql_regime_etablissement(statut: str, statut_unite_legale: str, categorie_juridique: str) -> str:
    """SQL regime of an establishment; the expressions of its unité légale may be NULL."""
    return sql_regime(f"CASE WHEN {statut} = 'O' AND {statut_unite_legale} = 'O' THEN 'O' END", categorie_juridique)


def sql_visible(valeur: str, nature: Nature, sous: str, *, texte: bool = True) -> str:
    """SQL value as shown, NULL where hidden: the SQL twin of ``masquer``.

    ``sous``: SQL expression of the regime. ``texte``: the value is a text, which may hold ``[ND]``.
    """
    regimes = [r for r in Regime if nature in MONTRE[r]]
    conditions = [f"{sous} IN ({', '.join(repr(str(r)) for r in regimes)})"] if len(regimes) < len(Regime) else []
    if texte:
        conditions.append(f"strpos({valeur}, '{MARQUE_INSEE}') = 0")
    return f"CASE WHEN {' AND '.join(conditions)} THEN {valeur} END" if conditions else valeur
