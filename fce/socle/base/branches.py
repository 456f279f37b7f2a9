"""Read many things in one round trip: SELECTs that each return JSON rows, sent as one UNION ALL.

One statement also means one snapshot: a version switched meanwhile is seen by all the branches or by none, except when
some are read on a replica. When the combined statement fails, the branches run one by one under savepoints, so that a
broken source costs its own branch only.
"""

# ruff: noqa: S608 (names of views and columns are constants of this room; every value is a parameter)

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

import msgspec
import psycopg
import structlog
from django.db import DatabaseError, InterfaceError, connection, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from fce.socle.base import lectures, replique
from fce.socle.base.lectures import citer
from fce.socle.erreurs import BaseIndisponible

log = structlog.get_logger(__name__)

# Shorter than the page's own time-out, because one statement has already failed.
DELAI_PAR_BRANCHE: Final = "1500ms"
# Limit of PostgreSQL on the arguments of a function (``json_build_array``).
COLONNES_MAX: Final = 100
# Size of the cache of combined statements.
_TEXTES_MAX: Final = 64
_RELATION: Final = re.compile(r"\b(FROM|JOIN) ([a-z_0-9.]+)((?: AS)? [a-z]\w*)?")
_AUTRES: Final[ContextVar[Mapping[str, str] | None]] = ContextVar("autres", default=None)
_Texte = tuple[str, str, str, int, str, tuple[str, ...]]
_DELAI: Final = "SELECT set_config('statement_timeout', %s, true)"


@dataclass(frozen=True, slots=True)
class Prealable:
    """A named SELECT that several branches use (a CTE): PostgreSQL runs it once for all of them."""

    nom: str
    sql: str
    params: tuple[Any, ...] = ()


@dataclass(frozen=True, slots=True)
class Decompte:
    """Total number of rows. PostgreSQL runs ``sql`` (a SELECT of one number) only when the branch returned ``limite``
    rows.

    ``mesure``: another SELECT of one whole number over the same rows, with its own parameters; always run.
    """

    sql: str
    params: tuple[Any, ...]
    limite: int
    mesure: str = ""
    params_mesure: tuple[Any, ...] = ()


@dataclass(frozen=True, slots=True)
class Branche:
    """One SELECT, ordered and limited, named ``cle``; each row comes back as a dict.

    - ``prealables``: the CTEs that ``sql`` uses; branches read together share those of the same name;
    - ``compte``: counts the rows, including those beyond the limit;
    - ``colonnes``: names of the selected columns, in order (at most ``COLONNES_MAX``); when given, rows travel without
      their names, half as long;
    - ``fraiche``: reads what people write, which a replica may not have replayed yet.
    """

    cle: str
    sql: str
    params: tuple[Any, ...] = ()
    prealables: tuple[Prealable, ...] = ()
    compte: Decompte | None = None
    colonnes: tuple[str, ...] = ()
    fraiche: bool = False


class Lignes(list[dict[str, Any]]):
    """Rows of a branch, decoded from JSON. ``total`` and ``mesure``: see ``Decompte``.

    ``colonnes``: names that every row has, when the branch gives them. ``marquees``: whether the mark given to
    ``lignes_de`` may occur in these rows. The mark is searched once in the JSON text of the branch, because few
    branches contain it and a sheet has thousands of values.
    """

    __slots__ = ("colonnes", "marquees", "mesure", "total")

    def __init__(
        self, texte: str, total: int | None, colonnes: tuple[str, ...], marque: str = "", mesure: int | None = None
    ) -> None:
        rangees = _decoder(f"[{texte}]")
        super().__init__([dict(zip(colonnes, r, strict=True)) for r in rangees] if colonnes else rangees)
        self.colonnes = colonnes
        self.marquees = marque in texte
        self.total = total
        self.mesure = mesure


@contextmanager
def au_lieu_de(relations: Mapping[str, str]) -> Iterator[None]:
    """Within the block, ``lignes_de`` reads the rows of these SELECTs in place of those of relations, {relation:
    SELECT}, on the primary, and raises database errors."""
    jeton = _AUTRES.set(relations)
    try:
        yield
    finally:
        _AUTRES.reset(jeton)


def lignes_de(
    branches: Sequence[Branche],
    *,
    preparee: bool = False,
    marque: str = "",
    replicable: bool = False,
    separer: bool = True,
) -> dict[str, Lignes | None]:
    """Return {key: rows in order} in one round trip; None for a branch that failed, logged without its parameters.

    Values are JSON: dates and timestamps are ISO texts. Raises BaseIndisponible when the connection to the database is
    lost.

    - ``preparee``: the same text comes again with other parameters, so the server plans it once per connection;
      planning two hundred tables takes five times as long as reading them;
    - ``marque``: text to look for, which sets ``Lignes.marquees``;
    - ``replicable``: an up-to-date replica may answer. Branches marked ``fraiche`` are read on the primary, in one more
      round trip; with ``separer=False``, the other branches go with them.
    """
    if not branches:
        return {}
    for _ in range(2):  # whole again after it met the switch of a version, which its branches would meet too
        try:
            if connection.in_atomic_block:
                with transaction.atomic():
                    return _ensemble(branches, marque, preparee=preparee)
            if replicable and replique.possible() and not _AUTRES.get():
                return _reparties(branches, marque, preparee=preparee, separer=separer)
            return _ensemble(branches, marque, preparee=preparee)
        except (DatabaseError, InterfaceError) as erreur:
            _verifier_connexion(erreur)
            log.warning("lecture combinée refusée, reprise : %s", type(erreur.__cause__ or erreur).__name__)
            if _AUTRES.get():
                raise
            if not isinstance(erreur.__cause__, psycopg.errors.LockNotAvailable | psycopg.errors.DeadlockDetected):
                break
    return {branche.cle: _seule(branche, marque) for branche in branches}


def _reparties(branches: Sequence[Branche], marque: str, *, preparee: bool, separer: bool) -> dict[str, Lignes | None]:
    """Read fresh branches on the primary, along with the replication witness; read the others on the replica."""
    lignes: dict[str, Lignes | None] = {}
    if any(branche.fraiche for branche in branches):
        fraiches = [branche for branche in branches if branche.fraiche or not separer]
        temoin = Branche(replique.ALIAS, f"SELECT n FROM ({replique.temoin()}) AS x(n)")
        lignes = _ensemble([*fraiches, temoin], marque, preparee=preparee)
        replique.noter((lignes.pop(replique.ALIAS) or [])[0]["n"])
    autres = [branche for branche in branches if branche.cle not in lignes]

    if not autres:
        return lignes
    return lignes | replique.executer(lambda c: _ensemble(autres, marque, preparee=preparee, connexion=c))


def _ensemble(
    branches: Sequence[Branche], marque: str, *, preparee: bool = False, connexion: BaseDatabaseWrapper | None = None
) -> dict[str, Lignes | None]:
    prealables = {prealable.nom: prealable for branche in branches for prealable in branche.prealables}.values()
    params = [p for prealable in prealables for p in prealable.params]
    params += [p for branche in branches for p in _parametres(branche)]
    requete = _enoncer(tuple([(p.nom, p.sql) for p in prealables]), tuple([_texte_de(b) for b in branches]))
    if autres := _AUTRES.get():
        requete, preparee = _RELATION.sub(lambda m: _situer(autres, *m.groups("")), requete), False
    if preparee:
        rangees = lectures.rangees(requete, params, connexion=connexion)
    else:
        with (connexion or connection).cursor() as curseur:
            curseur.execute(requete, params)
            rangees = curseur.fetchall()
    contenus = {cle: (texte or "", total, mesure) for cle, texte, total, mesure in rangees}
    return {
        branche.cle: Lignes(texte, total, branche.colonnes, marque, mesure)
        for branche in branches
        for texte, total, mesure in (contenus[branche.cle],)
    }


def _situer(autres: Mapping[str, str], mot: str, relation: str, alias: str) -> str:
    """What follows FROM or JOIN; the SELECT keeps the name that the statement gives to the relation."""
    if relation not in autres:
        return f"{mot} {relation}{alias}"
    return f"{mot} ({autres[relation]}){alias or ' ' + relation.rpartition('.')[2]}"


def _decoder(texte: str) -> Any:
    try:
        return msgspec.json.decode(texte)
    except msgspec.DecodeError:  # msgspec refuses a number beyond a float; json gives infinity
        return json.loads(texte)


def _seule(branche: Branche, marque: str) -> Lignes | None:
    try:
        with transaction.atomic(), connection.cursor() as curseur:
            curseur.execute("SELECT current_setting('statement_timeout')")
            avant = curseur.fetchone()
            curseur.execute(_DELAI, [DELAI_PAR_BRANCHE])
            lignes = _ensemble([branche], marque)[branche.cle]
            # Restore the delay: inside a caller's transaction it would outlive the savepoint.
            curseur.execute(_DELAI, avant)
            return lignes
    except (DatabaseError, InterfaceError) as erreur:
        _verifier_connexion(erreur)
        log.error("branche %s indisponible : %s", branche.cle, type(erreur.__cause__ or erreur).__name__)
        return None


def _texte_de(branche: Branche) -> _Texte:
    """The parts of a branch that make the text of its statement, parameters excluded (a cache key)."""
    compte = branche.compte or Decompte("", (), 0)
    return branche.cle, branche.sql, compte.sql, compte.limite, compte.mesure, branche.colonnes


@lru_cache(maxsize=_TEXTES_MAX)
def _enoncer(prealables: tuple[tuple[str, str], ...], branches: tuple[_Texte, ...]) -> str:
    """Text of the combined statement. Cached: a sheet's is 100 000 characters long, the same for the same rights."""
    tete = ", ".join(f"{nom} AS MATERIALIZED ({sql})" for nom, sql in prealables)
    texte = " UNION ALL ".join(f"({_habiller(*branche)})" for branche in branches)
    return f"WITH {tete} {texte}" if tete else texte


def _habiller(cle: str, sql: str, compte: str, limite: int, mesure: str, colonnes: tuple[str, ...]) -> str:
    # One row per branch: string_agg keeps the order of the subquery.
    total = f"CASE WHEN count(*) < {limite} THEN count(*) ELSE ({compte}) END" if compte else "NULL::bigint"
    ligne = (
        f"json_build_array({', '.join(f't.{citer(colonne)}' for colonne in colonnes)})" if colonnes else "to_json(t)"
    )
    autre = f"({mesure})::bigint" if mesure else "NULL::bigint"
    valeurs = f"string_agg({ligne}::text, ',') AS lignes, {total} AS total, {autre} AS mesure"
    return f"SELECT {_en_texte(cle)} AS cle, {valeurs} FROM ({sql}) AS t"


def _en_texte(cle: str) -> str:
    return "'" + cle.replace("'", "''").replace("%", "%%") + "'::text"


def _parametres(branche: Branche) -> tuple[Any, ...]:
    compte = branche.compte or Decompte("", (), 0)
    return (*compte.params, *compte.params_mesure, *branche.params)


def _verifier_connexion(erreur: Exception) -> None:
    if connection.connection is None or connection.connection.closed:
        raise BaseIndisponible("La base de données ne répond pas. Réessayez dans quelques instants.") from erreur
