"""Proof of registration."""

from fce.sources.presentation import Ligne


def attestation(ligne: Ligne) -> str | None:
    """Page of the Annuaire des Entreprises that delivers the proof of registration of the company."""
    siren = ligne["siren"]
    return f"https://annuaire-entreprises.data.gouv.fr/justificatif-immatriculation-pdf/{siren}" if siren else None
