"""UniteLegale and Etablissement as the readers see them: the only room that reads Sirene, and it masks what it returns."""
