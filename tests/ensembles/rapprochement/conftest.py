from tests.recherche.conftest import moteur_en_place, univers

__all__ = ["moteur_en_place", "univers"]
