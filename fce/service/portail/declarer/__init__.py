"""The five screens on which a file is declared, without a ``source.py``."""
