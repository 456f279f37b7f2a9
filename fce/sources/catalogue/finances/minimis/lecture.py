"""Register of de minimis aids: semicolon csv; one column identifies the beneficiary by SIREN or SIRET."""

from collections.abc import Iterator
from pathlib import Path

from fce.sources.catalogue.delimite import lignes_csv
from fce.sources.catalogue.outils import partager
from fce.sources.declaration import LigneBrute

COLONNES = (
    "regime",
    "nom_beneficiaire",
    "identifiant_beneficiaire",
    "montant_esb",
    "instrument_aide",
    "secteur_aide",
    "commune_beneficiaire",
    "pays_beneficiaire",
    "date_octroi",
    "date_declaration",
    "date_publication",
    "autorite",
    "operateur",
)


def lire(chemin: Path) -> Iterator[LigneBrute]:
    """Add ``siren`` and ``siret``; "-" means "masked" in the register."""
    for numero, ligne in lignes_csv(chemin, COLONNES):
        siren, siret = partager(ligne.get("identifiant_beneficiaire"))
        sans_tirets = {nom: None if valeur == "-" else valeur for nom, valeur in ligne.items()}
        yield numero, {**sans_tirets, "siren": siren, "siret": siret}
