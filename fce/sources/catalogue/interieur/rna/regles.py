"""Labels and links of associations."""

from fce.socle.texte.identifiants import rna_valide
from fce.sources.presentation import Ligne

NATURES = {"D": "Simplement déclarée", "R": "Reconnue d'utilité publique"}
GROUPEMENTS = {"S": "Simple", "U": "Union", "F": "Fédération"}
POSITIONS = {"A": "Active", "D": "Dissoute", "S": "Supprimée"}


def data_subvention(ligne: Ligne) -> str | None:
    numero = ligne["id"] or ""
    return f"https://app.datasubvention.beta.gouv.fr/association/{numero}" if rna_valide(numero) else None


def journal_officiel(ligne: Ligne) -> str | None:
    numero = ligne["id"] or ""
    if not rna_valide(numero):
        return None
    return f"https://www.journal-officiel.gouv.fr/pages/associations-recherche/?q={numero}"
