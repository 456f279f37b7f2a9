"""Reads of the engine for pages, commands and the other rooms."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connection
from django.db.models import Max, Model
from django.db.models.base import ModelState

from fce.sources import registre
from fce.sources.declaration import Source
from fce.sources.models import Import, VersionEnPlace

# What pages read of an import at each request; the rest (reports, columns, tables) is fetched only if it is asked for.
_LEGERS = (
    *("id", "source", "statut", "debut", "fin", "duree", "date_metier", "par", "empreinte", "table"),
    *("lues", "chargees", "ecartees", "dedoublonnees", "total"),
)
_COLONNES = ", ".join(f'{alias}."{nom}"' for alias in "ep" for nom in _LEGERS)
_VERSIONS = (
    f"SELECT v.id, v.source, v.depuis, v.en_place_id, v.precedent_id, {_COLONNES} "  # noqa: S608 – names written above
    "FROM sources_versionenplace v JOIN sources_import e ON e.id = v.en_place_id "
    "LEFT JOIN sources_import p ON p.id = v.precedent_id ORDER BY v.source"
)


def versions() -> dict[str, VersionEnPlace]:
    """Versions in place by source name, their import and the one before loaded with them: one light query."""
    with connection.cursor() as curseur:
        curseur.execute(_VERSIONS)
        return {rang[1]: _version(rang) for rang in curseur.fetchall()}


def _version(rang: tuple[Any, ...]) -> VersionEnPlace:
    # Built by hand: the constructor of Django walks all the fields, and this is read for every sheet.
    version: VersionEnPlace = _instance(
        VersionEnPlace, zip(("id", "source", "depuis", "en_place_id", "precedent_id"), rang[:5], strict=True)
    )
    premier, second = rang[5 : 5 + len(_LEGERS)], rang[5 + len(_LEGERS) :]
    cache = version._state.fields_cache
    cache["en_place"] = _instance(Import, zip(_LEGERS, premier, strict=True))
    cache["precedent"] = _instance(Import, zip(_LEGERS, second, strict=True)) if second[0] is not None else None
    return version


def _instance(modele: type[Model], valeurs: Iterable[tuple[str, Any]]) -> Any:
    """A saved instance of which only some fields are loaded, as ``Model.from_db`` gives."""
    instance = modele.__new__(modele)
    instance._state = ModelState()
    instance._state.adding, instance._state.db = False, DEFAULT_DB_ALIAS
    instance.__dict__.update(valeurs)
    return instance


@dataclass(frozen=True, slots=True)
class EtatSource:
    """A declared source, what it shows and what happened to it last.

    ``en_place``: import shown, None = never imported. ``precedent``: import that a rollback would show.
    ``dernier``: latest attempt, whatever its outcome. ``age``: days since the business date. ``en_retard``: older than
    the frequency of its producer allows.
    """

    source: Source
    en_place: Import | None
    precedent: Import | None
    dernier: Import | None
    age: int | None
    en_retard: bool


def etat_des_sources() -> list[EtatSource]:
    """Every declared source, by name, those never imported included: two queries."""
    en_place = versions()
    recents = Import.objects.values("source").annotate(recent=Max("pk")).values("recent")
    derniers = {importation.source: importation for importation in Import.objects.filter(pk__in=recents)}
    aujourdhui = datetime.date.today()
    etats = []
    for source in registre.toutes():
        version = en_place.get(source.nom)
        montre = version.en_place if version else None
        age = (aujourdhui - montre.date_metier).days if montre and montre.date_metier else None
        etats.append(
            EtatSource(
                source=source,
                en_place=montre,
                precedent=version.precedent if version else None,
                dernier=derniers.get(source.nom),
                age=age,
                en_retard=age is not None and age > source.frequence.jours,
            )
        )
    return etats
