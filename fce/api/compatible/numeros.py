"""Identifiers of other registers (FINESS, UAI, RGE, local authority), and the companies that bear them."""

# ruff: noqa: S608 (only declared names are interpolated)

from collections.abc import Mapping
from typing import Any, Final

from django.db.backends.base.base import BaseDatabaseWrapper

from fce.entreprises import sirene
from fce.entreprises.diffusion import Regime
from fce.entreprises.diffusion import sql_regime_etablissement as regime
from fce.socle import lectures, replique
from fce.sources import registre

PORTEURS_MAX: Final = 10_000
_IDENTIFIANTS: Final = {
    "id_finess": ("finess", "numero_finess"),
    "id_uai": ("annuaire-education", "uai"),
    "id_rge": ("rge", "code_qualification"),
}
"""{parameter: (source, column)}, of an establishment."""


def par_identifiant(lus: Mapping[str, Any]) -> frozenset[str] | None:
    """Numbers (SIRET, or SIREN) of those who bear all the identifiers asked; None when none is asked.

    A masked unit answers to none of them: an identifier leads to a name.
    """
    trouves = [_sirets(*colonne, lus[nom]) for nom, colonne in _IDENTIFIANTS.items() if nom in lus]
    if codes := lus.get("code_collectivite_territoriale"):
        sirens = _collectivites(codes)
        if not trouves:
            return sirens
        trouves = [frozenset(n for n in trouve if n[:9] in sirens) for trouve in trouves]
    return frozenset.intersection(*trouves) if trouves else None


def _sirets(source: str, colonne: str, valeur: str) -> frozenset[str]:
    relation = registre.source(source).relation
    ouvert = f"{regime('e.statut_diffusion', 'u.statut_diffusion', 'u.categorie_juridique')} = '{Regime.OUVERT}'"
    return _numeros(
        f"SELECT DISTINCT e.siret FROM {relation} x JOIN {sirene.ETABLISSEMENTS.relation} e ON e.siret = x.siret "
        f"JOIN {sirene.UNITES_LEGALES.relation} u ON u.siren = e.siren WHERE x.{colonne} = %s AND {ouvert} "
        f"ORDER BY e.siret LIMIT {PORTEURS_MAX}",
        valeur.replace("\0", ""),
    )


def _collectivites(codes: list[str]) -> frozenset[str]:
    """Codes of the contract are the official ones, but for départements (« 59D ») and Paris (« 75C »)."""
    relation = registre.source("collectivites").relation
    officiel = "CASE WHEN x.code = '75056' THEN '75C' WHEN x.niveau = 'departement' THEN x.code || 'D' ELSE x.code END"
    return _numeros(
        f"SELECT DISTINCT x.siren FROM {relation} x WHERE {officiel} = ANY(%s) ORDER BY x.siren LIMIT {PORTEURS_MAX}",
        [code.replace("\0", "") for code in codes],
    )


def _numeros(sql: str, valeur: object) -> frozenset[str]:
    def sur(connexion: BaseDatabaseWrapper) -> list[tuple[Any, ...]]:
        return lectures.lire(sql, [valeur], connexion=connexion)

    return frozenset(str(numero) for (numero,) in replique.lire(sur))
