"""Reads of the engine for pages, commands and the other rooms."""

import datetime
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import cache, partial
from typing import Any, NamedTuple

from django.db.models import Max, Q
from psycopg import sql

from fce.imports.models import Import, VersionEnPlace
from fce.socle import lectures, paris, replique
from fce.socle.branches import Branche
from fce.socle.question import QuestionConstante, QuestionPosee
from fce.sources import registre
from fce.sources.declaration import Source

_LOURDS = ("rejets", "avertissements", "motifs", "fichiers", "colonnes", "parties", "empreintes", "forcer_motif")
_REPERES = (
    "SELECT v.source, e.date_metier, coalesce(e.fin, e.debut) AS importee_le "
    "FROM sources_versionenplace v JOIN sources_import e ON e.id = v.en_place_id"
)


def versions() -> dict[str, VersionEnPlace]:
    """Versions in place by source name, their import and the one before loaded with them, reports left out: one
    query."""
    lues = VersionEnPlace.objects.select_related("en_place", "precedent").order_by("source")
    return {v.source: v for v in lues.defer(*(f"{lie}__{nom}" for lie in ("en_place", "precedent") for nom in _LOURDS))}


def generations(sources: tuple[str, ...]) -> dict[str, int]:
    """Ids of the imports in place of some sources, by name, as the database of record has them at this instant: what is
    asked at each search (``socle.question``)."""
    return _lues(_generations(sources).lire())


def demander_les_generations(sources: tuple[str, ...]) -> Callable[[], dict[str, int]]:
    """Ask for ``generations`` now, and return what reads them, once they are needed: as they were in between."""
    return partial(_recues, _generations(sources).demander())


def _recues(posee: QuestionPosee) -> dict[str, int]:
    return _lues(posee.lire())


def _lues(lignes: Iterable[tuple[str, ...]]) -> dict[str, int]:
    return {nom: int(importation) for nom, importation in lignes}


@cache
def _generations(sources: tuple[str, ...]) -> QuestionConstante:
    requete = sql.SQL("SELECT source, en_place_id::text FROM sources_versionenplace WHERE source IN ({})")
    return QuestionConstante(requete.format(sql.SQL(", ").join(map(sql.Literal, sources))).as_string())


class Reperes(NamedTuple):
    """When a version in place dates from: business date of its file, and instant of its import."""

    date_metier: datetime.date | None
    importee_le: datetime.datetime


def reperes() -> dict[str, Reperes]:
    """Dates of the version in place of every source that has one, by name: one light query, asked for each sheet."""
    # Where the rows that they date are read: dates of one version never go with the rows of another.
    lus = replique.lire(lambda connexion: lectures.lire(_REPERES, connexion=connexion))
    return {nom: Reperes(metier, importee) for nom, metier, importee in lus}


def branche_des_reperes() -> Branche:
    """What ``reperes`` reads, for a statement that reads other things too: both are of the same instant."""
    return Branche("reperes", _REPERES)


def reperes_lus(lignes: Iterable[Mapping[str, Any]]) -> dict[str, Reperes]:
    """``reperes`` from the rows of ``branche_des_reperes``."""
    date_de, instant_de = datetime.date.fromisoformat, datetime.datetime.fromisoformat
    return {
        x["source"]: Reperes(date_de(x["date_metier"]) if x["date_metier"] else None, instant_de(x["importee_le"]))
        for x in lignes
    }


class EtatDeSource(Enum):
    """How a source is doing, worst news first; the value is what people read."""

    EN_ECHEC = "en échec"
    JAMAIS = "jamais importée"
    EN_RETARD = "en retard"
    SANS_DATE = "date inconnue"
    A_JOUR = "à jour"
    EN_DIRECT = "interrogée en direct"


@dataclass(frozen=True, slots=True)
class FichierNonEntre:
    """Why a file did not come in: refused, or stopped by a failure. ``motif``: French sentences, without any value."""

    le: datetime.datetime
    motif: str
    importation: Import


@dataclass(frozen=True, slots=True)
class SourceSuivie:
    """A declared source, what it shows and what happened to it last.

    ``en_place``: import shown, None = never imported. ``precedent``: import that a rollback would show.
    ``dernier``: latest attempt at its own file, whatever its outcome. ``age``: days since the business date, None when
    it is unknown.
    ``en_retard``: older than the frequency of its producer allows.
    ``refus``: the last one, None = never; ``etat`` is "en échec" when nothing has come in since.
    """

    source: Source
    en_place: Import | None
    precedent: Import | None
    dernier: Import | None
    age: int | None
    en_retard: bool
    refus: FichierNonEntre | None
    etat: EtatDeSource


_MAUVAIS = (Import.Statut.REFUSE, Import.Statut.ECHOUE)
# A file that was verified only is its depositor's business, until it is published.
_SANS_ISSUE = (Import.Statut.EN_COURS, Import.Statut.VERIFIE)


def etat_des_sources() -> list[SourceSuivie]:
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


def _etat(source: Source, version: VersionEnPlace | None, essais: Sequence[Import]) -> SourceSuivie:
    montre = version.en_place if version else None
    aujourd_hui = paris.aujourd_hui()
    age = (aujourd_hui - montre.date_metier).days if montre and montre.date_metier else None
    en_retard = montre is not None and source.en_retard(montre.date_metier, montre.fin or montre.debut, aujourd_hui)
    termines = [essai for essai in essais if essai.statut not in _SANS_ISSUE]
    refuse = next((essai for essai in termines if essai.statut in _MAUVAIS), None)
    if not source.importable:
        etat = EtatDeSource.EN_DIRECT
    elif refuse and termines[0] == refuse:
        etat = EtatDeSource.EN_ECHEC
    elif montre is None:
        etat = EtatDeSource.JAMAIS
    elif en_retard:
        etat = EtatDeSource.EN_RETARD
    else:
        etat = EtatDeSource.A_JOUR if montre.date_metier else EtatDeSource.SANS_DATE
    return SourceSuivie(
        source=source,
        en_place=montre,
        precedent=version.precedent if version else None,
        dernier=essais[0] if essais else None,
        age=age,
        en_retard=en_retard,
        refus=FichierNonEntre(refuse.fin or refuse.debut, " ".join(refuse.motifs), refuse) if refuse else None,
        etat=etat,
    )
