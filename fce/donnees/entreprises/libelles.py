"""Read the cells of a Sirene row: dates, numbers, codes with their labels."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from typing import Any

from fce.referentiels import categories_juridiques, effectifs, naf
from fce.referentiels.libelle import Libelle
from fce.socle.texte import paris

Ligne = Mapping[str, Any]


def nomenclature(code: str | None) -> str:
    return naf.NOMS.get(naf.canonique(code), code or "")


def jour(valeur: date | str | None) -> date | None:
    if isinstance(valeur, str):
        return date.fromisoformat(valeur[:10])
    return valeur and paris.jour_ecrit(valeur)


def entier(valeur: int | str | None) -> int | None:
    if isinstance(valeur, str):
        return int(valeur) if valeur.isascii() and valeur.isdigit() else None
    return valeur


def activite(ligne: Ligne) -> Libelle | None:
    code = ligne.get("activite_principale")
    if not code:
        return None
    return activite_du_code(code, ligne.get("nomenclature_activite_principale"))


@lru_cache(maxsize=20_000)
def activite_du_code(code: str, nomenclature: str | None) -> Libelle:
    """Cached: a page of results asks for a hundred labels."""
    return Libelle(code, naf.libelle(code, nomenclature or naf.NAF_REV_2))


def activite_naf25(ligne: Ligne) -> Libelle | None:
    """Main activity in the NAF 2025: the main code if it uses that nomenclature, else the dedicated column."""
    code = ligne.get("activite_principale_naf25")
    if nomenclature_activite(ligne) == naf.NAF_2025:
        code = ligne["activite_principale"]
    return activite_du_code(code, naf.NAF_2025) if code else None


def nomenclature_activite(ligne: Ligne) -> str | None:
    return naf.canonique(ligne.get("nomenclature_activite_principale")) if ligne.get("activite_principale") else None


def activites_nommees(
    activite: Libelle | None, de: str | None, naf25: Libelle | None
) -> tuple[tuple[str, Libelle | None], ...]:
    """(title, activity) for each nomenclature given, so that a code is never shown under another nomenclature's
    name."""
    principale = (f"Activité principale ({nomenclature(de)})", activite)
    deja = naf.canonique(de) == naf.NAF_2025 and activite is not None
    return (principale,) if deja or naf25 is None else (principale, ("Activité principale (NAF 2025)", naf25))


def forme_juridique(ligne: Ligne) -> Libelle | None:
    code = ligne.get("categorie_juridique")
    return forme_du_code(code) if code else None


@lru_cache(maxsize=2_000)
def forme_du_code(code: str) -> Libelle:
    return Libelle(code, categories_juridiques.libelle(code))


def tranche_effectif(ligne: Ligne) -> Libelle | None:
    code = ligne.get("tranche_effectifs")
    return tranche_du_code(code) if code else None


@lru_cache(maxsize=200)
def tranche_du_code(code: str) -> Libelle:
    return Libelle(code, effectifs.libelle(code))
