"""What everyone may read today of some companies, in the sources of the feed."""

# ruff: noqa: S608 (only declared names are interpolated)

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db import connection

from fce.donnees.entreprises import diffusion
from fce.donnees.entreprises.natures import rangs_caches
from fce.donnees.entreprises.repertoire import UNITES_LISTABLES, regime_des_lignes
from fce.donnees.imports.chargement.ecarts import Regard
from fce.sources.declaration import Source
from fce.sources.schema import HORODATAGE

Rangs = list[dict[str, Any]]


def rangs_de(regard: Regard, sirens: Sequence[str]) -> dict[str, Rangs]:
    """{SIREN: its rows in the source, in the order of the key}, without those that have none or that are masked. One
    query."""
    trouves: dict[str, Rangs] = defaultdict(list)
    with connection.cursor() as curseur:
        curseur.execute(requete(regard), {"sirens": list(sirens)})
        for siren, rang in rangs(regard, curseur.fetchall()):
            trouves[siren].append(rang)
    return dict(trouves)


def rangs(regard: Regard, lignes: Iterable[tuple[Any, ...]]) -> Iterable[tuple[str, dict[str, Any]]]:
    """(SIREN, {field: value}) of rows as ``requete`` reads them: masked, days and instants as text."""
    cachees = rangs_caches(regard.source, regard.attributs)
    for siren, sous, *valeurs in lignes:
        vues = diffusion.masquer_rang(valeurs, cachees[sous])
        yield siren, {a: _en_json(v) for a, v in zip(regard.attributs, vues, strict=True) if v is not None}


def requete(regard: Regard) -> str:
    """SELECT (SIREN, regime, raw values) of the rows of the companies ``sirens`` that are not masked, by SIREN."""
    regime, jointures = regime_des_lignes(regard.source)
    colonnes = ", ".join(f't."{a}"' for a in regard.attributs)
    # Pages may read no other column: a field of the source may be closed.
    numeros = filter(None, (regard.source.siren, regard.source.siret))
    lisibles = ", ".join(f't."{a}"' for a in dict.fromkeys((*regard.attributs, *numeros, "ligne")))
    ordre = ", ".join(f't."{a}"' for a in (*(a for a in regard.source.cle if a in regard.attributs), "ligne"))
    lignes = " UNION ALL ".join(
        f"SELECT k.siren AS siren_cherche, {lisibles} FROM vues k JOIN {regard.source.relation} t ON {condition}"
        for condition in _conditions(regard.source)
    )
    return (
        f'WITH vues AS MATERIALIZED (SELECT un.siren COLLATE "C" AS siren FROM {UNITES_LISTABLES} un '
        "WHERE un.siren = ANY(%(sirens)s)) "
        f"SELECT t.siren_cherche, {regime}, {colonnes} FROM ({lignes}) t{jointures} ORDER BY t.siren_cherche, {ordre}"
    )


def _conditions(source: Source) -> list[str]:
    """By index: the SIREN of the row, else the beginning of its SIRET."""
    siren, siret = f't."{source.siren}"', f't."{source.siret}"'
    debut = f"{siret} COLLATE \"C\" BETWEEN k.siren || '00000' AND k.siren || '99999'"
    if not source.siren:
        return [debut]
    egale = f'{siren} = k.siren COLLATE "C"'
    nu = source.siret and source.siren not in source.obligatoires
    return [egale, *([f"{siren} IS NULL AND {debut}"] if nu else [])]


def _en_json(valeur: Any) -> Any:
    if isinstance(valeur, datetime):
        return valeur.strftime(HORODATAGE)
    return valeur.isoformat() if isinstance(valeur, date) else valeur


def reunir(demandes: Mapping[str, Sequence[str]], toutes: Mapping[str, Regard]) -> dict[str, dict[str, Rangs]]:
    """{SIREN: {source: rows}} of what is asked, {source: SIREN}; one query per source. An asked source without rows is
    an empty list: the reader forgets what it held of it."""
    etats: dict[str, dict[str, Rangs]] = defaultdict(dict)
    for nom, sirens in demandes.items():
        if (regard := toutes.get(nom)) is None:
            continue
        trouves = rangs_de(regard, sirens)
        for siren in sirens:
            etats[siren][nom] = trouves.get(siren, [])
    return etats
