"""Reads of the imports for pages, commands and other rooms."""

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any, NamedTuple

from django.db.models import Max, Q

from fce.donnees.imports.models import Import, VersionEnPlace
from fce.socle.base import lectures, replique
from fce.socle.base.branches import Branche
from fce.socle.texte import paris
from fce.sources import registre
from fce.sources.declaration import Source

_LOURDS = ("rejets", "avertissements", "motifs", "fichiers", "colonnes", "parties", "empreintes", "forcer_motif")
_GENERATIONS = (
    "SELECT v.source, coalesce(i.identite, CASE WHEN i.remasquee THEN -i.id ELSE i.id END) "
    "FROM sources_versionenplace v JOIN sources_import i ON i.id = v.en_place_id WHERE v.source = ANY(%s)"
)
_REPERES = (
    "SELECT v.source, e.date_metier, coalesce(e.fin, e.debut) AS importee_le "
    "FROM sources_versionenplace v JOIN sources_import e ON e.id = v.en_place_id"
)


def versions() -> dict[str, VersionEnPlace]:
    """Versions in place by source name, with their current and previous imports, without the heavy columns. One
    query."""
    legeres = VersionEnPlace.objects.select_related("en_place", "precedent").order_by("source")
    legeres = legeres.defer(*(f"{lie}__{nom}" for lie in ("en_place", "precedent") for nom in _LOURDS))
    return {version.source: version for version in legeres}


def generations(sources: tuple[str, ...]) -> dict[str, int]:
    """Identity of the rows in place (``Import.generation``), by source name, from the primary database."""
    return dict(lectures.rangees(_GENERATIONS, [list(sources)]))


class Reperes(NamedTuple):
    """Business date of the version in place, and instant of its import."""

    date_metier: datetime.date | None
    importee_le: datetime.datetime


def reperes() -> dict[str, Reperes]:
    """Dates of every version in place, by source name: one light query per sheet."""
    # Read the dates from the server that gives the rows, so that both belong to the same version.
    return {nom: Reperes(metier, importee) for nom, metier, importee in replique.lignes(_REPERES)}


def branche_des_reperes() -> Branche:
    """Query of ``reperes`` as a branch of a larger statement, so that both share a snapshot."""
    return Branche("reperes", _REPERES)


def sql_indexee(source: Source, colonnes: Sequence[str]) -> tuple[str, tuple[str, ...]]:
    """SQL condition that the version in place has an index on these columns, with its parameters: a version imported
    before the index was declared does not, and searching it would scan it whole."""
    return (
        "EXISTS (SELECT 1 FROM sources_versionenplace v JOIN sources_import i ON i.id = v.en_place_id "
        'JOIN pg_indexes p ON p.tablename = i."table" WHERE v.source = %s AND p.indexdef LIKE %s)',
        (source.nom, f"%({', '.join(colonnes)})"),
    )


def reperes_de(lignes: Iterable[Mapping[str, Any]]) -> dict[str, Reperes]:
    """Decode the rows of ``branche_des_reperes``."""
    date_de, instant_de = datetime.date.fromisoformat, datetime.datetime.fromisoformat
    return {
        x["source"]: Reperes(date_de(x["date_metier"]) if x["date_metier"] else None, instant_de(x["importee_le"]))
        for x in lignes
    }


class EtatDeSource(Enum):
    """State of a source, worst first. The values are shown to readers."""

    EN_ECHEC = "en échec"
    JAMAIS = "jamais importée"
    EN_RETARD = "en retard"
    SANS_DATE = "date inconnue"
    A_JOUR = "à jour"
    EN_DIRECT = "interrogée en direct"


@dataclass(frozen=True, slots=True)
class FichierNonEntre:
    """Why a file was refused or failed. ``motif``: French sentences without any value of the file."""

    le: datetime.datetime
    motif: str
    importation: Import


@dataclass(frozen=True, slots=True)
class SourceSuivie:
    """A declared source, its versions and its last attempts.

    ``en_place``: import shown, None if never imported. ``precedent``: import that a rollback would show. ``dernier``:
    latest attempt with its own file. ``age``: days since the business date, None if unknown. ``en_retard``: older than
    the producer's frequency allows. ``refus``: latest refusal or failure; the state is "en échec" when nothing was
    loaded since.
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
# A file only verified concerns its depositor, until published.
_SANS_ISSUE = (Import.Statut.EN_COURS, Import.Statut.VERIFIE)


def etat_des_sources() -> list[SourceSuivie]:
    """Every declared source, by name, including those never imported. Two queries."""
    en_place = versions()
    essais = _derniers_essais()
    return [_etat(source, en_place.get(source.nom), essais.get(source.nom, [])) for source in registre.toutes()]


def _derniers_essais() -> dict[str, list[Import]]:
    """Latest attempt, latest failure and latest other outcome, newest first, without imports fed by another source."""
    propres = Import.objects.filter(meneur=None).exclude(statut=Import.Statut.VERIFIE)
    groupes = (
        propres,
        propres.filter(statut__in=_MAUVAIS),
        propres.exclude(statut__in=(*_MAUVAIS, *_SANS_ISSUE)),
    )
    retenus = Q()
    for groupe in groupes:
        # ``order_by()`` drops the default order, which would split the groups.
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
