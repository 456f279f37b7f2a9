"""OpenSearch engine, for an installation larger than one machine (``docs/adr/0045``)."""

from fce.recherche.engines.opensearch.moteur import MoteurOpenSearch

__all__ = ["MoteurOpenSearch"]
