"""A synthetic national register of any size: its files, a portal that holds it, and what the portal then takes."""

SOURCES = {"unites": "sirene-unites-legales", "etablissements": "sirene-etablissements", "dirigeants": "rne-dirigeants"}
"""Source of the catalogue that reads each file of the register."""
SIRENE = ("unites", "etablissements")
