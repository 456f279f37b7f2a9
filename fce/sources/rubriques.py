"""Chapters of the sheet, in order: the possible values of ``rubrique``."""

from typing import Final

TITRES: Final = {
    "identite": "Identité",
    "etablissements": "Établissements",
    "historique": "Historique",
    "dirigeants": "Dirigeants",
    "effectifs": "Effectifs",
    "finances": "Finances",
    "fiscalite-douane": "Fiscalité et douane",
    "relations-travail": "Relations de travail",
    "controles": "Visites et contrôles",
    "mutations-economiques": "Mutations économiques",
    "aides": "Aides",
    "agrements-labels": "Agréments et labels",
    "marches-publics": "Marchés publics",
    "annonces": "Annonces",
    "echanges": "Échanges entre services",
}
AUTRES: Final = "autres"
"""Chapter of a source without ``rubrique``, after the others."""
