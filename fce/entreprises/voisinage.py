"""Links between establishments: addresses, masked; predecessors and successors, as SQL."""

# ruff: noqa: S608 (only constant names are interpolated)

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from django.db import connection

from fce.entreprises import diffusion
from fce.entreprises.construction import regime_etablissement_de
from fce.entreprises.natures import natures
from fce.entreprises.requetes import ETAB, UL, liste
from fce.entreprises.sirene import ETABLISSEMENTS, SUCCESSIONS

PROFONDEUR: Final = 3
"""Number of succession links followed, each way."""
PARENTS_MAX: Final = 500
_COLONNES: Final = (
    "siret", "siren", "statut_diffusion", "numero_voie", "indice_repetition", "dernier_numero_voie", "type_voie",
    "libelle_voie", "code_commune", "libelle_commune_etranger",
)  # fmt: skip
_ADRESSES: Final = (
    f"SELECT {liste(_COLONNES, 'e')}, u.statut_diffusion, u.categorie_juridique "
    f"FROM {ETAB} e LEFT JOIN {UL} u ON u.siren = e.siren WHERE e.siret = ANY(%s)"
)


def adresses(sirets: Iterable[str]) -> dict[str, dict[str, Any]]:
    """{siret: SIREN and address columns, None where hidden}, without unknown numbers. One round trip."""
    demandes = sorted(set(sirets))
    if not demandes:
        return {}
    with connection.cursor() as curseur:
        curseur.execute(_ADRESSES, [demandes])
        rangees = curseur.fetchall()
    lues = {}
    for *valeurs, statut, categorie in rangees:
        brute = dict(zip(_COLONNES, valeurs, strict=True))
        unite = {"statut_diffusion": statut, "categorie_juridique": categorie} if statut or categorie else None
        lues[brute["siret"]] = diffusion.masquer(brute, natures(ETABLISSEMENTS), regime_etablissement_de(brute, unite))
    return lues


def sql_diffusible(siret: str) -> str:
    """SQL condition: nothing is hidden of the establishment with the SIRET expression ``siret``."""
    return (
        f"EXISTS (SELECT 1 FROM {ETAB} e JOIN {UL} u ON u.siren = e.siren "
        f"WHERE e.siret = {siret} AND e.statut_diffusion = 'O' AND u.statut_diffusion = 'O')"
    )


def sql_parente(depart: str) -> str:
    """SQL of the SIRETs that precede or follow the establishments of ``depart`` (a one-column SELECT), which are
    excluded.

    Follows up to ``PROFONDEUR`` links forwards, and as many backwards; at most ``PARENTS_MAX`` rows, in case of a
    damaged file. The explicit collations let PostgreSQL use the indexes of the files (byte order) and of our tables
    (database collation).
    """
    liens = SUCCESSIONS.relation
    return (
        'SELECT DISTINCT p.siret FROM (SELECT c.siret COLLATE "default" AS siret FROM ('
        f'WITH RECURSIVE chaine(siret, avant, rang) AS (SELECT d.siret COLLATE "C", s.avant, 0 '
        f"FROM ({depart}) d(siret) "
        "CROSS JOIN (VALUES (true), (false)) s(avant) "
        'UNION SELECT v.siret COLLATE "C", c.avant, c.rang + 1 FROM chaine c '
        f"CROSS JOIN LATERAL (SELECT l.siret_successeur FROM {liens} l "
        "WHERE c.avant AND l.siret_predecesseur = c.siret "
        f"UNION ALL SELECT l.siret_predecesseur FROM {liens} l WHERE NOT c.avant AND l.siret_successeur = c.siret"
        f") v(siret) WHERE c.rang < {PROFONDEUR}) SELECT chaine.siret, chaine.rang FROM chaine "
        f"LIMIT {PARENTS_MAX}) c WHERE c.rang > 0) p WHERE p.siret NOT IN ({depart})"
    )
