"""Answers of the Sirene API 3.11: units and establishments with their periods, flattened to the columns of the stock
files.

The current period has no end date. A record without exactly one is given empty, which sets it aside.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import msgspec
from msgspec import UNSET

from fce.sources.catalogue.insee.etablissements.source import source as ETABLISSEMENTS
from fce.sources.catalogue.insee.unites_legales.source import source as UNITES
from fce.sources.catalogue.pages_json import en_texte, ouvrir, pages_coupees
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
_COMPOSEES: Final = (dict, list)
# The API writes this field only for purged units.
_PURGEE: Final = "unitePurgeeUniteLegale"


class _Page(msgspec.Struct):
    unitesLegales: list[msgspec.Raw] | msgspec.UnsetType = UNSET
    etablissements: list[msgspec.Raw] | msgspec.UnsetType = UNSET
    uniteLegale: msgspec.Raw | msgspec.UnsetType = UNSET
    etablissement: msgspec.Raw | msgspec.UnsetType = UNSET
    periodesUniteLegale: msgspec.Raw | msgspec.UnsetType = UNSET
    periodesEtablissement: msgspec.Raw | msgspec.UnsetType = UNSET


_PAGE: Final = msgspec.json.Decoder(_Page)


def lire(chemin: Path) -> Iterator[LigneBrute]:
    """(rank from 1, numbers, nature and dates) of every record."""
    for rang, nature, fiche in _fiches(chemin, (UNITE, ETABLISSEMENT)):
        blocs = _blocs(fiche, nature)
        siret = fiche.get("siret") if nature == ETABLISSEMENT else None
        numeros = {"numero": siret or fiche.get("siren"), "nature": nature, "siren": fiche.get("siren"), "siret": siret}
        dates = {"dateDebut": _dite(blocs, "dateDebut"), "dateDernierTraitement": _dite(blocs, _TRAITEMENTS[nature])}
        yield rang, {nom: en_texte(valeur) for nom, valeur in (numeros | dates).items()} if blocs else {}


def unites(chemin: Path) -> Iterator[LigneBrute]:
    return _lignes(chemin, UNITE, UNITES.colonnes, {_PURGEE: None})


def etablissements(chemin: Path) -> Iterator[LigneBrute]:
    return _lignes(chemin, ETABLISSEMENT, ETABLISSEMENTS.colonnes, {})


def _lignes(chemin: Path, voulue: str, colonnes: Collection[str], defauts: Mapping[str, None]) -> Iterator[LigneBrute]:
    for rang, nature, fiche in _fiches(chemin, (voulue,)):
        blocs = _blocs(fiche, nature)
        # Give only the fields present: a column renamed by the API is then missing, and the file refused.
        retenues = {
            nom: valeur if valeur is None or valeur.__class__ is str else en_texte(valeur)
            for bloc in blocs
            for nom, valeur in bloc.items()
            if nom in colonnes and valeur.__class__ not in _COMPOSEES
        }
        yield rang, {**defauts, **retenues} if blocs else {}


def _blocs(fiche: Mapping[str, Any], nature: str) -> list[Mapping[str, Any]]:
    """The record, its addresses and its current period, to merge into one row (later ones win); empty without exactly
    one current period."""
    periodes = fiche.get(_PERIODES[nature])
    periodes = [p for p in periodes if isinstance(p, dict)] if isinstance(periodes, list) else []
    courantes = [periode for periode in periodes if periode.get("dateFin") is None]
    if len(courantes) != 1:
        return []
    blocs = [fiche, fiche.get("adresseEtablissement"), fiche.get("adresse2Etablissement"), courantes[0]]
    return [bloc for bloc in blocs if isinstance(bloc, dict)]


def _dite(blocs: Sequence[Mapping[str, Any]], nom: str) -> Any:
    return next((b[nom] for b in reversed(blocs) if nom in b and b[nom].__class__ not in _COMPOSEES), None)


def _fiches(chemin: Path, voulues: Collection[str]) -> Iterator[tuple[int, str, Mapping[str, Any]]]:
    """(rank, nature, record) of the wanted natures; ranks from 1 count all the records of the file."""
    rang = 0
    for page in pages_coupees(chemin):
        for nature, fiches in _par_nature(chemin, page).items():
            for place, coupee in enumerate(fiches, rang + 1) if nature in voulues else ():
                fiche = ouvrir(coupee)
                if not isinstance(fiche, dict):
                    raise refus(chemin, "json", "une unité n'est pas écrite comme par l'API Sirene.")
                yield place, nature, fiche
            rang += len(fiches)


def _par_nature(chemin: Path, page: Any) -> dict[str, Sequence[Any]]:
    if isinstance(page, msgspec.Raw) and (listes := _couper(page)) is not None:
        return listes
    ouverte = ouvrir(page)
    trouvees: dict[str, Sequence[Any]] = {nature: _de_la_page(ouverte, nature) for nature in _LISTES}
    if not any(trouvees.values()) and not _sans_resultat(ouverte):
        raise refus(chemin, "json", "une page n'est pas une réponse de l'API Sirene (unités, établissements).")
    return trouvees


def _couper(page: msgspec.Raw) -> dict[str, Sequence[Any]] | None:
    """Undecoded, so that a day of changes is never whole in memory."""
    try:
        coupee = _PAGE.decode(page)
    except msgspec.DecodeError:
        return None
    listes = {UNITE: coupee.unitesLegales, ETABLISSEMENT: coupee.etablissements}
    autres = (coupee.uniteLegale, coupee.etablissement, coupee.periodesUniteLegale, coupee.periodesEtablissement)
    if any(autre is not UNSET for autre in autres) or all(liste is UNSET for liste in listes.values()):
        return None
    return {nature: [] if liste is UNSET else liste for nature, liste in listes.items()}


def _de_la_page(page: Any, nature: str) -> list[Any]:
    if not isinstance(page, dict):
        return []
    if _PERIODES[nature] in page:
        return [page]
    seul, liste = page.get(_SEULS[nature]), page.get(_LISTES[nature])
    # An establishment includes its unit without periods: not an answer about the unit.
    if isinstance(seul, dict) and _PERIODES[nature] in seul:
        return [seul]
    return liste if isinstance(liste, list) else []


def _sans_resultat(page: Any) -> bool:
    return isinstance(page, dict) and any(page.get(liste) == [] for liste in _LISTES.values())
