"""Directory of schools: csv of 71 columns (UTF-8 with byte order mark, semicolons)."""

from collections.abc import Iterator
from pathlib import Path

from fce.sources.catalogue.delimite import lignes_csv
from fce.sources.catalogue.outils import siren_et_siret
from fce.sources.declaration import LigneBrute

NUMERO = "SIREN_SIRET"
GARDEES = [
    "Identifiant_de_l_etablissement",
    "Nom_etablissement",
    "Type_etablissement",
    "Statut_public_prive",
    "Type_contrat_prive",
    "Apprentissage",
    "Appartenance_Education_Prioritaire",
    "Fiche_onisep",
    "Libelle_academie",
    "date_ouverture",
    "date_maj_ligne",
    "etat",
    "ministere_tutelle",
    "libelle_nature",
]
"""Minimisation: contact names, e-mail, telephone, coordinates and 50 other columns are not read."""


def lire(chemin: Path) -> Iterator[LigneBrute]:
    """One row per school; its number is a SIRET or a SIREN. Raises ImportRefuse when a column is missing."""
    for numero, valeurs in lignes_csv(chemin, [*GARDEES, NUMERO]):
        siren, siret = siren_et_siret(valeurs.get(NUMERO))
        yield numero, {**{c: valeurs.get(c) for c in GARDEES}, "siren": siren, "siret": siret}
