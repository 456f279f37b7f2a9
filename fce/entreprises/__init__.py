"""Companies and establishments as readers see them: the only room that reads Sirene, and it masks what it returns."""
