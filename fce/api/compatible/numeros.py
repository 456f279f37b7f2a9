"""Identifiers of other registers (FINESS, UAI, RGE, local authority), and the companies that bear them."""

# ruff: noqa: S608 (only declared names are interpolated)

from collections.abc import Mapping
from typing import Any, Final

from fce.donnees.entreprises.repertoire import LIEUX_OUVERTS, UNITES_OUVERTES
from fce.socle.base import replique
from fce.sources import registre

PORTEURS_MAX: Final = 10_000
_IDENTIFIANTS: Final = {
    "id_finess": ("finess", "numero_finess"),
    "id_uai": ("annuaire-education", "uai"),
    "id_rge": ("rge", "code_qualification"),
}
"""{parameter: (source, column)}, of an establishment."""


def par_identifiant(saisie: Mapping[str, Any]) -> frozenset[str] | None:
    """Numbers (SIRET, or SIREN) of those who bear all the identifiers asked; None when none is asked.

    A masked unit answers to none of them: an identifier leads to a name.
    """
    trouves = [_sirets(*colonne, saisie[nom]) for nom, colonne in _IDENTIFIANTS.items() if nom in saisie]
    if codes := saisie.get("code_collectivite_territoriale"):
        sirens = _collectivites(codes)
        if not trouves:
            return sirens
        trouves = [frozenset(n for n in trouve if n[:9] in sirens) for trouve in trouves]
    return frozenset.intersection(*trouves) if trouves else None


def _sirets(source: str, colonne: str, valeur: str) -> frozenset[str]:
    relation = registre.source(source).relation
    return _numeros(
        f"SELECT DISTINCT e.siret FROM {relation} x JOIN {LIEUX_OUVERTS} e ON e.siret = x.siret WHERE x.{colonne} = %s "
        f"ORDER BY e.siret LIMIT {PORTEURS_MAX}",
        valeur.replace("\0", ""),
    )


def _collectivites(codes: list[str]) -> frozenset[str]:
    """Codes of the contract are the official ones, but for départements (« 59D ») and Paris (« 75C »)."""
    relation = registre.source("collectivites").relation
    officiel = "CASE WHEN x.code = '75056' THEN '75C' WHEN x.niveau = 'departement' THEN x.code || 'D' ELSE x.code END"
    return _numeros(
        f"SELECT DISTINCT u.siren FROM {relation} x JOIN {UNITES_OUVERTES} u ON u.siren = x.siren "
        f"WHERE {officiel} = ANY(%s) ORDER BY u.siren LIMIT {PORTEURS_MAX}",
        [code.replace("\0", "") for code in codes],
    )


def _numeros(sql: str, valeur: object) -> frozenset[str]:
    return frozenset(str(numero) for (numero,) in replique.lignes(sql, [valeur]))
