"""Companies and establishments, already masked. The only room that reads Sirene's models."""
