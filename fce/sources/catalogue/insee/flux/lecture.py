"""Answers of the Sirene API 3.11: units and establishments, each with its periods, flattened into the stock's columns.

The current period is the one without an end. A record that has none, or several, is given empty, hence set aside.
"""

from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from fce.sources.catalogue.insee.etablissements.source import source as ETABLISSEMENTS
from fce.sources.catalogue.insee.unites_legales.source import source as UNITES
from fce.sources.catalogue.pages_json import en_texte, pages
from fce.sources.declaration import LigneBrute
from fce.sources.lecture.refus import refus

UNITE, ETABLISSEMENT = "unité légale", "établissement"
_PERIODES: Final = {UNITE: "periodesUniteLegale", ETABLISSEMENT: "periodesEtablissement"}
_LISTES: Final = {UNITE: "unitesLegales", ETABLISSEMENT: "etablissements"}
_SEULS: Final = {UNITE: "uniteLegale", ETABLISSEMENT: "etablissement"}
_TRAITEMENTS: Final = {
    UNITE: "dateDernierTraitementUniteLegale",
    ETABLISSEMENT: "dateDernierTraitementEtablissement",
}
# Written by the API only for the units that are purged.
_PURGEE: Final = "unitePurgeeUniteLegale"


def lire(chemin: Path) -> Iterator[LigneBrute]:
    """What the file is about: (rank from 1, numbers, nature and dates) of every record."""
    for rang, nature, fiche in _fiches(chemin):
        valeurs = _a_plat(fiche, nature)
        siret = fiche.get("siret") if nature == ETABLISSEMENT else None
        numeros = {"numero": siret or fiche.get("siren"), "nature": nature, "siren": fiche.get("siren"), "siret": siret}
        dates = {"dateDebut": valeurs.get("dateDebut"), "dateDernierTraitement": valeurs.get(_TRAITEMENTS[nature])}
        yield rang, {nom: en_texte(valeur) for nom, valeur in (numeros | dates).items()} if valeurs else {}


def unites(chemin: Path) -> Iterator[LigneBrute]:
    """The legal units, in the columns of the stock file."""
    return _lignes(chemin, UNITE, UNITES.colonnes, {_PURGEE: None})


def etablissements(chemin: Path) -> Iterator[LigneBrute]:
    """The establishments, in the columns of the stock file."""
    return _lignes(chemin, ETABLISSEMENT, ETABLISSEMENTS.colonnes, {})


def _lignes(chemin: Path, voulue: str, colonnes: Collection[str], defauts: Mapping[str, None]) -> Iterator[LigneBrute]:
    for rang, nature, fiche in _fiches(chemin):
        if nature == voulue:
            valeurs = _a_plat(fiche, nature)
            # Only what is written is given: a column that the API renames is then missing, hence refused.
            retenues = {nom: en_texte(valeur) for nom, valeur in valeurs.items() if nom in colonnes}
            yield rang, {**defauts, **retenues} if valeurs else {}


def _a_plat(fiche: Mapping[str, Any], nature: str) -> dict[str, Any]:
    """The record, its addresses and its current period as one row; empty without exactly one current period."""
    periodes = fiche.get(_PERIODES[nature])
    periodes = [p for p in periodes if isinstance(p, dict)] if isinstance(periodes, list) else []
    courantes = [periode for periode in periodes if periode.get("dateFin") is None]
    if len(courantes) != 1:
        return {}
    blocs = [fiche, fiche.get("adresseEtablissement"), fiche.get("adresse2Etablissement"), courantes[0]]
    return {
        nom: valeur
        for bloc in blocs
        if isinstance(bloc, dict)
        for nom, valeur in bloc.items()
        if not isinstance(valeur, dict | list)
    }


def _fiches(chemin: Path) -> Iterator[tuple[int, str, Mapping[str, Any]]]:
    """(rank from 1, nature, record) of every answer of the file: lists, or a single unit."""
    rang = 0
    for page in pages(chemin):
        trouvees = [(nature, fiche) for nature in _LISTES for fiche in _de_la_page(page, nature)]
        if not trouvees and not _sans_resultat(page):
            raise refus(chemin, "json", "une page n'est pas une réponse de l'API Sirene (unités, établissements).")
        for nature, fiche in trouvees:
            if not isinstance(fiche, dict):
                raise refus(chemin, "json", "une unité n'est pas écrite comme par l'API Sirene.")
            rang += 1
            yield rang, nature, fiche


def _de_la_page(page: Any, nature: str) -> list[Any]:
    if not isinstance(page, dict):
        return []
    if _PERIODES[nature] in page:
        return [page]
    seul, liste = page.get(_SEULS[nature]), page.get(_LISTES[nature])
    # An establishment carries its unit too, without periods: it is not an answer about the unit.
    if isinstance(seul, dict) and _PERIODES[nature] in seul:
        return [seul]
    return liste if isinstance(liste, list) else []


def _sans_resultat(page: Any) -> bool:
    """A list of no unit: nothing changed that day."""
    return isinstance(page, dict) and any(page.get(liste) == [] for liste in _LISTES.values())
