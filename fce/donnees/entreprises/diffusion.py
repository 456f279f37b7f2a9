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

The Python functions and the SQL expressions follow from the same table, ``MONTRE``; a property test compares them. No
other module reads a status or compares a regime (``tests/donnees/entreprises/test_une_regle.py``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any, Final

from fce.referentiels import categories_juridiques
from fce.sources.champs import DIFFUSEE, OPPOSEE, Nature

STATUT: Final = "statut_diffusion"
"""Column of both current states of Sirene."""
COLONNES: Final = (STATUT, "categorie_juridique")
"""Columns of a company that ``regime`` reads."""
NOM_MASQUE: Final = "Personne masquée"
ADRESSE_MASQUEE: Final = "Adresse non diffusible"
MARQUE_INSEE: Final = "[ND]"


class Regime(StrEnum):
    """Open unit, masked legal person, or masked natural person."""

    OUVERT = "O"
    MORALE = "M"
    PHYSIQUE = "P"

    @property
    def masque(self) -> bool:
        """Whether something of the unit is hidden: no other file is then joined to it by a name or a place."""
        return self is not Regime.OUVERT

    @property
    def statut(self) -> str:
        """Insee's code of the status."""
        return OPPOSEE if self.masque else DIFFUSEE

    @property
    def listable(self) -> bool:
        """Whether the unit may be listed, counted, ordered or named: a masked natural person only answers to its exact
        number."""
        return self is not Regime.PHYSIQUE


MONTRE: Final[dict[Regime, frozenset[Nature]]] = {
    Regime.OUVERT: frozenset(Nature),
    Regime.MORALE: frozenset({Nature.DIFFUSIBLE, Nature.NOM, Nature.ENSEIGNE, Nature.COMMUNE}),
    Regime.PHYSIQUE: frozenset({Nature.DIFFUSIBLE}),
}

# Level II of the catégories juridiques (Insee, 2020): 1x is a natural person and 2x has no legal personality. These and
# unknown codes are masked as natural persons.
NIVEAUX_PERSONNE_MORALE: Final = frozenset(c.code for c in categories_juridiques.liste(2) if c.code[0] not in "012")


# --- The rule on Python values ---------------------------------------------------------------------------------------


Ligne = Mapping[str, Any]


def regime_masque(categorie_juridique: str | None) -> Regime:
    """Regime of a unit known to be masked; a missing, malformed or unknown code is that of a natural person."""
    code = categorie_juridique or ""
    connu = len(code) == 4 and code.isascii() and code.isdigit() and code[:2] in NIVEAUX_PERSONNE_MORALE
    return Regime.MORALE if connu else Regime.PHYSIQUE


def regime(unite: Ligne | None, *lieu: Ligne) -> Regime:
    """Regime of a company, or of its establishment ``lieu``, from their raw rows; None: missing, hence masked."""
    legale = unite or {}
    diffusee = all(ligne.get(STATUT) == DIFFUSEE for ligne in (legale, *lieu))
    return Regime.OUVERT if diffusee else regime_masque(legale.get("categorie_juridique"))


def oppose(*brutes: Ligne | None) -> bool:
    """Whether the first of these raw rows that masks says that its holder opposed, not that nothing is known."""
    statuts = ((brute or {}).get(STATUT) for brute in brutes)
    return next((statut for statut in statuts if statut != DIFFUSEE), "") == OPPOSEE


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


# --- The same rule as SQL expressions --------------------------------------------------------------------------------


def sql_diffusee(*lignes: str) -> str:
    """SQL condition: the statuses of these rows (aliases) all open; NULL when one is unknown."""
    return " AND ".join(f"{ligne}.{STATUT} = '{DIFFUSEE}'" for ligne in lignes)


def sql_regime_masque(unite: str) -> str:
    """SQL regime of a unit known to be masked. ``unite``: alias of the row of its company, which may be missing."""
    morales = ", ".join(f"'{code}'" for code in sorted(NIVEAUX_PERSONNE_MORALE))
    categorie = f"{unite}.categorie_juridique"
    return (
        f"CASE WHEN {categorie} ~ '^[0-9]{{4}}$' AND left({categorie}, 2) IN ({morales}) "
        f"THEN '{Regime.MORALE}' ELSE '{Regime.PHYSIQUE}' END"
    )


def sql_regime(unite: str, lieu: str = "") -> str:
    """SQL regime ('O', 'M' or 'P') of a company, or of its establishment ``lieu``, from the aliases of their rows."""
    diffusee = sql_diffusee(*filter(None, (lieu, unite)))
    return f"CASE WHEN {diffusee} THEN '{Regime.OUVERT}' ELSE {sql_regime_masque(unite)} END"


def sql_masque(sous: str) -> str:
    """SQL twin of ``Regime.masque``, from the SQL expression of a regime."""
    return f"{sous} <> '{Regime.OUVERT}'"


def sql_listable(sous: str) -> str:
    """SQL twin of ``Regime.listable``."""
    return f"{sous} <> '{Regime.PHYSIQUE}'"


def sql_visible(valeur: str, nature: Nature, sous: str, *, texte: bool = True) -> str:
    """SQL value as shown, NULL where hidden: the SQL twin of ``masquer``.

    ``sous``: SQL expression of the regime. ``texte``: the value is a text, which may hold ``[ND]``.
    """
    regimes = [r for r in Regime if nature in MONTRE[r]]
    conditions = [f"{sous} IN ({', '.join(repr(str(r)) for r in regimes)})"] if len(regimes) < len(Regime) else []
    if texte:
        conditions.append(f"strpos({valeur}, '{MARQUE_INSEE}') = 0")
    return f"CASE WHEN {' AND '.join(conditions)} THEN {valeur} END" if conditions else valeur
