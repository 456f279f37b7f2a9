"""News of the followed units between two versions of a source, and past versions for who reads a sheet again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from itertools import groupby
from typing import Any

from django.db import connection
from django.db.models import F, Q
from psycopg import sql

from fce.donnees.imports.models import Import, VersionEnPlace
from fce.sources.declaration import Source
from fce.sources.modes import ParPeriode
from fce.sources.nouvelles import FaitNouveau, Variation, comparer_lignes

from . import ecarts, generations
from .indexation import colonnes_sql
from .parties import parties_de

_MEMOIRE = "SET LOCAL work_mem = '128MB'"
"""For the caller's transaction: hash both sides in memory."""
PERIODES_COMPAREES = 2
_LISIBLES = (Import.Statut.EN_PLACE, Import.Statut.REMPLACE)


def faits_nouveaux(
    source: Source, avant: Import, apres: Import, numeros: sql.Composable, aujourd_hui: date
) -> Iterator[tuple[str, FaitNouveau]]:
    """The declared news that both versions can tell of the units ``numeros``: (SIREN or SIRET, fact).

    ``numeros``: a SELECT of one column ``numero`` (SIREN and SIRET).
    """
    dites = [n for n in source.nouvelles if ecarts.meme_forme(source, [*source.cle, *n.attributs], avant, apres)]
    variations = [nouvelle for nouvelle in dites if isinstance(nouvelle, Variation)]
    autres = [nouvelle for nouvelle in dites if not isinstance(nouvelle, Variation)]
    attributs = tuple(dict.fromkeys([*source.cle, *(a for nouvelle in autres for a in nouvelle.attributs)]))
    differentes = ecarts.differentes(ecarts.Regard(source, attributs), avant, apres, numeros) if autres else None
    if differentes:
        triees = sql.SQL("{} ORDER BY x._numero").format(differentes)
        for numero, rangs in groupby(_rangees(triees), key=lambda rang: rang[1]):
            cotes: tuple[list[dict[str, Any]], list[dict[str, Any]]] = ([], [])
            for _, _, ecart, *valeurs in rangs:
                cotes[ecart > 0].append(dict(zip(attributs, valeurs, strict=True)))
            yield from ((numero, fait) for fait in comparer_lignes(autres, source.cle, *cotes, aujourd_hui))
    for variation in variations:
        yield from _variations(source, variation, avant, apres, numeros)


def _variations(
    source: Source, variation: Variation, avant: Import, apres: Import, numeros: sql.Composable
) -> Iterator[tuple[str, FaitNouveau]]:
    """News of units whose latest value varies from one version to the other; a table that both share may hold it."""
    dernieres = PERIODES_COMPAREES if isinstance(source.mode, ParPeriode) and source.mode.champ == variation.date else 0
    lignes = ecarts.lignes(source, avant, apres, (parties_de(avant)[-dernieres:], parties_de(apres)[-dernieres:]))
    assert lignes is not None  # noqa: S101 – both versions are kept
    requete = sql.SQL(
        "WITH d AS MATERIALIZED (SELECT DISTINCT ON (t.sens, {numero}) t.sens, {numero} AS numero, t.{date}, "
        "t.{valeur} FROM ({deux}) t WHERE t.{valeur} IS NOT NULL ORDER BY t.sens, {numero}, t.{date} DESC NULLS LAST) "
        "SELECT n.numero, a.{date}, a.{valeur}, n.{date}, n.{valeur} FROM d a JOIN d n ON n.numero = a.numero "
        "WHERE a.sens < 0 AND n.sens > 0 AND a.{valeur} <> n.{valeur}"
    ).format(
        numero=ecarts.numero(source, "t"),
        deux=ecarts.parmi(source, lignes, numeros),
        **dict(zip(("date", "valeur"), map(sql.Identifier, colonnes_sql(source, variation.attributs)), strict=True)),
    )
    for numero, *valeurs in _rangees(requete):
        ancienne, neuve = (dict(zip(variation.attributs, cote, strict=True)) for cote in (valeurs[:2], valeurs[2:]))
        if variation.varie(ancienne, neuve):
            valeurs_dites = variation.dit(ancienne), variation.dit(neuve)
            yield numero, FaitNouveau(variation.code, neuve[variation.date], *valeurs_dites)


def _rangees(requete: sql.Composed) -> list[tuple[Any, ...]]:
    with connection.cursor() as curseur:
        curseur.execute(_MEMOIRE)
        curseur.execute(requete)
        return curseur.fetchall()


def versions_au(instant: datetime, sources: Iterable[Source]) -> dict[str, str | None]:
    """SQL of the rows that each source replaced since an instant, by an import or a rollback, then had, by name; None
    when that version is no longer kept, or has columns of another type. Two queries."""
    annulee = Q(depuis__gt=instant, precedent__gt=F("en_place"), precedent__fin__lte=instant)
    versions = VersionEnPlace.objects.select_related("en_place", "precedent")
    remplacees = versions.filter(Q(en_place__fin__gt=instant) | annulee)
    anciennes = {v.source: None if (v.en_place.fin or instant) > instant else v.precedent for v in remplacees}
    alors = Import.objects.filter(source__in=[nom for nom in anciennes if not anciennes[nom]], fin__lte=instant)
    alors = alors.filter(statut__in=_LISIBLES).order_by("source", "-fin", "-pk").distinct("source")
    anciennes |= {i.source: i for i in alors}
    return {s.nom: _selection(s, anciennes[s.nom]) for s in sources if s.nom in anciennes}


def _selection(source: Source, importation: Import | None) -> str | None:
    """``importation`` None: the source had no version, hence no row. A page cannot wait for a conversion."""
    parties = parties_de(importation)
    if importation and (not parties or any(generations.a_convertir(source, p.colonnes) for p in parties)):
        return None
    return generations.selection(source, parties).as_string(None).replace("%", "%%")
