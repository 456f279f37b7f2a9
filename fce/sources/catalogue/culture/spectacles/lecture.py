"""Declarations of live shows (PLATESV): latin-1 semicolon csv; the number is a SIREN or a SIRET."""

from collections.abc import Iterator
from pathlib import Path

from fce.sources.catalogue.delimite import lignes_csv
from fce.sources.catalogue.outils import siren_et_siret
from fce.sources.declaration import LigneBrute

NUMERO = "siren_siret"
GARDEES = [
    "numero_recepisse",
    "date_validite",
    "date_depot_dossier",
    "statut_recepisse",
    "categorie",
    "type_declaration",
    "nom_lieu",
    "date_expire_licence",
    "date_retrait_licence",
]
"""Minimisation: Sirene gives the name of the declarant, often a person."""
CATEGORIES = {
    "1": "Exploitant de lieu de spectacles",
    "2": "Producteur ou entrepreneur de tournées",
    "3": "Diffuseur",
}
LIBELLE, LABEL = "libelle de la categorie", "label"


def lire(chemin: Path) -> Iterator[LigneBrute]:
    """One row per receipt, with the name of its category (code du travail, art. D. 7122-1) and ``label`` = "spectacles"
    if valid. Raises ImportRefuse when a column is missing."""
    for numero, valeurs in lignes_csv(chemin, [*GARDEES, NUMERO], encodage="latin-1"):
        siren, siret = siren_et_siret(valeurs.get(NUMERO))
        yield (
            numero,
            {
                **{c: valeurs.get(c) for c in GARDEES},
                "siren": siren,
                "siret": siret,
                LIBELLE: CATEGORIES.get((valeurs.get("categorie") or "").strip()),
                LABEL: "spectacles" if valeurs.get("statut_recepisse") == "Valide" else None,
            },
        )
