"""Backups, restores, and the list of what was withdrawn since (docs/adr/0059)."""
