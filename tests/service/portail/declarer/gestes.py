"""What an officer does on the five pages: sends each form as it is shown, but for what he changes."""

from __future__ import annotations

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

RACINE = "/declarer"


def valeurs_de(formulaire: Any) -> dict[str, Any]:
    """{name: value} of a form as it is shown, as a browser would send it unchanged."""
    champs = (champ for forme in getattr(formulaire, "colonnes", [formulaire]) for champ in forme)
    return {champ.html_name: champ.value() for champ in champs if champ.value() not in (None, False, "", ())}


def envoyer_le_fichier(client: Client, nom: str, contenu: bytes, fichier: str = "f.csv") -> Any:
    """A first file, or that of a new version."""
    connu = client.get(f"{RACINE}/{nom}/fichier").status_code == 200
    adresse = f"{RACINE}/{nom}/fichier" if connu else RACINE
    return client.post(adresse, {"nom": nom, "fichier": SimpleUploadedFile(fichier, contenu)})


def poster(client: Client, nom: str, etape: str, **dits: Any) -> Any:
    """Send the step as shown, but for ``dits``."""
    adresse = f"{RACINE}/{nom}/{etape}"
    return client.post(adresse, valeurs_de(client.get(adresse).context["formulaire"]) | dits)
