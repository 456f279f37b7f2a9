"""PostgreSQL full text on the same companies: weighted words, then prefixes, then trigrams when nothing matches.

Its own database in the portal's cluster, with the same settings.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import psycopg
from django.conf import settings
from psycopg.conninfo import make_conninfo
from psycopg.types.json import Jsonb

BASE = "paires"
TAILLE = 20
_TABLE = """
CREATE EXTENSION IF NOT EXISTS unaccent;
CREATE EXTENSION IF NOT EXISTS pg_trgm;
DROP TEXT SEARCH CONFIGURATION IF EXISTS sans_accent;
CREATE TEXT SEARCH CONFIGURATION sans_accent (COPY = simple);
ALTER TEXT SEARCH CONFIGURATION sans_accent
  ALTER MAPPING FOR asciiword, word, hword, hword_part, hword_asciipart, asciihword WITH unaccent, simple;
DROP TABLE IF EXISTS entreprise;
CREATE TABLE entreprise (
  siren text PRIMARY KEY, nom text, lieux text, personnes text, actif boolean, activite text, departements text[],
  ouverts int, mots tsvector, gens tsvector, contenu jsonb
)
"""
_INDEX = """
CREATE INDEX ON entreprise USING gin (mots);
CREATE INDEX ON entreprise USING gin (gens);
CREATE INDEX ON entreprise USING gin (departements);
CREATE INDEX ON entreprise (activite);
CREATE INDEX ON entreprise USING gin (nom gin_trgm_ops)
"""
_NOTE = "ts_rank(mots, {mots}) * log(2 + ouverts) DESC"


def connexion(base: str = BASE) -> psycopg.Connection[Any]:
    cluster = settings.CLUSTER_EMBARQUE
    assert cluster is not None, "DATABASE_URL doit être vide : le banc a sa propre base"
    return psycopg.connect(make_conninfo(**cluster.parametres() | {"dbname": base}), autocommit=True)


def charger(fiches: Iterable[Mapping[str, Any]]) -> int:
    with connexion("fce") as portail:
        if not portail.execute("SELECT 1 FROM pg_database WHERE datname = %s", [BASE]).fetchone():
            portail.execute(f"CREATE DATABASE {BASE}")
    total = 0
    with connexion() as base:
        base.execute("SET maintenance_work_mem = '512MB'")
        base.execute(_TABLE)
        colonnes = "siren, nom, lieux, personnes, actif, activite, departements, ouverts, contenu"
        with base.cursor() as curseur, curseur.copy(f"COPY entreprise ({colonnes}) FROM STDIN") as copie:
            for fiche in fiches:
                copie.write_row(_ligne(fiche))
                total += 1
        base.execute(
            "UPDATE entreprise SET gens = to_tsvector('sans_accent', personnes), mots = "
            "setweight(to_tsvector('sans_accent', nom), 'A') || setweight(to_tsvector('sans_accent', personnes), 'B') "
            "|| setweight(to_tsvector('sans_accent', lieux), 'C')"
        )
        base.execute(_INDEX)
        base.execute("VACUUM ANALYZE entreprise")
    return total


def _ligne(fiche: Mapping[str, Any]) -> tuple[Any, ...]:
    lieux = fiche["etablissements"]
    textes = dict.fromkeys(
        f"{x['enseigne_1']} {x['adresse']} {x['code_postal']} {x['commune']}" for x in lieux if x["etat"] == "A"
    )
    montree = {c: v for c, v in fiche.items() if c not in ("etablissements", "personnes")}
    return (
        fiche["siren"], fiche["nom"], " ; ".join(textes), " ; ".join(fiche["personnes"]), fiche["etat"] == "A",
        fiche["activite"], sorted({x["departement"] for x in lieux}), fiche["nombre_etablissements_ouverts"],
        Jsonb(montree),
    )  # fmt: skip


def octets() -> int:
    with connexion() as base:
        ligne = base.execute("SELECT pg_database_size(current_database())").fetchone()
        assert ligne is not None
        return int(ligne[0])


def chercher(base: psycopg.Connection[Any], question: Mapping[str, str]) -> list[Any]:
    conditions, parametres = ["actif"], {"page": TAILLE * (int(question.get("page", 1)) - 1), **question}
    if "departement" in question:
        conditions.append("departements @> ARRAY[%(departement)s]")
    if "naf" in question:
        conditions.append("activite = %(naf)s")
    if "dirigeant" in question:
        conditions.append("gens @@ plainto_tsquery('sans_accent', %(dirigeant)s)")
    if "q" not in question:
        return _lire(base, conditions, "ouverts DESC", parametres)
    mots = "plainto_tsquery('sans_accent', %(q)s)"
    trouvees = _lire(base, [*conditions, f"mots @@ {mots}"], _NOTE.format(mots=mots), parametres)
    if trouvees or parametres["page"]:
        return trouvees
    *debut, fin = question["q"].replace("'", " ").split()
    parametres["debut"] = " ".join(debut)
    parametres["fin"] = f"'{fin}':*"
    mots = "plainto_tsquery('sans_accent', %(debut)s) && to_tsquery('sans_accent', %(fin)s)"
    trouvees = _lire(base, [*conditions, f"mots @@ ({mots})"], _NOTE.format(mots=mots), parametres)
    if trouvees:
        return trouvees
    return _lire(base, [*conditions, "nom %% %(q)s"], "similarity(nom, %(q)s) DESC", parametres)


def _lire(base: psycopg.Connection[Any], conditions: list[str], ordre: str, parametres: Mapping[str, Any]) -> list[Any]:
    return base.execute(
        f"SELECT siren, contenu, count(*) OVER () FROM entreprise WHERE {' AND '.join(conditions)} "
        f"ORDER BY {ordre}, siren LIMIT {TAILLE} OFFSET %(page)s",
        parametres,
    ).fetchall()
