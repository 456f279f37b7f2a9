"""Link to the proof of registration."""

from fce.sources.presentation import Ligne


def attestation(ligne: Ligne) -> str | None:
    siren = ligne["siren"]
    return f"https://annuaire-entreprises.data.gouv.fr/justificatif-immatriculation-pdf/{siren}" if siren else None
