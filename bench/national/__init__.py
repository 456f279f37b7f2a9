"""Synthetic national register of any size: its files, a portal that holds it, and its measures."""

SOURCES = {"unites": "sirene-unites-legales", "etablissements": "sirene-etablissements", "dirigeants": "rne-dirigeants"}
"""Source that reads each file of the register."""
SIRENE = ("unites", "etablissements")
