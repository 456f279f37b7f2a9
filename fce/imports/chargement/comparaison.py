"""Compare two versions of a source for the followed units: rows that only one version has, numbers that changed.

Reads the rows of these units through indexes (small tables are scanned). Tables shared by both versions (other months,
the large table of a merge) hold no difference and are skipped.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from typing import TYPE_CHECKING, Any

from django.db import connection
from psycopg import sql

from fce.imports.models import Import, VersionEnPlace
from fce.sources.champs import Siren, Siret
from fce.sources.modes import ParPeriode
from fce.sources.nouvelles import Apparition, Nouvelle, NouvelleValeur, Variation

from . import generations
from .indexation import colonnes_sql
from .parties import Partie, parties_de

if TYPE_CHECKING:
    from fce.sources.declaration import Source

Rang = dict[str, Any]
_MEMOIRE = "SET LOCAL work_mem = '128MB'"
"""For the caller's transaction: hash both sides in memory."""
LIGNES_PARCOURUES = 200_000
"""Tables of up to this many rows are scanned whole, which is faster than 100,000 index look-ups."""
PERIODES_COMPAREES = 2
_LISIBLES = (Import.Statut.EN_PLACE, Import.Statut.REMPLACE)


@dataclass(slots=True)
class EcartDUnite:
    """A followed unit (``numero``: SIREN or SIRET) and the rows that only one version has, as {attribute: value}."""

    numero: str
    siren: str
    avant: list[Rang] = field(default_factory=list)
    apres: list[Rang] = field(default_factory=list)


def comparables(source: Source, avant: Import, apres: Import) -> list[Nouvelle]:
    """Return the declared news that both versions can tell. A column missing or retyped in one of them would make every
    row differ."""
    parties = [*parties_de(avant), *parties_de(apres)]
    attendues = dict(generations.colonnes_declarees(source))

    def dite(nouvelle: Nouvelle) -> bool:
        noms = colonnes_sql(source, _lus(source, nouvelle.attributs))
        return all(dict(p.colonnes).get(nom) == attendues[nom] for p in parties for nom in noms)

    return [nouvelle for nouvelle in source.nouvelles if dite(nouvelle)]


def lues_au(instant: datetime, sources: Iterable[Source]) -> dict[str, str | None]:
    """SQL of the rows that each source replaced since an instant then had, by name; None when that version is no longer
    kept, or has columns of another type. Two queries."""
    remplacees = VersionEnPlace.objects.filter(en_place__fin__gt=instant).values_list("source", flat=True)
    alors = Import.objects.filter(source__in=remplacees, fin__lte=instant, statut__in=_LISIBLES)
    lues = {i.source: i for i in alors.order_by("source", "-fin", "-pk").distinct("source")}
    return {s.nom: _selection(s, lues.get(s.nom)) for s in sources if s.nom in {*remplacees}}


def _selection(source: Source, importation: Import | None) -> str | None:
    """``importation`` None: the source had no version, hence no row."""
    parties = parties_de(importation)
    if importation and (not parties or any(generations.a_convertir(source, p.colonnes) for p in parties)):
        return None
    return generations.selection(source, parties).as_string(None).replace("%", "%%")


def comparer_generations(
    source: Source,
    nouvelles: Sequence[Apparition | NouvelleValeur],
    avant: Import,
    apres: Import,
    numeros: sql.Composable,
) -> Iterator[EcartDUnite]:
    """Yield the units of ``numeros`` whose rows differ in the attributes of ``nouvelles``.

    ``numeros``: a SELECT of one column ``numero`` (SIREN and SIRET).
    """
    attributs = _lus(source, [a for nouvelle in nouvelles for a in nouvelle.attributs])
    communes = {p.table for p in parties_de(avant)} & {p.table for p in parties_de(apres)}
    anciennes, neuves = ([p for p in parties_de(i) if p.table not in communes] for i in (avant, apres))
    if not nouvelles or not neuves:
        return
    # One hash aggregate: a group with rows of both sides is unchanged.
    requete = sql.SQL(
        "WITH {suivis} SELECT bool_and(x.neuve), {colonnes} FROM "
        "(SELECT true AS neuve, n.* FROM ({apres}) n UNION ALL SELECT false, a.* FROM ({avant}) a) x "
        "GROUP BY {colonnes} HAVING bool_and(x.neuve) = bool_or(x.neuve) ORDER BY x._numero"
    ).format(
        suivis=_suivis(numeros),
        colonnes=sql.SQL(", ").join(sql.Identifier("x", nom) for nom in ("_numero", *colonnes_sql(source, attributs))),
        avant=_lignes(source, attributs, anciennes or neuves, vide=not anciennes),
        apres=_lignes(source, attributs, neuves),
    )
    with connection.cursor() as curseur:
        curseur.execute(_MEMOIRE)
        curseur.execute(requete)
        for numero, lignes in groupby(curseur.fetchall(), key=lambda ligne: ligne[1]):
            ecart = EcartDUnite(numero, numero[:9])
            for neuve, _, *valeurs in lignes:
                (ecart.apres if neuve else ecart.avant).append(dict(zip(attributs, valeurs, strict=True)))
            yield ecart


def comparer_nombres(
    source: Source, variation: Variation, avant: Import, apres: Import, numeros: sql.Composable
) -> list[EcartDUnite]:
    attributs = _lus(source, variation.attributs)
    date, valeur = (sql.Identifier(nom) for nom in colonnes_sql(source, variation.attributs))
    derniere = sql.SQL(
        "SELECT DISTINCT ON (x._numero) x.* FROM ({lignes}) x WHERE x.{valeur} IS NOT NULL "
        "ORDER BY x._numero, x.{date} DESC NULLS LAST"
    )
    par_cote = {
        cote: derniere.format(
            lignes=_lignes(source, attributs, _dernieres(source, variation, parties_de(i))), date=date, valeur=valeur
        )
        for cote, i in (("avant", avant), ("apres", apres))
    }
    colonnes = sql.SQL(", ").join(
        sql.SQL("{}.{}").format(sql.Identifier(cote), sql.Identifier(nom))
        for cote in ("avant", "apres")
        for nom in colonnes_sql(source, attributs)
    )
    requete = sql.SQL(
        "WITH {suivis}, avant AS MATERIALIZED ({avant}), apres AS MATERIALIZED ({apres}) "
        "SELECT apres._numero, {colonnes} FROM apres JOIN avant USING (_numero) "
        "WHERE avant.{valeur} IS DISTINCT FROM apres.{valeur}"
    ).format(suivis=_suivis(numeros), colonnes=colonnes, valeur=valeur, **par_cote)
    with connection.cursor() as curseur:
        curseur.execute(_MEMOIRE)
        curseur.execute(requete)
        lus = curseur.fetchall()
    return [
        EcartDUnite(
            numero,
            numero[:9],
            [dict(zip(attributs, valeurs[: len(attributs)], strict=True))],
            [dict(zip(attributs, valeurs[len(attributs) :], strict=True))],
        )
        for numero, *valeurs in lus
    ]


def _suivis(numeros: sql.Composable) -> sql.Composed:
    """In index order, so that table pages are read sequentially."""
    return sql.SQL("suivis AS MATERIALIZED (SELECT x.numero FROM ({}) x ORDER BY x.numero)").format(numeros)


def _lus(source: Source, attributs: Sequence[str]) -> list[str]:
    return list(dict.fromkeys((*source.cle, *attributs)))


def _dernieres(source: Source, variation: Variation, parties: Sequence[Partie]) -> list[Partie]:
    par_date = isinstance(source.mode, ParPeriode) and source.mode.champ == variation.date
    return list(parties)[-PERIODES_COMPAREES:] if par_date else list(parties)


def _lignes(source: Source, attributs: Sequence[str], parties: Sequence[Partie], *, vide: bool = False) -> sql.Composed:
    siren = next((nom for nom, champ in source.champs.items() if isinstance(champ, Siren)), "")
    siret = next((nom for nom, champ in source.champs.items() if isinstance(champ, Siret)), "")
    cles = tuple(colonnes_sql(source, [a])[0] if a else "" for a in (siren, siret))
    numero = sql.SQL('coalesce({}, {}) COLLATE "C"').format(
        sql.Identifier("g", cles[1] or cles[0]), sql.Identifier("g", cles[0] or cles[1])
    )
    choix = sql.SQL("{} AS _numero, {}").format(numero, sql.SQL(", ").join(_colonne(source, a) for a in attributs))
    if vide:
        return sql.SQL("SELECT {} FROM {} AS g WHERE false").format(choix, generations.identifiant(parties[0].table))
    petites = [p for p in parties if p.lignes <= LIGNES_PARCOURUES]
    grandes = [p for p in parties if p.lignes > LIGNES_PARCOURUES]
    lues = [
        sql.SQL("SELECT {} FROM {} AS g WHERE {}").format(choix, generations.identifiant(p.table), _parcourue(*cles))
        for p in petites
    ]
    lues += [
        sql.SQL("SELECT {} FROM suivis s JOIN {} AS g ON {}").format(choix, generations.identifiant(p.table), jointure)
        for p in grandes
        for jointure in _cherchees(*cles)
    ]
    return sql.SQL(" UNION ALL ").join(lues)


def _colonne(source: Source, attribut: str) -> sql.Composed:
    """Force one collation: tables filled under older declarations may have another."""
    nom = colonnes_sql(source, [attribut])[0]
    texte = dict(generations.colonnes_declarees(source))[nom] == "text"
    return sql.SQL("g.{0}{1} AS {0}").format(sql.Identifier(nom), sql.SQL(' COLLATE "C"' if texte else ""))


def _cherchees(siren: str, siret: str) -> list[sql.Composed]:
    egale = sql.SQL('length(s.numero) = {} AND {} = s.numero COLLATE "C"')
    par_siren = [egale.format(9, sql.Identifier("g", siren))] if siren else []
    par_siret = [egale.format(14, sql.Identifier("g", siret))] if siret else []
    if siret and not siren:
        # The SIRET of an establishment begins with the SIREN of its company: use a prefix range on the SIRET index.
        debut = 'length(s.numero) = 9 AND {0} >= s.numero COLLATE "C" AND {0} <= (s.numero || \'~\') COLLATE "C"'
        par_siren = [sql.SQL(debut).format(sql.Identifier("g", siret))]
    return [*par_siren, *par_siret]


def _parcourue(siren: str, siret: str) -> sql.Composed:
    dedans = sql.SQL('{} COLLATE "C" IN (SELECT s.numero COLLATE "C" FROM suivis s)')
    nombres: list[sql.Composable] = [sql.Identifier("g", siren)] if siren else []
    if siret:
        nombres.append(sql.Identifier("g", siret))
        if not siren:
            nombres.append(sql.SQL("left({}, 9)").format(sql.Identifier("g", siret)))
    return sql.SQL("({})").format(sql.SQL(" OR ").join(dedans.format(nombre) for nombre in nombres))
