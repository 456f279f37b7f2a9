"""OpenSearch, on several machines: the engine of an installation that outgrows one (``docs/adr/0045``)."""

from fce.recherche.engines.opensearch.moteur import MoteurOpenSearch

__all__ = ["MoteurOpenSearch"]
