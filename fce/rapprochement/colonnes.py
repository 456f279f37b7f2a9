"""The twelve open columns of a reconciled company: in the export, and as properties of the reconciliation service."""

from typing import Final

from fce.entreprises.colonnes_ouvertes import OUVERTES

PROPRIETES: Final = {
    "siren": OUVERTES["siren"],
    "siret": OUVERTES["siret"],
    "nom": OUVERTES["nom"],
    "etat": OUVERTES["etat"],
    "date_creation": OUVERTES["date-de-creation"],
    "naf": OUVERTES["code-naf"],
    "activite": OUVERTES["activite"],
    "forme_juridique": OUVERTES["forme-juridique"],
    "effectif": OUVERTES["tranche-d-effectif"],
    "adresse": OUVERTES["adresse"],
    "code_postal": OUVERTES["code-postal"],
    "commune": OUVERTES["commune"],
}
"""{property of the protocol: column}."""
