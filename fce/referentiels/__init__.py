"""Official nomenclatures: NAF, catégories juridiques, tranches d'effectifs, territoires, pays.

No database and no network: compact CSV files in ``donnees/`` (origins in ``donnees/LISEZMOI.md``), read once per
process at first use. Every look-up takes any string and answers ``None`` (or an empty result) for an unknown code.
"""

from fce.referentiels.libelle import Libelle

__all__ = ["Libelle"]
