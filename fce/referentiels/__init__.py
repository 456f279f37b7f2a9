"""Official nomenclatures: NAF, catégories juridiques, tranches d'effectifs, territoires, pays.

Read once per process from CSV files in ``donnees/`` (origins in ``donnees/LISEZMOI.md``), without database or network.
Every look-up accepts any string and gives ``None`` (or an empty result) for an unknown code.
"""

from fce.referentiels.libelle import Libelle

__all__ = ["Libelle"]
