from tests.recherche.conftest import univers

__all__ = ["univers"]
