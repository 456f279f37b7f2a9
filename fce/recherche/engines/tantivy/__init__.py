"""tantivy, embedded: the engine of a trial, and of one machine at national scale."""

from fce.recherche.engines.tantivy.moteur import MoteurTantivy

__all__ = ["MoteurTantivy"]
