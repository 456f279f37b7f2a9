"""Sirene for other rooms: names of its data sets, and SQL relations for those that compute in SQL.

A relation holds the rows that show at least what its regime shows, with the columns that all of them show: all the
columns of open units, those of a masked legal person for the units that may be listed, and those that say neither who
nor where for every unit.
"""

# ruff: noqa: S608 (only constant names are interpolated)

from __future__ import annotations

from typing import Final

from fce.donnees.entreprises import diffusion, sirene
from fce.donnees.entreprises.diffusion import Regime
from fce.donnees.entreprises.natures import natures, sql_montre
from fce.donnees.entreprises.requetes import ETAB, UL, liste
from fce.sources import champs
from fce.sources.champs import DIFFUSIBLE, Nature
from fce.sources.declaration import Source

JEUX: Final = tuple(
    source.nom
    for source in (
        sirene.UNITES_LEGALES,
        sirene.ETABLISSEMENTS,
        sirene.UNITES_LEGALES_HISTORIQUE,
        sirene.ETABLISSEMENTS_HISTORIQUE,
        sirene.SUCCESSIONS,
        sirene.DOUBLONS,
    )
)
"""The sheets show them in blocs of their own."""
UNITES_LEGALES, ETABLISSEMENTS, UNITES_LEGALES_HISTORIQUE, ETABLISSEMENTS_HISTORIQUE, SUCCESSIONS, DOUBLONS = JEUX
COURANTS: Final = (UNITES_LEGALES, ETABLISSEMENTS)
"""The two current states, which say what is masked."""
_REGIMES: Final = {"u": diffusion.sql_regime("u"), "e": diffusion.sql_regime("u", "e")}


def _colonnes(source: Source, alias: str, sous: Regime) -> str:
    """Insee writes ``[ND]`` in columns that it hides only: the others stay bare, for the statistics of the planner."""
    vues = {c: nature for c, nature in natures(source).items() if nature in diffusion.MONTRE[sous]}
    return ", ".join(
        f"{alias}.{c}" if nature is DIFFUSIBLE else f"{sql_montre(source, c, repr(str(sous)), alias)} AS {c}"
        for c, nature in vues.items()
    )


def _unites(sous: Regime, condition: str) -> str:
    colonnes = _colonnes(sirene.UNITES_LEGALES, "u", sous)
    return f"(SELECT {colonnes}, {_REGIMES['u']} AS regime FROM {UL} u WHERE {condition})"


def _lieux(sous: Regime, condition: str) -> str:
    """SQL relation of establishments, with the category of their company, which their own rows lack."""
    unite = liste(("categorie_juridique", "categorie_entreprise"), "u")
    return (
        f"(SELECT {_colonnes(sirene.ETABLISSEMENTS, 'e', sous)}, {unite}, {_REGIMES['e']} AS regime "
        f"FROM {ETAB} e JOIN {UL} u ON u.siren = e.siren WHERE {condition})"
    )


UNITES_OUVERTES: Final = _unites(Regime.OUVERT, diffusion.sql_diffusee("u"))
LIEUX_OUVERTS: Final = _lieux(Regime.OUVERT, diffusion.sql_diffusee("e", "u"))
UNITES_LISTABLES: Final = _unites(Regime.MORALE, diffusion.sql_listable(_REGIMES["u"]))
LIEUX_LISTABLES: Final = _lieux(Regime.MORALE, diffusion.sql_listable(_REGIMES["e"]))
LIEUX_CONNUS: Final = f"(SELECT {_colonnes(sirene.ETABLISSEMENTS, 'e', Regime.PHYSIQUE)} FROM {ETAB} e)"


def masquee(source: Source) -> bool:
    """Whether diffusion partielle masks rows of this source."""
    return set(natures(source).values()) != {Nature.DIFFUSIBLE}


def regime_des_lignes(source: Source, unites: str = UL, lieux: str = ETAB) -> tuple[str, str]:
    """SQL of the regime of the rows of ``source``, alias ``t``, and the joins it needs.

    ``unites``, ``lieux``: SQL relations of the unités légales and of the établissements, raw.
    """
    if not masquee(source):
        return f"'{Regime.OUVERT}'", ""
    siren, siret = _numero(source, "siren", champs.Siren), _numero(source, "siret", champs.Siret)
    vers_unite = f' LEFT JOIN {unites} u ON u.siren = ({{}}) COLLATE "C"'
    vers_lieu = f' LEFT JOIN {lieux} e ON e.siret = {siret} COLLATE "C"'
    if siret and siren:
        # Mask a row whose SIREN and SIRET disagree.
        retenu = f"COALESCE({siren}, left({siret}, 9))"
        numero = f"CASE WHEN {siret} IS NULL OR left({siret}, 9) = {retenu} THEN {retenu} END"
        regime = f"CASE WHEN {siret} IS NULL THEN {_REGIMES['u']} ELSE {_REGIMES['e']} END"
        return regime, vers_unite.replace("{}", numero) + vers_lieu
    if siret:
        return _REGIMES["e"], vers_unite.replace("{}", f"left({siret}, 9)") + vers_lieu
    if siren:
        return _REGIMES["u"], vers_unite.replace("{}", siren)
    return f"'{Regime.PHYSIQUE}'", ""


def _numero(source: Source, nom: str, genre: type[champs.Champ]) -> str:
    candidats = [a for a, c in source.champs.items() if isinstance(c, genre)]
    if nom in candidats:
        return f't."{nom}"'
    autre = {"siren": "siret", "siret": "siren"}[nom]
    return f't."{candidats[0]}"' if candidats and autre not in source.champs else ""
