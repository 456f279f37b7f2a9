"""Prepares the table of territories from the versions in place, in one transaction.

Everything is computed into a temporary table, and only what differs is written: readers keep the former rows until the
commit, and a day when little changed writes little.
"""

# ruff: noqa: S608 (only constants and names of views are interpolated)

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, Final

import structlog
from django.db import connection
from django.db.models import Model
from django.utils import timezone

from fce.donnees.entreprises.etablissements import sql_departement_de
from fce.donnees.entreprises.repertoire import COURANTS, LIEUX_LISTABLES
from fce.donnees.imports.selectors import generations
from fce.ensembles.territoires import alarmes_preparees, grille
from fce.ensembles.territoires.mesures import CINQUANTE, TABLE, CalculDeColonnes, releves
from fce.ensembles.territoires.models import AlarmePreparee, LieuFerme, LieuPrepare, Preparation
from fce.referentiels import activites, effectifs
from fce.referentiels.territoires.decoupage import anciennes
from fce.socle.base.ecriture import ecriture
from fce.sources import registre

log = structlog.get_logger(__name__)
COLONNES: Final = tuple(str(champ.column) for champ in LieuPrepare._meta.fields)
FERMES_MOIS: Final = 12
"""How long a closed establishment is told."""
_DELAI: Final = "SET LOCAL statement_timeout = '30min'; SET LOCAL work_mem = '128MB'"


def sources_preparees() -> tuple[str, ...]:
    """Every source that the table may be computed from."""
    alarmees = (source.nom for source, _ in alarmes_preparees.declarees())
    return tuple(dict.fromkeys([*COURANTS, *(nom for releve in releves() for nom in releve.sources), *alarmees]))


def perimee(jour: date) -> bool:
    """Whether the table misses a version in place, or is of another day."""
    en_place = generations(sources_preparees())
    faite = Preparation.objects.order_by("-pk").first()
    return en_place.keys() >= {*COURANTS} and (faite is None or (faite.imports, faite.jour) != (en_place, jour))


def preparer(jour: date) -> int:
    """Prepare the table for a day; return the number of its rows. Without Sirene in place, it is left as it is."""
    debut = time.monotonic()
    with ecriture(), connection.cursor() as curseur:
        # A rollback during the transaction is seen at its end: ``perimee`` compares the imports read here.
        en_place = generations(sources_preparees())
        if not en_place.keys() >= {*COURANTS}:
            return 0
        curseur.execute(_DELAI)
        _calculer(curseur, en_place, jour)
        alarmes_preparees.calculer(curseur, en_place, jour)
        curseur.execute(_PSE)
        curseur.execute(_EXCEPTIONNELS, [effectifs.rang(CINQUANTE)])
        curseur.execute(_SEPARER)
        _remplacer(curseur, LieuFerme, "territoires_fermes")
        _remplacer(curseur, AlarmePreparee, "territoires_alarmes")
        lieux = _remplacer(curseur, LieuPrepare, "territoires_calcul", f"ORDER BY {_ORDRE}")
        grille.figer(curseur, jour, en_place)
        mois = _mois_des_effectifs(curseur, en_place)
        Preparation.objects.all().delete()
        duree = round((time.monotonic() - debut) * 1000)
        Preparation.objects.create(
            jour=jour, prete_le=timezone.now(), imports=en_place, mois=mois, lieux=lieux, duree_ms=duree
        )
    log.info("territoires préparés : %d établissements en %d ms", lieux, duree)
    return lieux


def _calculer(curseur: Any, en_place: Iterable[str], jour: date) -> None:
    """Fill the temporary table: establishments that may be listed, open or closed for ``FERMES_MOIS`` at most, with the
    columns of the sources in place."""
    rangs = {tranche.code: effectifs.rang(tranche.code) for tranche in effectifs.liste()}
    joints, valeurs = [], {"siret": "e.siret", "siren": "e.siren", **_OUVERTES}
    for rang, releve in enumerate(releves()):
        sql = _sql(releve, en_place)
        if sql is None:
            continue
        joints.append(f"LEFT JOIN ({sql}) m{rang} ON m{rang}.siret = e.siret")
        valeurs |= {colonne: f"m{rang}.{colonne}" for colonne in releve.colonnes}
    valeurs["unite"] = f"COALESCE({valeurs.get('unite', 'NULL::text')}, '')"
    choisies = ", ".join(f"{valeurs.get(colonne, 'NULL')} AS {colonne}" for colonne in COLONNES)
    # A former one is there when a transaction prepares twice.
    curseur.execute("DROP TABLE IF EXISTS pg_temp.territoires_calcul")
    curseur.execute(f"CREATE TEMP TABLE territoires_calcul (LIKE {TABLE}, ferme_le date) ON COMMIT DROP")
    curseur.execute(
        f"INSERT INTO territoires_calcul ({', '.join(COLONNES)}, ferme_le) SELECT {choisies}, "
        f"CASE WHEN e.etat_administratif = 'F' THEN e.date_debut END FROM {LIEUX_LISTABLES} e "
        f"LEFT JOIN (VALUES {_couples(activites.section_de())}) s(code, section) ON s.code = e.activite_principale "
        # Establishments of former communes count where the list of the current commune has them.
        f"LEFT JOIN (VALUES {_couples(dict(anciennes()))}) c(code, actuelle) ON c.code = e.code_commune "
        f"LEFT JOIN (VALUES {_couples(rangs)}) r(tranche, rang) ON r.tranche = e.tranche_effectifs "
        f"{' '.join(joints)} WHERE length(e.code_commune) = 5 AND (e.etat_administratif = 'A' OR "
        f"e.etat_administratif = 'F' AND e.date_debut > %(jour)s::date - interval '{FERMES_MOIS} months')",
        {"jour": jour},
    )
    curseur.execute("CREATE UNIQUE INDEX ON territoires_calcul (siret); ANALYZE territoires_calcul")


_ORDRE: Final = "departement, rang DESC, siret"
_PSE: Final = (
    "UPDATE territoires_calcul c SET pse = a.jour FROM (SELECT siret, max(jour) AS jour FROM territoires_alarmes "
    "WHERE nom = 'pse' AND siret <> '' GROUP BY siret) a WHERE a.siret = c.siret"
)
_EXCEPTIONNELS: Final = (
    "UPDATE territoires_calcul SET exceptionnel = TRUE WHERE rang >= %s OR decision IS NOT NULL "
    "OR siren IN (SELECT siren FROM territoires_alarmes)"
)
_SEPARER: Final = (
    "DROP TABLE IF EXISTS pg_temp.territoires_fermes; "
    f"CREATE TEMP TABLE territoires_fermes ON COMMIT DROP AS SELECT {', '.join(COLONNES)} FROM territoires_calcul "
    "WHERE ferme_le IS NOT NULL; DELETE FROM territoires_calcul WHERE ferme_le IS NOT NULL"
)
_OUVERTES: Final = {
    "departement": sql_departement_de("e.code_commune"),
    "commune": "COALESCE(c.actuelle, e.code_commune)",
    "section": "COALESCE(s.section, '')",
    "naf": "COALESCE(left(e.activite_principale, 6), '')",
    "naf25": "COALESCE(left(e.activite_principale_naf25, 6), '')",
    "tranche": "COALESCE(left(e.tranche_effectifs, 2), '')",
    "rang": "COALESCE(r.rang, -1)",
    "juridique": "COALESCE(left(e.categorie_juridique, 4), '')",
    "taille": "COALESCE(left(e.categorie_entreprise, 3), '')",
    "siege": "e.etablissement_siege",
    "employeur": "e.caractere_employeur",
    "creation": "e.date_creation",
    "exceptionnel": "FALSE",
}


def _sql(releve: CalculDeColonnes, en_place: Iterable[str]) -> str | None:
    """The query of a ``CalculDeColonnes`` on its sources in place; None without any."""
    relations = {nom: registre.source(nom).relation for nom in releve.sources if nom in en_place}
    return releve.sql(relations) if relations else None


def _remplacer(curseur: Any, modele: type[Model], calcul: str, ordre: str = "") -> int:
    """Write what differs from a temporary table; return its number of rows."""
    table, cle = modele._meta.db_table, modele._meta.pk.column
    toutes = [str(champ.column) for champ in modele._meta.fields]
    autres, liste = [colonne for colonne in toutes if colonne != cle], ", ".join(toutes)
    anciens, nouveaux = (", ".join(f"{de}.{colonne}" for colonne in autres) for de in ("t", "excluded"))
    poses = ", ".join(f"{colonne} = excluded.{colonne}" for colonne in autres)
    curseur.execute(f"DELETE FROM {table} t WHERE NOT EXISTS (SELECT 1 FROM {calcul} c WHERE c.{cle} = t.{cle})")
    curseur.execute(
        f"INSERT INTO {table} AS t ({liste}) SELECT {liste} FROM {calcul} {ordre} "
        f"ON CONFLICT ({cle}) DO UPDATE SET {poses} WHERE ({anciens}) IS DISTINCT FROM ({nouveaux})"
    )
    curseur.execute(f"ANALYZE {table}")
    curseur.execute(f"SELECT count(*) FROM {calcul}")
    (nombre,) = curseur.fetchone()
    return int(nombre)


def _mois_des_effectifs(curseur: Any, en_place: Iterable[str]) -> date | None:
    if "dsn-effectifs" not in en_place:
        return None
    curseur.execute(f"SELECT max(mois) FROM {registre.source('dsn-effectifs').relation}")
    (mois,) = curseur.fetchone()
    return date.fromisoformat(str(mois)) if mois else None


def _couples(valeurs: Mapping[str, str | int]) -> str:
    """VALUES of constants."""
    return ", ".join(f"({cle!r}, {valeur!r})" for cle, valeur in valeurs.items())
