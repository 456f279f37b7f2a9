from tests.imports.depots.conftest import source, sources

__all__ = ["source", "sources"]
