"""tantivy, an embedded search library: the engine of a trial, and of a single machine at national scale."""

from fce.recherche.engines.tantivy.moteur import MoteurTantivy
from fce.recherche.engines.tantivy.rangements import Rangement, rangement

__all__ = ["MoteurTantivy", "Rangement", "rangement"]
