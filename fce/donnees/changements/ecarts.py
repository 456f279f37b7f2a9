"""Changes of a switch, company by company, computed by PostgreSQL from the tables that the two versions do not share.

A field changed when the values that everyone may read of it, over the rows of the company, are not the same ones:
masked values are hidden on both sides, by the versions of Sirene in place. Rows are first compared whole, by a hash, so
that fields are compared for the companies touched only.
"""

# ruff: noqa: S608 (only declared names are interpolated)

from __future__ import annotations

from typing import Any, Final

from fce.donnees.changements.models import ChangementDEntreprise
from fce.donnees.entreprises import diffusion
from fce.donnees.entreprises.natures import sql_montre
from fce.donnees.entreprises.repertoire import COURANTS, ETABLISSEMENTS, UNITES_LEGALES, regime_des_lignes
from fce.donnees.imports.chargement import ecarts
from fce.donnees.imports.chargement.ecarts import Regard
from fce.donnees.imports.models import Import, VersionEnPlace
from fce.donnees.publication.telechargement import relation
from fce.sources import registre

UNITES_MAX: Final = 1_000_000
"""Companies touched by one switch above which reading the bulk file again is quicker than reading the events."""
_TABLE: Final = ChangementDEntreprise._meta.db_table
_REGIME_DE_L_UNITE: Final = diffusion.sql_regime("u")
_G: Final = ChangementDEntreprise.Genre
_RANGS: Final = f"array_position(ARRAY[{', '.join(repr(str(genre)) for genre in _G)}]::text[], {{}}::text)"


def ecrire(curseur: Any, bascule: int, regard: Regard, avant: Import | None, apres: Import | None) -> bool:
    """Write what the switch changed in the source, in the caller's transaction. False when it changed more than
    ``UNITES_MAX`` companies; nothing is then written.

    Raises ProgrammingError (UndefinedTable) when a version was dropped.
    """
    differentes = ecarts.differentes(regard, avant, apres)
    deux = ecarts.lignes(regard.source, avant, apres)
    if differentes is None or deux is None:
        return True
    lignes = _echapper(deux.as_string(None))
    unites, lieux = _sirene()
    curseur.execute(ecarts.MEMOIRE)
    curseur.execute("DROP TABLE IF EXISTS touchees")
    curseur.execute(_touchees(_echapper(differentes.as_string(None)), unites), [UNITES_MAX + 1])
    if curseur.rowcount > UNITES_MAX:
        return False
    curseur.execute("ANALYZE touchees")
    evenements = _evenements(regard, lignes, _champs(regard, lignes, unites, lieux))
    curseur.execute(evenements, {"bascule": bascule, "nom": regard.source.nom})
    return True


def effacer_les_anterieurs(curseur: Any, bascule: int) -> None:
    """Erase the earlier events of the companies that the switch masks or withdraws."""
    curseur.execute(
        f"DELETE FROM {_TABLE} c USING {_TABLE} m WHERE m.bascule = %s AND m.genre = ANY(%s) "
        "AND c.siren = m.siren AND c.bascule < m.bascule",
        [bascule, [_G.RETIREE, _G.MASQUEE]],
    )


def _sirene() -> tuple[str, str]:
    """SQL of the unités légales and of the établissements in place, read in their tables: a computation of a minute on
    the views would keep imports from switching them."""
    versions = VersionEnPlace.objects.select_related("en_place").filter(source__in=COURANTS)
    en_place = {version.source: version.en_place for version in versions}
    unites, lieux = (_echapper(relation(registre.source(nom), en_place)) for nom in COURANTS)
    return unites, lieux


def _touchees(differentes: str, unites: str) -> str:
    """``touchees``: SIREN whose rows differ, and the regime of the company in place."""
    return (
        f"CREATE TEMPORARY TABLE touchees ON COMMIT DROP AS SELECT x.siren, {_REGIME_DE_L_UNITE} AS regime FROM ("
        f"SELECT DISTINCT d._siren AS siren FROM ({differentes}) d LIMIT %s"
        f") x LEFT JOIN {unites} u ON u.siren = x.siren"
    )


def _evenements(regard: Regard, lignes: str, champs: str) -> str:
    avec = [f"champs AS MATERIALIZED ({champs})"]
    if regard.source.nom == UNITES_LEGALES:
        avec.append(f"passages AS ({_passages(lignes)})")
    elif regard.source.nom == ETABLISSEMENTS:
        avec.append(f"passages AS ({_lieux(lignes)})")
    else:
        avec.append(
            f"passages AS (SELECT k.siren, CASE WHEN {diffusion.sql_listable('k.regime')} THEN '{_G.MODIFIEE}' END "
            "AS genre, false AS complet FROM touchees k)"
        )
    return (
        f"WITH {', '.join(avec)} INSERT INTO {_TABLE} AS c (bascule, siren, genre, complet, champs, quand) "
        "SELECT %(bascule)s, p.siren, p.genre, p.complet, "
        "jsonb_build_object(%(nom)s::text, coalesce(to_jsonb(f.noms), '[]'::jsonb)), b.quand "
        "FROM passages p LEFT JOIN champs f USING (siren), "
        "(SELECT max(quand) AS quand FROM changements_basculesuivie WHERE bascule = %(bascule)s) b "
        f"WHERE p.genre IS NOT NULL AND (p.genre <> '{_G.MODIFIEE}' OR p.complet OR cardinality(f.noms) > 0) "
        "ON CONFLICT (bascule, siren) DO UPDATE SET champs = c.champs || excluded.champs, "
        "complet = c.complet OR excluded.complet, "
        f"genre = CASE WHEN {_RANGS.format('excluded.genre')} < {_RANGS.format('c.genre')} "
        "THEN excluded.genre ELSE c.genre END"
    )


def _champs(regard: Regard, lignes: str, unites: str, lieux: str) -> str:
    """(siren, noms): the fields whose public values changed, of the companies that are not masked."""
    regime, jointures = regime_des_lignes(regard.source, unites, lieux)
    valeurs = ", ".join(
        f"v.sens * hashtextextended(({sql_montre(regard.source, a, 'v._regime', 'v')})::text, 0)::numeric AS h{rang}"
        for rang, a in enumerate(regard.attributs)
    )
    noms = ", ".join(f"CASE WHEN sum(h{rang}) <> 0 THEN '{a}' END" for rang, a in enumerate(regard.attributs))
    return (
        f"SELECT z.siren, array_remove(ARRAY[{noms}]::text[], NULL) AS noms FROM (SELECT v._siren AS siren, "
        f"{valeurs} FROM (SELECT k.siren AS _siren, t.*, {regime} AS _regime FROM ({lignes}) t "
        f'JOIN touchees k ON k.siren = {ecarts.siren(regard.source, "t").as_string(None)} COLLATE "C"{jointures} '
        f"WHERE {diffusion.sql_listable('k.regime')} OFFSET 0) v) z GROUP BY z.siren"
    )


def _passages(lignes: str) -> str:
    """(siren, genre, complet) of the unités légales; no genre when nothing may be told."""
    avant, apres, en_place = (diffusion.sql_listable(f"p.{regime}") for regime in ("ra", "rb", "regime"))
    return (
        "SELECT g.siren, g.genre, g.genre = ANY(ARRAY["
        f"'{_G.RETIREE}', '{_G.MASQUEE}', '{_G.DIFFUSEE}', '{_G.CREEE}']) AS complet FROM (SELECT p.siren, CASE "
        f"WHEN {avant} AND p.rb IS NULL THEN '{_G.RETIREE}' "
        f"WHEN {avant} AND NOT {apres} THEN '{_G.MASQUEE}' "
        f"WHEN p.rb IS NULL OR NOT ({apres} AND {en_place}) THEN NULL "
        f"WHEN p.ra IS NULL THEN '{_G.CREEE}' WHEN NOT {avant} THEN '{_G.DIFFUSEE}' "
        f"WHEN p.ra <> p.rb THEN CASE WHEN {diffusion.sql_masque('p.rb')} THEN '{_G.MASQUEE}' ELSE '{_G.DIFFUSEE}' END "
        f"WHEN p.ea <> 'C' AND p.eb = 'C' THEN '{_G.FERMEE}' WHEN p.ea = 'C' AND p.eb <> 'C' THEN '{_G.ROUVERTE}' "
        f"ELSE '{_G.MODIFIEE}' END AS genre FROM (SELECT k.siren, k.regime, "
        "min(x.regime) FILTER (WHERE x.sens < 0) AS ra, min(x.regime) FILTER (WHERE x.sens > 0) AS rb, "
        "min(x.etat) FILTER (WHERE x.sens < 0) AS ea, min(x.etat) FILTER (WHERE x.sens > 0) AS eb "
        f"FROM touchees k JOIN (SELECT u.sens, u.siren, u.etat_administratif AS etat, {_REGIME_DE_L_UNITE} AS regime "
        f"FROM ({lignes}) u) x ON x.siren = k.siren GROUP BY k.siren, k.regime) p) g"
    )


def _lieux(lignes: str) -> str:
    """(siren, genre, complet) by the établissements: one that opens or closes to readers changes what everyone reads of
    it in the other sources too."""
    diffusee = f"({diffusion.sql_diffusee('t')}) IS TRUE"
    return (
        f"SELECT g.siren, CASE WHEN NOT {diffusion.sql_listable('g.regime')} THEN NULL "
        f"WHEN g.masque THEN '{_G.MASQUEE}' WHEN g.diffuse THEN '{_G.DIFFUSEE}' ELSE '{_G.MODIFIEE}' END AS genre, "
        "g.complet FROM ("
        "SELECT l.siren, l.regime, bool_or(l.avant AND NOT l.apres) AS masque, bool_or(l.apres AND NOT l.avant) AS "
        "diffuse, bool_or(coalesce(l.avant, false) <> coalesce(l.apres, false)) AS complet FROM ("
        f"SELECT k.siren, k.regime, t.siret, bool_or({diffusee}) FILTER (WHERE t.sens < 0) AS avant, "
        f"bool_or({diffusee}) FILTER (WHERE t.sens > 0) AS apres "
        f"FROM touchees k JOIN ({lignes}) t ON t.siren = k.siren GROUP BY k.siren, k.regime, t.siret) l "
        "GROUP BY l.siren, l.regime) g"
    )


def _echapper(requete: str) -> str:
    """``%`` is doubled in a statement with parameters."""
    return requete.replace("%", "%%")
