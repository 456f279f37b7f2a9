"""Locations of a company, for rights and the sheet: départements, establishments masked individually."""

# ruff: noqa: S608 (only constant names are interpolated)

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Final

from fce.donnees.entreprises import diffusion
from fce.donnees.entreprises.etablissements import sql_departement_de
from fce.donnees.entreprises.requetes import ETAB, UL, liste
from fce.donnees.entreprises.sirene import COLONNES_ETAB
from fce.socle.base.branches import Branche, Prealable
from fce.socle.texte import paris
from fce.socle.texte.identifiants import est_siret

DEPARTEMENT: Final = sql_departement_de("e.code_commune")
# Open, or closed less than 24 months ago: defines the territory of a fact about a company.
VIVANT: Final = f"(e.etat_administratif = 'A' OR e.date_debut >= {paris.SQL_AUJOURD_HUI} - INTERVAL '24 months')"
MASQUES_MAX: Final = 5000
SITUES_MAX: Final = 2000
"""Establishments of which every département is read; of a larger company, only those asked for."""
LIEUX_OUVERTS_MAX: Final = 300


def sql_departement(siret: str) -> str:
    """SQL: département of the establishment with the SIRET expression ``siret``, NULL if unknown."""
    return f"SELECT {DEPARTEMENT} FROM {ETAB} e WHERE e.siret = {siret} LIMIT 1"


def sql_departements(siren: str) -> str:
    """SQL: as ``DEPARTEMENTS``, of the company with the SIREN expression ``siren``, for facts of many companies.

    The expression may not be of a table that is called ``e`` around it: this one would take its place.
    """
    return f"SELECT {DEPARTEMENT} FROM {ETAB} e WHERE e.siren = {siren} AND {VIVANT}"


def sql_sites(sirens: str) -> str:
    """SQL: (SIREN, SIRET, département) of the establishments, open or closed less than 24 months ago, of the companies
    of the query ``sirens``."""
    return f"SELECT e.siren, e.siret, {DEPARTEMENT} FROM {ETAB} e WHERE e.siren IN ({sirens}) AND {VIVANT}"


def etablissements(siren: str) -> Prealable:
    """Establishments by commune, for branches that use ``SIRETS``, ``NOMBRE`` or ``DEPARTEMENTS``: reads twenty
    thousand rows once, keeps a few hundred."""
    return Prealable(
        "communes",
        f"SELECT {DEPARTEMENT} AS departement, e.sirets, e.vivants, e.ouverts, e.jalons, e.premier "
        "FROM (SELECT e.code_commune, "
        f"array_agg(e.siret) AS sirets, count(*) FILTER (WHERE {VIVANT}) AS vivants, "
        "count(*) FILTER (WHERE e.etat_administratif = 'A') AS ouverts, "
        "count(e.date_creation) + count(e.date_debut) FILTER (WHERE e.etat_administratif = 'F') AS jalons, "
        "least(min(e.date_creation), min(e.date_debut) FILTER (WHERE e.etat_administratif = 'F')) AS premier "
        f"FROM {ETAB} e WHERE e.siren = %s GROUP BY e.code_commune) e",
        (siren,),
    )


SIRETS: Final = "SELECT unnest(communes.sirets), communes.departement FROM communes"
"""SQL: (SIRET, département) of the establishments."""
NOMBRE: Final = "SELECT sum(communes.vivants) FROM communes"
"""SQL: number of establishments open, or closed less than 24 months ago."""
DEPARTEMENTS: Final = "SELECT communes.departement FROM communes WHERE communes.vivants > 0"
"""SQL: départements with an establishment open, or closed less than 24 months ago."""
PARC: Final = "SELECT communes.departement, communes.vivants, cardinality(communes.sirets) FROM communes"
"""SQL, one row per commune: (département, open or closed less than 24 months ago, all)."""


def departement_de(code_commune: str | None) -> frozenset[str]:
    code = code_commune or ""
    return frozenset({code[:3] if code[:2] in ("97", "98") else code[:2]} if len(code) == 5 else ())


def departements(siren: str) -> Branche:
    """Rows {departement, vivants, tous, ouverts, jalons, premier} of a company: establishments as in ``PARC``, and open
    today; number of openings and closings, and day of the first. NULL: unknown or abroad."""
    return Branche(
        "departements",
        "SELECT p.departement, sum(p.vivants) AS vivants, sum(cardinality(p.sirets)) AS tous, "
        "sum(p.ouverts) AS ouverts, sum(p.jalons) AS jalons, min(p.premier) AS premier "
        "FROM communes p GROUP BY p.departement ORDER BY p.departement LIMIT 200",
        prealables=(etablissements(siren),),
    )


def places(siren: str, departements: Collection[str], *, ailleurs: bool = True) -> Branche:
    """Rows {departement, sirets} of a company, one per commune: its establishments in ``departements`` and, with
    ``ailleurs``, all the others of a company of at most ``SITUES_MAX``."""
    autres = f"(SELECT sum(cardinality(n.sirets)) FROM communes n) <= {SITUES_MAX}" if ailleurs else "FALSE"
    return Branche(
        "places",
        "SELECT c.departement, c.sirets FROM communes c WHERE c.departement IS NOT NULL AND (c.departement = ANY(%s) "
        f"OR {autres}) LIMIT {MASQUES_MAX}",
        (sorted(departements),),
        (etablissements(siren),),
    )


def ouverts(siren: str, departements: Collection[str]) -> Branche:
    """Raw rows of the open establishments of a company in ``departements``, most employees first, at most
    ``LIEUX_OUVERTS_MAX``."""
    return Branche(
        "ouverts",
        f"SELECT {liste(COLONNES_ETAB, 'e')} FROM {ETAB} e WHERE e.siren = %s AND e.etat_administratif = 'A' "
        f"AND {DEPARTEMENT} = ANY(%s) ORDER BY NULLIF(e.tranche_effectifs, 'NN') DESC NULLS LAST, e.siret "
        f"LIMIT {LIEUX_OUVERTS_MAX}",
        (siren, sorted(departements)),
    )


def masques(siren: str) -> Branche:
    """Rows {siret}: establishments of a company masked by their own status.

    At most ``MASQUES_MAX`` + 1; above ``MASQUES_MAX``, treat all as masked.
    """
    return Branche("masques", "SELECT m.siret FROM opposes m", prealables=(_opposes(siren),))


def _opposes(siren: str) -> Prealable:
    return Prealable(
        "opposes",
        f"SELECT e.siret FROM {ETAB} e "
        f"WHERE e.siren = %s AND ({diffusion.sql_diffusee('e')}) IS NOT TRUE LIMIT {MASQUES_MAX + 1}",
        (siren,),
    )


def sql_oppose(siret: str) -> str:
    """SQL condition: the establishment is masked by its own status; false for one that Sirene does not know."""
    return f"EXISTS (SELECT 1 FROM {ETAB} e WHERE e.siret = {siret} AND ({diffusion.sql_diffusee('e')}) IS NOT TRUE)"


_DEPUIS: Final = f"FROM (SELECT %s::text AS numero) n LEFT JOIN {UL} u ON u.siren = left(n.numero, 9)"
_DIFFUSION_D_UNE_ENTREPRISE: Final = (
    f"SELECT {diffusion.sql_regime('u')} AS unite, {diffusion.sql_regime_masque('u')} AS seul {_DEPUIS} LIMIT 1"
)
_DIFFUSION_D_UN_LIEU: Final = (
    f"SELECT {diffusion.sql_regime('u', 'e')} AS unite {_DEPUIS} LEFT JOIN {ETAB} e ON e.siret = n.numero LIMIT 1"
)


def diffusions(numero: str) -> tuple[Prealable, ...]:
    """Tables needed by ``sql_regime``, for branches that sort or sum values that may be masked."""
    if est_siret(numero):
        return (Prealable("diffusion", _DIFFUSION_D_UN_LIEU, (numero,)),)
    return Prealable("diffusion", _DIFFUSION_D_UNE_ENTREPRISE, (numero,)), _opposes(numero)


def sql_regime(siret: str = "") -> str:
    """SQL regime ('O', 'M' or 'P') of a row, using ``diffusions``; the same as ``fiche`` applies to what it shows.

    ``siret``: SQL expression of the row's establishment, on the sheet of a company; "" if none.
    """
    unite = "(SELECT d.unite FROM diffusion d)"
    if not siret:
        return unite
    return (
        f"(CASE WHEN {diffusion.sql_masque(unite)} OR {siret} IS NULL THEN {unite} "
        f"WHEN (SELECT count(*) FROM opposes) > {MASQUES_MAX} OR {siret} IN (SELECT m.siret FROM opposes m) "
        f"THEN (SELECT d.seul FROM diffusion d) ELSE {unite} END)"
    )


def communes(sirets: Sequence[str]) -> Branche:
    """Rows {siret, code_commune, libelle_commune}, to be masked."""
    return Branche(
        "communes_nommees",
        f"SELECT e.siret, e.code_commune, e.libelle_commune FROM {ETAB} e WHERE e.siret = ANY(%s)",
        (list(sirets),),
    )


def nommes(sirets: Sequence[str]) -> Branche:
    return Branche(
        "nommes", f"SELECT {liste(COLONNES_ETAB, 'e')} FROM {ETAB} e WHERE e.siret = ANY(%s)", (list(sirets),)
    )
