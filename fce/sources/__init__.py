"""Declarations of data sets, readers of their files, and the catalogue. No table and no load: see
``fce.donnees.imports``."""
