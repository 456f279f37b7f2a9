"""Converts the JSON rows of a source to Python values, masked."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import Any, Final

from fce.donnees.entreprises import diffusion, natures
from fce.donnees.entreprises.diffusion import Regime
from fce.droits.habilitations.lecteur import LecteurDeDonnees
from fce.fiche.lecture.plan import Plan
from fce.socle.base.branches import Lignes
from fce.sources import champs
from fce.sources.declaration import Source

_JETON: Final = "\0"
"""Starts a token: no PostgreSQL text contains this character."""


def total_connu(lignes: Lignes | None) -> int | None:
    """Number of rows, or groups, that a branch knows of; None when it brought nothing."""
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
    """Rows as Python values, masked, with every declared attribute (None when it may not be read).

    ``cacher``: hides attributes of a row. What depends only on the declaration is computed once: a sheet converts
    thousands of rows.
    """
    lisibles, regimes = plan.lisibles, plan.unite.regimes
    connus = lignes.colonnes if isinstance(lignes, Lignes) else ()
    vides = {a: None for a in plan.source.champs if a not in connus}
    siret = plan.siret if regimes.selon_le_lieu else ""
    conversions = [(a, f) for a, f in _conversions(plan.source) if a in lisibles]
    # Without information from the branch, assume that rows may hold the INSEE mark.
    marquees = getattr(lignes, "marquees", True)
    textes = [a for a, c in lisibles.items() if marquees and isinstance(c, champs.Texte | champs.Code)]
    # Column by column, because few columns need a conversion. Rows fresh from a branch have no other owner: they are
    # changed in place.
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
    return tuple(a for a in natures.cachees(plan.source, regime) if a in plan.lisibles)


def choisir(plan: Plan, brutes: Iterable[Mapping[str, Any]], lecteur: LecteurDeDonnees) -> list[dict[str, Any]]:
    """Rows converted, masked, then chosen by the source's rule.

    The rule sees a token in place of a hidden text, so that it can tell two contracts apart, or match a notice with the
    one that cancels it, without copying the hidden text elsewhere.
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
    """(attribute, function) of the attributes whose JSON value needs a conversion."""
    return tuple((a, f) for a, c in source.champs.items() if (f := _conversion(c)) is not None)


def _conversion(champ: champs.Champ) -> Callable[[Any], Any] | None:
    """Function that converts a JSON value; None when none is needed."""
    # Live answers already hold dates.
    if isinstance(champ, champs.Jour):
        return _jour
    if isinstance(champ, champs.Horodatage):
        return lambda v: datetime.fromisoformat(v) if isinstance(v, str) else v
    return _decimal if isinstance(champ, champs.Decimal) else None


def _jour(valeur: str | date) -> date:
    return date.fromisoformat(valeur) if isinstance(valeur, str) else valeur


def _decimal(valeur: object) -> Decimal:
    # JSON has a single number type: a whole amount may come back as a float.
    if isinstance(valeur, float):
        nombre = Decimal(int(valeur)) if valeur.is_integer() else Decimal(repr(valeur))
    else:
        nombre = Decimal(valeur) if isinstance(valeur, int) else Decimal(str(valeur))
    if not nombre.is_finite():
        raise ValueError("not a number")
    return nombre
