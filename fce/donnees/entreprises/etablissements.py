"""The list of a company's establishments: which ones, in which order, and the SQL of one page of it."""

# ruff: noqa: S608 (only constant names are interpolated)

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from fce.donnees.entreprises import diffusion, sirene
from fce.donnees.entreprises.diffusion import Regime
from fce.donnees.entreprises.natures import sql_montre
from fce.donnees.entreprises.requetes import ETAB, UL, liste
from fce.donnees.entreprises.sirene import COLONNES_ETAB
from fce.socle.base.branches import Branche
from fce.socle.texte.identifiants import compacter
from fce.socle.texte.pliage import mots

CHAMPS_FILTRES: Final = (
    "libelle_commune", "libelle_commune_etranger", "code_postal", "enseigne_1", "enseigne_2", "enseigne_3",
    "denomination_usuelle",
)  # fmt: skip
_MOTS_MAX: Final = 12

# Fold the searched text of an establishment as ``socle.texte.pliage.plier`` folds the reader's words.
_ACCENTS: Final = "ÀÂÄÁÃàâäáãÉÈÊËéèêëÎÏÍîïíÔÖÓÕôöóõÛÜÙÚûüùúÇçŸÿÑñ'’-/."
_SANS: Final = "AAAAAaaaaaEEEEeeeeIIIiiiOOOOooooUUUUuuuuCcYyNn    "
# Separators of an ASCII text, quoted for SQL; the dot has no counterpart, so it is removed.
_SEPARATEURS: Final = "''-/."
_ESPACES: Final = "   "

OUVERTS_D_ABORD: Final = (
    "(etat_administratif = 'A') DESC NULLS LAST, etablissement_siege DESC NULLS LAST, commune NULLS LAST"
)
# Insee's codes of bands sort by size as texts, except ``NN`` (not an employer).
_ORDRES: Final = {
    "": ("", OUVERTS_D_ABORD),
    "commune": ("", "commune NULLS LAST"),
    "effectif": ("tranche_effectifs", "NULLIF(cle, 'NN') DESC NULLS LAST, commune NULLS LAST"),
    "ouverture": ("date_creation", "cle DESC NULLS LAST, commune NULLS LAST"),
    "contact": ("", "contact DESC NULLS LAST, commune NULLS LAST"),
    "ancien": ("", "contact NULLS LAST, commune NULLS LAST"),
}
"""{name of a sort: (column it sorts by, ORDER BY)}."""
TRIS: Final = tuple(_ORDRES)


@dataclass(frozen=True, slots=True)
class LieuxChoisis:
    """Which establishments of a company, and in which order. A hidden value matches nothing and comes last.

    ``etat``: "A", "F" or None for all; ``texte``: words of the SIRET, commune, code postal or enseigne;
    ``departements``: codes; ``tranche``: Insee's code of a head-count band; ``sauf``: SIRETs left out; ``d_abord``:
    départements that come first; ``tri``: one of ``TRIS``; ``contacts``: {SIRET: day}, for the sorts by contact.
    """

    etat: str | None = None
    texte: str = ""
    departements: Collection[str] = ()
    tranche: str = ""
    sauf: Collection[str] = ()
    d_abord: Collection[str] = ()
    tri: str = ""
    contacts: Mapping[str, date] = field(default_factory=dict)


TOUS_LES_LIEUX: Final = LieuxChoisis()


def page_etablissements(
    siren: str, page: int, taille: int, choix: LieuxChoisis = TOUS_LES_LIEUX, *, detail: bool = False
) -> Branche:
    """One page of establishments: rows {nombre, ouverts, total, proches, departements, tranches, e}, ``e`` None when
    the page is empty.

    ``proches``: number of those retained in ``d_abord``. ``detail``: with the bands of all the establishments, and
    their départements as [code, number retained]; otherwise both are None. A page beyond the last gives the last.
    """
    champ, ordre = _ORDRES[choix.tri]
    situe = bool(detail or choix.departements or choix.d_abord)
    bande = bool(detail or choix.tranche)
    calculees = [
        _montre("libelle_commune", "commune"),
        *([_montre("code_commune", "code")] if situe else ()),
        *([_montre("tranche_effectifs", "tranche")] if bande else ()),
        *([_montre(champ, "cle")] if champ else ()),
        *([f"{_botte()} AS botte"] if choix.texte else ()),
        *(["k.contact"] if "contact" in ordre else ()),
    ]
    # In the order of the parameters of the statement.
    valeurs: list[object] = []
    retenu = _retenu(choix, valeurs)
    proche = _dans(choix.d_abord, valeurs) if choix.d_abord else "false"
    valeurs.append(siren)
    joint = ""
    if "contact" in ordre:
        joint = "LEFT JOIN unnest(%s::text[], %s::date[]) k(siret, contact) ON k.siret = e.siret "
        valeurs += [list(choix.contacts), list(choix.contacts.values())]
    # OFFSET 0 makes PostgreSQL compute each value as shown once per row.
    sql = (
        f"WITH tri AS MATERIALIZED (SELECT l.*, {retenu} AS retenu, {proche} AS proche FROM (SELECT e.siret, "
        f"e.etat_administratif, e.etablissement_siege, {', '.join(calculees)} FROM {ETAB} e "
        f"CROSS JOIN ({_UNITE}) u CROSS JOIN LATERAL (SELECT {_REGIME} AS regime) r {joint}"
        "WHERE e.siren = %s OFFSET 0) l), "
        "compte AS (SELECT count(*) AS nombre, count(*) FILTER (WHERE etat_administratif = 'A') AS ouverts, "
        "count(*) FILTER (WHERE retenu) AS total, count(*) FILTER (WHERE retenu AND proche) AS proches, "
        f"{_PAR_LIEU if detail else 'NULL::json'} AS departements, {_PAR_TRANCHE if detail else 'NULL::json'} "
        "AS tranches FROM tri), "
        "retenues AS (SELECT siret, row_number() OVER () AS rang FROM (SELECT siret FROM tri WHERE retenu "
        f"ORDER BY {'proche DESC, ' if choix.d_abord else ''}{ordre}, siret LIMIT %s "
        "OFFSET (SELECT least(%s::bigint, greatest(total - 1, 0) / %s * %s) FROM compte)) p), "
        f"page AS (SELECT {liste(COLONNES_ETAB, 'e')}, retenues.rang FROM retenues JOIN {ETAB} e USING (siret)) "
        "SELECT compte.*, to_json(page) AS e FROM compte LEFT JOIN page ON true ORDER BY page.rang"
    )
    return Branche("etablissements", sql, (*valeurs, siren, taille, (page - 1) * taille, taille, taille))


# The diffusion of the company is read once: that of an establishment then only depends on its own status.
_UNITE: Final = (
    f"SELECT coalesce(bool_and({diffusion.sql_diffusee('u')}), false) AS ouverte, "
    f"coalesce(min({diffusion.sql_regime_masque('u')}), '{Regime.PHYSIQUE}') AS sinon "
    f"FROM {UL} u WHERE u.siren = %s"
)
_REGIME: Final = f"CASE WHEN u.ouverte AND {diffusion.sql_diffusee('e')} THEN '{Regime.OUVERT}' ELSE u.sinon END"


def sql_departement_de(code: str) -> str:
    """SQL: département of a code commune (59350 → 59, 2A004 → 2A, 97105 → 971)."""
    return f"CASE WHEN left({code}, 2) IN ('97', '98') THEN left({code}, 3) ELSE left({code}, 2) END"


# Départements and bands are found on the few distinct values.
_PAR_LIEU: Final = (
    "(SELECT json_agg(json_build_array(departement, n)) FROM (SELECT "
    f"{sql_departement_de('code')} AS departement, sum(n) AS n FROM (SELECT code, count(*) FILTER (WHERE retenu) AS n "
    "FROM tri WHERE code IS NOT NULL GROUP BY code) c GROUP BY 1) d)"
)
_PAR_TRANCHE: Final = "(SELECT json_agg(tranche) FROM (SELECT DISTINCT tranche FROM tri) b)"


def _montre(champ: str, nom: str = "") -> str:
    """SQL of a column as shown, under another name."""
    vu = sql_montre(sirene.ETABLISSEMENTS, champ, "r.regime", "e")
    return f"{vu} AS {nom}" if nom else vu


def _retenu(choix: LieuxChoisis, valeurs: list[object]) -> str:
    """SQL condition of the establishments chosen; its parameters are added to ``valeurs``."""
    condition, cherches = _filtre_texte(choix.texte)
    conditions = [condition]
    valeurs += cherches
    if choix.departements:
        conditions.append(_dans(choix.departements, valeurs))
    for voulu, sql in ((choix.etat, "etat_administratif = %s"), (choix.tranche, "tranche = %s")):
        if voulu:
            conditions.append(sql)
            valeurs.append(voulu)
    if choix.sauf:
        conditions.append("siret <> ALL(%s)")
        valeurs.append(sorted(choix.sauf))
    return f"({' AND '.join(conditions)})"


def _dans(departements: Collection[str], valeurs: list[object]) -> str:
    """SQL condition that a row is in these départements, false where the place is hidden."""
    longueurs = sorted({len(d) for d in departements})
    valeurs += [sorted(d for d in departements if len(d) == n) for n in longueurs]
    return f"coalesce({' OR '.join(f'left(code, {n}) = ANY(%s)' for n in longueurs)}, false)"


def _botte() -> str:
    botte = f"concat_ws(' ', e.siret, {', '.join(_montre(champ) for champ in CHAMPS_FILTRES)})"
    accents = _ACCENTS.replace("'", "''")
    # Nearly all of Insee's values are ASCII: use the long table of accents for the others only.
    return (
        "(SELECT CASE WHEN octet_length(b) = length(b) "
        f"THEN lower(translate(b, '{_SEPARATEURS}', '{_ESPACES}')) "
        f"ELSE lower(replace(replace(translate(b, '{accents}', '{_SANS}'), 'Œ', 'OE'), 'œ', 'oe')) END "
        f"FROM (SELECT {botte} AS b OFFSET 0) x)"
    )


def _filtre_texte(texte: str) -> tuple[str, tuple[str, ...]]:
    """SQL condition and parameters: every word is in ``botte``, or the digits are part of the SIRET."""
    demandes = list(dict.fromkeys(mots(texte)))[:_MOTS_MAX]
    if not demandes:
        return "true", ()
    conditions = " AND ".join(["strpos(botte, %s) > 0"] * len(demandes))
    chiffres = compacter(texte)
    if chiffres.isascii() and chiffres.isdigit():
        return f"(({conditions}) OR strpos(siret, %s) > 0)", (*demandes, chiffres)
    return f"({conditions})", tuple(demandes)
