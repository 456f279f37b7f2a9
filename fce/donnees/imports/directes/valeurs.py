"""Turn a JSON answer into rows typed by the declaration, without the file reading engine.

A mandatory value missing or unreadable makes the answer invalid; other unreadable values are left empty and counted,
and the bloc shows their number.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from fce.donnees.imports.directes.erreurs import ReponseInvalide
from fce.socle.texte import paris
from fce.socle.texte.formats import PARIS
from fce.socle.texte.identifiants import est_siret, siren_valide, siret_valide
from fce.sources import champs
from fce.sources.declaration import Source
from fce.sources.direct import direct_de

_VRAI: Final = {True, "true", "oui", "o", "1"}
_FAUX: Final = {False, "false", "non", "n", "0"}


def extraire(source: Source, donnees: Any, numero: str, annee: int | None = None) -> list[dict[str, Any]]:
    """Raw values by attribute; keeps only what the declaration names.

    ``siren``, ``siret`` and ``annee`` take the requested number and year, unless the declaration reads them from the
    answer. Raises ReponseInvalide when ``data`` has another shape.
    """
    direct = direct_de(source)
    demandes = {"siren": numero[:9], "siret": numero if est_siret(numero) else None, "annee": annee}
    propres = {a: v for a, v in demandes.items() if a in source.champs and v is not None}
    try:
        return [
            {**propres, **{a: _suivre(element, chemin) for a, chemin in direct.champs.items()}}
            for element in direct.lignes(donnees)
        ]
    except (TypeError, KeyError, AttributeError, IndexError, ValueError) as erreur:
        raise ReponseInvalide from erreur


def typer(source: Source, brutes: list[dict[str, Any]]) -> tuple[tuple[dict[str, Any], ...], int]:
    """Return (typed rows, number of unreadable values left empty). Raises ReponseInvalide."""
    illisibles = 0
    lignes = []
    for brute in brutes:
        ligne: dict[str, Any] = {}
        for attribut, champ in source.champs.items():
            valeur = brute.get(attribut)
            if isinstance(valeur, str):
                valeur = valeur.strip() or None
            try:
                ligne[attribut] = None if valeur is None else _convertisseur(champ)(valeur, champ)
            except (ValueError, TypeError, OverflowError, InvalidOperation, OSError):
                ligne[attribut] = None
                illisibles += 1
            if ligne[attribut] is None and attribut in source.obligatoires:
                raise ReponseInvalide
        lignes.append(ligne)
    return tuple(lignes), illisibles


def _suivre(element: Any, chemin: str) -> Any:
    """A null level gives None. Raises TypeError when a level is not an object."""
    for nom in chemin.split("."):
        if element is None:
            return None
        if not isinstance(element, Mapping):
            raise TypeError(chemin)
        element = element.get(nom)
    if isinstance(element, Mapping | list):
        raise TypeError(chemin)
    return element


def _convertisseur(champ: champs.Champ) -> Callable[[Any, champs.Champ], Any]:
    return next(fonction for genre, fonction in _PAR_GENRE if isinstance(champ, genre))


def _entier(valeur: Any, champ: champs.Champ) -> int:
    exact = _decimal(valeur, champ)
    if exact != exact.to_integral_value():
        raise ValueError("not a whole number")
    minimum = getattr(champ, "minimum", None)
    if minimum is not None and exact < minimum:
        raise ValueError("below the minimum")
    return int(exact)


def _decimal(valeur: Any, champ: champs.Champ) -> Decimal:
    if isinstance(valeur, bool):
        raise TypeError("a boolean is no number")
    nombre = Decimal(str(valeur).replace(",", ".") if isinstance(valeur, str) else str(valeur))
    if not nombre.is_finite() or abs(nombre) >= Decimal(10) ** 30:
        raise ValueError("out of range")
    return nombre if isinstance(champ, champs.Entier) else round(nombre, getattr(champ, "decimales", 2))


def _jour(valeur: Any, champ: champs.Champ) -> date:
    """Day in Paris; an integer is seconds since 1970 (Insee's answers)."""
    if isinstance(valeur, int) and not isinstance(valeur, bool):
        return paris.jour_de(datetime.fromtimestamp(valeur, UTC))
    texte = str(valeur)
    for forme in champ.formats:
        try:
            return paris.jour_ecrit(datetime.strptime(texte, forme))
        except ValueError:
            continue
    return paris.jour_ecrit(datetime.fromisoformat(texte))


def _horodatage(valeur: Any, champ: champs.Champ) -> datetime:
    if isinstance(valeur, int) and not isinstance(valeur, bool):
        instant = datetime.fromtimestamp(valeur, UTC)
    else:
        instant = datetime.fromisoformat(str(valeur))
    return instant.astimezone(PARIS).replace(tzinfo=None) if instant.tzinfo else instant


def _booleen(valeur: Any, champ: champs.Champ) -> bool:
    cle = valeur.lower() if isinstance(valeur, str) else valeur
    if cle in _VRAI:
        return True
    if cle in _FAUX:
        return False
    raise ValueError("neither yes nor no")


def _siren(valeur: Any, champ: champs.Champ) -> str:
    return _numero(valeur, siren_valide)


def _siret(valeur: Any, champ: champs.Champ) -> str:
    return _numero(valeur, siret_valide)


def _numero(valeur: Any, valide: Callable[[str], bool]) -> str:
    if not isinstance(valeur, str) or not valide(valeur):
        raise ValueError("wrong number")
    return valeur


def _texte(valeur: Any, champ: champs.Champ) -> str:
    if isinstance(valeur, bool) or not isinstance(valeur, str | int | float):
        raise TypeError("not a text")
    return str(valeur)


_PAR_GENRE: Final[tuple[tuple[type[champs.Champ], Callable[[Any, champs.Champ], Any]], ...]] = (
    (champs.Siren, _siren),
    (champs.Siret, _siret),
    (champs.Entier, _entier),
    (champs.Decimal, _decimal),
    (champs.Jour, _jour),
    (champs.Horodatage, _horodatage),
    (champs.Booleen, _booleen),
    (champs.Champ, _texte),
)
