"""What comes back of a source: rows of JSON made into Python values, masked."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from functools import cache, lru_cache
from typing import Any, Final

from fce.droits.lecteur import LecteurDeDonnees
from fce.entreprises import diffusion, natures
from fce.entreprises.diffusion import Regime
from fce.fiche.plan import Plan
from fce.socle.branches import Lignes
from fce.sources import champs
from fce.sources.declaration import Source

_JETON: Final = "\0"
"""Begins a token: no text of PostgreSQL holds this character."""


def total_connu(lignes: Lignes | None) -> int | None:
    """How many rows a branch knows of, or groups of them; None when it brought nothing."""
    if not lignes:
        return None
    return lignes.total if lignes.total is not None else int(lignes[0].get("_total") or 0)


def _vider(ligne: dict[str, Any], cachees: tuple[str, ...]) -> None:
    ligne.update(dict.fromkeys(cachees))


def typer(
    plan: Plan,
    lignes: Lignes | Iterable[Mapping[str, Any]],
    cacher: Callable[[dict[str, Any], tuple[str, ...]], None] = _vider,
) -> list[dict[str, Any]]:
    """Rows as Python values, masked, every declared attribute present (None when it may not be read).

    ``cacher``: hides some attributes of a row.

    A sheet types thousands of rows: what depends on the declaration alone is worked out once for all of them.
    """
    lisibles, regimes = plan.lisibles, plan.unite.regimes
    connus = lignes.colonnes if isinstance(lignes, Lignes) else ()
    vides = {a: None for a in plan.source.champs if a not in connus}
    siret = plan.siret if regimes.selon_le_lieu else ""
    conversions = [(a, f) for a, f in _conversions(plan.source) if a in lisibles]
    # Rows of which nobody knows may all have the mark of INSEE.
    marquees = getattr(lignes, "marquees", True)
    textes = [a for a, c in lisibles.items() if marquees and isinstance(c, champs.Texte | champs.Code)]
    # A column after the other: hundreds of rows, of which few columns change. Those that a branch has just brought are
    # nobody else's: they are typed where they are, and would be again without harm.
    sortie: list[dict[str, Any]] = [*lignes] if connus else [{**vides, **ligne} for ligne in lignes]
    if connus and vides:
        for typee in sortie:
            typee.update(vides)
    if siret:
        for typee in sortie:
            cacher(typee, _cachees(plan, regimes.de(typee.get(siret))))
    elif cachees := _cachees(plan, regimes.unite):
        for typee in sortie:
            cacher(typee, cachees)
    for attribut in textes:
        for typee in sortie:
            if diffusion.MARQUE_INSEE in (typee[attribut] or ""):
                typee[attribut] = None
    for attribut, convertir in conversions:
        for typee in sortie:
            if (valeur := typee[attribut]) is not None:
                typee[attribut] = convertir(valeur)
    return sortie


def _cachees(plan: Plan, regime: Regime) -> tuple[str, ...]:
    """What a row of that regime does not show."""
    return tuple(a for a in natures.cachees(plan.source, regime) if a in plan.lisibles)


def choisir(plan: Plan, brutes: Iterable[Mapping[str, Any]], lecteur: LecteurDeDonnees) -> list[dict[str, Any]]:
    """Rows typed, masked, then chosen by the rule of the source.

    The rule reads a token in place of a hidden text: it tells two contracts from each other, and finds the notice that
    another one cancels, without what it may write elsewhere ever showing what is hidden.
    """
    regle = plan.source.selection
    if regle is None:
        return typer(plan, brutes)
    jetons: dict[str, str] = {}

    def remplacer(ligne: dict[str, Any], cachees: tuple[str, ...]) -> None:
        for attribut in cachees:
            valeur = ligne[attribut]
            cite = valeur and isinstance(plan.source.champs[attribut], champs.Texte | champs.Code)
            if cite and diffusion.MARQUE_INSEE not in valeur:
                ligne[attribut] = jetons.setdefault(valeur, f"{_JETON}{len(jetons)}")
            else:
                ligne[attribut] = None

    choisies = [dict(ligne) for ligne in regle(typer(plan, brutes, remplacer), lecteur.aujourd_hui)]
    if jetons:
        for ligne in choisies:
            ligne.update({a: None for a, v in ligne.items() if isinstance(v, str) and _JETON in v})
    return choisies


@cache
def _conversions(source: Source) -> tuple[tuple[str, Callable[[Any], Any]], ...]:
    """(attribute, function) of those whose JSON value is not a Python one."""
    return tuple((a, f) for a, c in source.champs.items() if (f := _conversion(c)) is not None)


def _conversion(champ: champs.Champ) -> Callable[[Any], Any] | None:
    """What makes a JSON value a Python one, None when it is one already."""
    # Live answers come with their dates already read.
    if isinstance(champ, champs.Jour):
        return _jour
    if isinstance(champ, champs.Horodatage):
        return lambda v: datetime.fromisoformat(v) if isinstance(v, str) else v
    return _decimal if isinstance(champ, champs.Decimal) else None


# The same days and amounts come again and again, in a page and from one to the next.
@lru_cache(maxsize=8192)
def _jour(valeur: str | date) -> date:
    return date.fromisoformat(valeur) if isinstance(valeur, str) else valeur


@lru_cache(maxsize=8192)
def _decimal(valeur: object) -> Decimal:
    # JSON has one kind of numbers: a whole amount comes back with a decimal that nobody wrote.
    if isinstance(valeur, float):
        nombre = Decimal(int(valeur)) if valeur.is_integer() else Decimal(repr(valeur))
    else:
        nombre = Decimal(valeur) if isinstance(valeur, int) else Decimal(str(valeur))
    if not nombre.is_finite():
        raise ValueError("not a number")
    return nombre
