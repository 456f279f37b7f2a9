"""The same decision as ``can``, for lists, counts, sorts and exports: as columns and SQL conditions.

``can`` decides on one row; for rows in the database, the territory becomes a condition on each of them. A property test
compares both on the same rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import lru_cache
from types import MappingProxyType
from typing import Final, NamedTuple

from fce.droits.habilitations.acteurs import Acteur
from fce.droits.habilitations.politique import (
    PARTOUT,
    Ouverture,
    Raison,
    SourceDeclaree,
    conditions,
    manque_second_facteur,
    ouvrir,
)
from fce.socle.base.lectures import citer
from fce.socle.texte import paris

PORTEES_MAX: Final = 1024
"""Size of the cache: about a hundred sources, for each kind of rights."""

# Territories that a row must all be in; empty: every row.
Territoires = tuple[frozenset[str], ...]


@dataclass(frozen=True, slots=True)
class Condition:
    """SQL and its parameters, in psycopg's style (``%s``)."""

    sql: str
    parametres: tuple[object, ...] = ()


_TERRITOIRE = object()
"""Placeholder of the territory among the parameters."""


@dataclass(frozen=True, slots=True)
class LieuDeLigne:
    """Where a row takes place, in SQL written by developers, never by a reader: see the functions below."""

    _sql: str
    _parametres: tuple[object, ...] = (_TERRITOIRE,)
    _connus: frozenset[str] = frozenset()

    def parmi(self, departements: frozenset[str]) -> LieuDeLigne:
        """The same place, where the statement reads only rows of these départements: a territory that holds them all
        has nothing left to compare. Empty: not known."""
        return replace(self, _connus=departements)

    def dans(self, territoires: Territoires) -> Condition:
        """Condition that a row is in every territory; false for a row of unknown département."""
        compares = [t for t in territoires if not self._connus or not self._connus <= t]
        if not compares:
            return Condition("TRUE")
        parametres = [sorted(t) if p is _TERRITOIRE else p for t in compares for p in self._parametres]
        return Condition(" AND ".join([self._sql] * len(compares)), tuple(parametres))


def lieu_departement(expression: str) -> LieuDeLigne:
    """Place of a fact about an establishment: SQL (text) of its département, or NULL."""
    return LieuDeLigne(f"COALESCE(({expression}) = ANY(%s::text[]), FALSE)")


def lieu_parmi(numero: str, lieux: str) -> LieuDeLigne:
    """Place of a row when rows are many and establishments few. ``numero``: SQL of its number.

    ``lieux``: an uncorrelated subquery of (number, département), run once rather than per row.
    """
    return LieuDeLigne(
        f"COALESCE({numero} IN (SELECT l.numero FROM ({lieux}) AS l(numero, departement) "  # noqa: S608 – own SQL
        "WHERE l.departement = ANY(%s::text[])), FALSE)"
    )


def lieu_selon(condition: Condition, alors: LieuDeLigne, sinon: LieuDeLigne) -> LieuDeLigne:
    """One of two equivalent places, whichever is faster; ``condition`` does not depend on the row."""
    return LieuDeLigne(
        f"CASE WHEN {condition.sql} THEN {alors._sql} ELSE {sinon._sql} END",
        (*condition.parametres, *alors._parametres, *sinon._parametres),
    )


def lieu_entreprise(sous_requete: str) -> LieuDeLigne:
    """Place of a fact about a company: a subquery of the départements of its establishments within 24 months.

    One column; it may be correlated (``SELECT e.departement FROM … e WHERE e.siren = f.siren AND …``).
    """
    lieux = f"({sous_requete}) AS lieux(departement)"
    return LieuDeLigne(f"EXISTS (SELECT 1 FROM {lieux} WHERE lieux.departement = ANY(%s::text[]))")  # noqa: S608 – own SQL


class Implantation(NamedTuple):
    """Number of establishments of a company in a département (None: abroad, or unknown). ``vivants``: open, or closed
    less than 24 months ago; ``tous``: all of them."""

    departement: str | None
    vivants: int
    tous: int


@dataclass(frozen=True, slots=True)
class Parc:
    """Establishments of a company, in SQL: a subquery of the three columns of ``Implantation``."""

    _sql: str

    def rencontre(self, territoire: frozenset[str]) -> Condition:
        """Condition that a living establishment is in the territory: that of ``can`` for a fact about a company."""
        return Condition(
            f"EXISTS (SELECT 1 FROM ({self._sql}) AS p(departement, vivants, tous) "  # noqa: S608 – own SQL
            "WHERE p.vivants > 0 AND p.departement = ANY(%s::text[]))",
            (sorted(territoire),),
        )

    def isole(self, territoire: frozenset[str]) -> Condition:
        """SQL condition equivalent to the function ``isole``."""
        return Condition(
            "COALESCE((SELECT COALESCE(NULLIF(sum(p.vivants), 0), sum(p.tous)) "  # noqa: S608 – own SQL
            f"FROM ({self._sql}) AS p(departement, vivants, tous) "
            "WHERE (p.departement = ANY(%s::text[])) IS NOT TRUE) = 1, FALSE)",
            (sorted(territoire),),
        )


def isole(parc: Iterable[Implantation], territoire: frozenset[str]) -> bool:
    """Whether exactly one establishment is outside the territory: subtracting what is inside from the total would then
    reveal its facts.

    Living establishments count; when there is none outside, all of them do.
    """
    dehors = [p for p in parc if p.departement not in territoire]
    return (sum(p.vivants for p in dehors) or sum(p.tous for p in dehors)) == 1


@dataclass(frozen=True, slots=True)
class Portee:
    """What an actor may list of a source: nothing when ``permis`` is false (``raison`` says why).

    ``colonnes``: readable fields (attribute names), with the territories that each needs in addition to those of the
    row. ``territoires``: those that every row needs.
    """

    permis: bool
    raison: Raison | None = None
    colonnes: Mapping[str, Territoires] = field(default_factory=lambda: MappingProxyType({}))
    territoires: Territoires = ()
    _empreinte: int = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        empreinte = hash((self.permis, self.raison, tuple(self.colonnes.items()), self.territoires))
        object.__setattr__(self, "_empreinte", empreinte)

    def __bool__(self) -> bool:
        return self.permis

    def __hash__(self) -> int:
        # Hash by value, so that equal scopes share one entry in the cache of compiled SQL.
        return self._empreinte

    def lignes(self, lieu: LieuDeLigne, utilisees: Iterable[str] = ()) -> Condition:
        """WHERE clause: rows that may be read together with their columns ``utilisees``.

        Every column that filters, sorts, groups or counts must be in ``utilisees``, because order and number reveal
        values. An unreadable column excludes every row.
        """
        besoins = self._besoins(utilisees)
        return Condition("FALSE") if besoins is None else lieu.dans(besoins)

    def sommes(self, parc: Parc, utilisees: Iterable[str] = ()) -> Condition:
        """The right ``somme``: condition under which counts and sums of all the facts of a company may be read.

        It does not depend on rows. True when ``can`` allows the source and the columns ``utilisees`` for the
        départements of the company, unless a subtraction would reveal the facts of the only establishment outside
        (``isole``). These facts may only be added up: never listed, dated, located or linked.
        """
        besoins = self._besoins(utilisees)
        if besoins is None:
            return Condition("FALSE")
        if not besoins:
            return Condition("TRUE")
        conditions = [parc.rencontre(t) for t in besoins]
        isole_ = parc.isole(frozenset.intersection(*besoins))
        return Condition(
            " AND ".join([*(c.sql for c in conditions), f"NOT {isole_.sql}"]),
            (*(p for c in conditions for p in c.parametres), *isole_.parametres),
        )

    def territoire(self, utilisees: Iterable[str] = ()) -> frozenset[str] | None:
        """Départements of the rows about establishments that ``lignes`` keeps; None when unlimited."""
        besoins = self._besoins(utilisees)
        if besoins is None:
            return frozenset()
        return frozenset.intersection(*besoins) if besoins else None

    def _besoins(self, utilisees: Iterable[str]) -> Territoires | None:
        """Territories that a row must be in to be read with these columns; None when nothing may be read."""
        demandees = tuple(utilisees)
        if not self.permis or any(c not in self.colonnes for c in demandees):
            return None
        return tuple(dict.fromkeys([*self.territoires, *(t for c in demandees for t in self.colonnes[c])]))

    def valeurs(self, colonnes: Iterable[str], lieu: LieuDeLigne, table: str = "") -> Condition:
        """SELECT list of columns under their names, each as in ``valeur``."""
        morceaux: list[str] = []
        parametres: list[object] = []
        for colonne in colonnes:
            nom = citer(colonne)
            if self.permis and self.colonnes.get(colonne) == ():
                morceaux.append(f"{citer(table)}.{nom}" if table else nom)
                continue
            valeur = self.valeur(colonne, lieu, table)
            morceaux.append(f"{valeur.sql} AS {nom}")
            parametres += valeur.parametres
        return Condition(", ".join(morceaux), tuple(parametres))

    def valeur(self, colonne: str, lieu: LieuDeLigne, table: str = "") -> Condition:
        """SELECT expression of a column, in a query whose WHERE is ``lignes()``: NULL where it may not be read.

        ``table``: alias that qualifies the column.
        """
        if not self.permis or colonne not in self.colonnes:
            return Condition("NULL")
        nom = f"{citer(table)}.{citer(colonne)}" if table else citer(colonne)
        if not self.colonnes[colonne]:
            return Condition(nom)
        condition = lieu.dans(self.colonnes[colonne])
        return Condition(f"CASE WHEN {condition.sql} THEN {nom} END", condition.parametres)


def portee(
    acteur: Acteur,
    action: str,
    source: SourceDeclaree,
    *,
    finalite: str | None = None,
    confirmee: bool = True,
    maintenant: datetime,
) -> Portee:
    """Return what ``can`` would answer for every row and field of a source.

    ``maintenant``: aware datetime (``ValueError`` otherwise).
    """
    paris.jour_de(maintenant)

    def ouvertures(accordes: tuple[object, ...]) -> tuple[Ouverture, ...] | Raison:
        ouvertes = ouvrir(acteur, action, accordes, finalite, maintenant, confirmee=confirmee)
        if not isinstance(ouvertes, Raison):
            if not all(o.territoire for o in ouvertes):
                return Raison.HORS_TERRITOIRE
            if manque_second_facteur(acteur, ouvertes):
                return Raison.SECOND_FACTEUR_REQUIS
        return ouvertes

    (acces,) = conditions(source, None)
    generale = ouvertures((acces,))
    if isinstance(generale, Raison):
        return Portee(False, generale)
    des_lignes = _territoires(generale)
    # A field without its own access has that of its source, already granted.
    besoins: list[Territoires | None] = []
    for propre in source.acces_propres.values():
        if isinstance(ouvertes := ouvertures((acces, propre)), Raison):
            besoins.append(None)
        else:
            besoins.append(tuple(t for t in _territoires(ouvertes) if t not in des_lignes))
    return _ouverte(tuple(source.champs), tuple(source.acces_propres), tuple(besoins), des_lignes)


@lru_cache(maxsize=PORTEES_MAX)
def _ouverte(
    champs: tuple[str, ...], propres: tuple[str, ...], besoins: tuple[Territoires | None, ...], des_lignes: Territoires
) -> Portee:
    """The scope that opens these territories; cached by value, for any actor.

    ``besoins``: for each of the fields ``propres``, the territories that it needs, None when closed.
    """
    ouvertes = dict.fromkeys(champs, ()) | dict(zip(propres, besoins, strict=True))
    colonnes = {champ: besoin for champ, besoin in ouvertes.items() if besoin is not None}
    return Portee(True, None, MappingProxyType(colonnes), des_lignes)


def _territoires(ouvertures: Iterable[Ouverture]) -> Territoires:
    """The distinct territories to satisfy, without the whole country."""
    return tuple(dict.fromkeys(o.territoire for o in ouvertures if o.territoire != PARTOUT))
