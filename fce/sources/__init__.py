"""How a data set is declared and how its files are read; the catalogue. No table, no load: see ``fce.imports``."""
