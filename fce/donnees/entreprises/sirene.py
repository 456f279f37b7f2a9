"""The six data sets of the Sirene register, and the columns of the two current states that this room reads.

Names, views, types and what each column reveals about a person are in the declarations. A column that is added there is
read everywhere: by pages, by the indexer, and kept in the line of a result.
"""

from typing import Final

from fce.donnees.entreprises.diffusion import STATUT
from fce.sources.catalogue.insee.doublons.source import source as DOUBLONS
from fce.sources.catalogue.insee.etablissements.source import source as ETABLISSEMENTS
from fce.sources.catalogue.insee.etablissements_historique.source import source as ETABLISSEMENTS_HISTORIQUE
from fce.sources.catalogue.insee.successions.source import source as SUCCESSIONS
from fce.sources.catalogue.insee.unites_legales.source import source as UNITES_LEGALES
from fce.sources.catalogue.insee.unites_legales_historique.source import source as UNITES_LEGALES_HISTORIQUE
from fce.sources.declaration import Source

__all__ = [
    "COLONNES_ETAB",
    "COLONNES_UL",
    "DOUBLONS",
    "ETABLISSEMENTS",
    "ETABLISSEMENTS_HISTORIQUE",
    "INDEXEES_ETAB",
    "INDEXEES_UL",
    "SUCCESSIONS",
    "UNITES_LEGALES",
    "UNITES_LEGALES_HISTORIQUE",
]
_JAMAIS_MONTREES: Final = frozenset(
    {
        "unite_purgee", "sexe", "nombre_periodes", "activite_principale_registre_metiers", "code_pays_etranger",
        "identifiant_adresse", "coordonnee_lambert_abscisse", "coordonnee_lambert_ordonnee",
    }
)  # fmt: skip


def _montrees(source: Source) -> tuple[str, ...]:
    """The columns that something shows: the fields of the secondary address (``libelle_voie_2``) are shown nowhere."""
    secondaires = {f"{colonne}_2" for colonne in source.champs}
    return tuple(c for c in source.champs if c not in _JAMAIS_MONTREES | secondaires)


COLONNES_UL: Final = _montrees(UNITES_LEGALES)
COLONNES_ETAB: Final = _montrees(ETABLISSEMENTS)
# The first says which values are hidden, which the indexer is told by ``masque``; no list shows the second.
_HORS_INDEX: Final = (STATUT, "date_dernier_traitement")
INDEXEES_UL: Final = tuple(c for c in COLONNES_UL if c not in _HORS_INDEX)
INDEXEES_ETAB: Final = tuple(c for c in COLONNES_ETAB if c not in _HORS_INDEX)
