"""Reads of the engine for pages, commands and the other rooms."""

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connection
from django.db.models import Max, Model, Q
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


class Etat(Enum):
    """How a source is doing, worst news first; the value is what people read."""

    EN_ECHEC = "en échec"
    JAMAIS = "jamais importée"
    PERIMEE = "périmée"
    A_JOUR = "à jour"
    EN_DIRECT = "interrogée en direct"


@dataclass(frozen=True, slots=True)
class Refus:
    """Why a file did not come in: refused, or stopped by a failure. ``motif``: French sentences, without any value."""

    le: datetime.datetime
    motif: str
    importation: Import


@dataclass(frozen=True, slots=True)
class EtatSource:
    """A declared source, what it shows and what happened to it last.

    ``en_place``: import shown, None = never imported. ``precedent``: import that a rollback would show.
    ``dernier``: latest attempt at its own file, whatever its outcome. ``age``: days since the business date.
    ``en_retard``: older than the frequency of its producer allows.
    ``refus``: the last one, None = never; ``etat`` is "en échec" when nothing has come in since.
    """

    source: Source
    en_place: Import | None
    precedent: Import | None
    dernier: Import | None
    age: int | None
    en_retard: bool
    refus: Refus | None
    etat: Etat


_MAUVAIS = (Import.Statut.REFUSE, Import.Statut.ECHOUE)
# A file that was verified only is its depositor's business, until it is published.
_SANS_ISSUE = (Import.Statut.EN_COURS, Import.Statut.VERIFIE)


def etat_des_sources() -> list[EtatSource]:
    """Every declared source, by name, those never imported included: two queries."""
    en_place = versions()
    essais = _derniers_essais()
    return [_etat(source, en_place.get(source.nom), essais.get(source.nom, [])) for source in registre.toutes()]


def _derniers_essais() -> dict[str, list[Import]]:
    """By source, its latest attempt, the latest that failed and the latest that did not: one to three, latest first.

    What another source brought is that one's business.
    """
    propres = Import.objects.filter(meneur=None).exclude(statut=Import.Statut.VERIFIE)
    groupes = (
        propres,
        propres.filter(statut__in=_MAUVAIS),
        propres.exclude(statut__in=(*_MAUVAIS, *_SANS_ISSUE)),
    )
    retenus = Q()
    for groupe in groupes:
        # Without the order of the model, which would make groups of one.
        retenus |= Q(pk__in=groupe.order_by().values("source").annotate(recent=Max("pk")).values("recent"))
    essais: dict[str, list[Import]] = {}
    for importation in Import.objects.filter(retenus).defer("colonnes", "parties", "empreintes").order_by("-pk"):
        essais.setdefault(importation.source, []).append(importation)
    return essais


def _etat(source: Source, version: VersionEnPlace | None, essais: Sequence[Import]) -> EtatSource:
    montre = version.en_place if version else None
    aujourd_hui = datetime.date.today()
    age = (aujourd_hui - montre.date_metier).days if montre and montre.date_metier else None
    en_retard = montre is not None and source.en_retard(montre.date_metier, aujourd_hui)
    termines = [essai for essai in essais if essai.statut not in _SANS_ISSUE]
    refuse = next((essai for essai in termines if essai.statut in _MAUVAIS), None)
    if not source.importable:
        etat = Etat.EN_DIRECT
    elif refuse and termines[0] == refuse:
        etat = Etat.EN_ECHEC
    elif montre is None:
        etat = Etat.JAMAIS
    else:
        etat = Etat.PERIMEE if en_retard else Etat.A_JOUR
    return EtatSource(
        source=source,
        en_place=montre,
        precedent=version.precedent if version else None,
        dernier=essais[0] if essais else None,
        age=age,
        en_retard=en_retard,
        refus=Refus(refuse.fin or refuse.debut, " ".join(refuse.motifs), refuse) if refuse else None,
        etat=etat,
    )
