"""Answers of the Agence Bio's API (operators): one row per operator and certificate."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from fce.sources.catalogue.pages_json import en_texte, enregistrements
from fce.sources.declaration import LigneBrute

LIBELLE, LABEL = "libelle de l'etat", "label"
ETATS = {"ENGAGEE": "Engagée", "SUSPENDUE": "Suspendue", "ARRETEE": "Arrêtée"}


def lire(chemin: Path) -> Iterator[LigneBrute]:
    """Operators with their certificates (one row without when they have none); names and addresses are left out.

    ``label`` is "bio" on the rows of a certificate in force. Raises ``ImportRefuse``: not such an answer.
    """
    for rang, operateur in enregistrements(chemin, "items"):
        for certificat in operateur.get("certificats") or [{}]:
            yield rang, _ligne(operateur, certificat)


def _ligne(operateur: Mapping[str, Any], certificat: Mapping[str, Any]) -> dict[str, str | None]:
    etat = en_texte(certificat.get("etatCertification"))
    return {
        "siret": en_texte(operateur.get("siret")),
        "numeroBio": en_texte(operateur.get("numeroBio")),
        "datePremierEngagement": en_texte(operateur.get("datePremierEngagement")),
        "dateMaj": en_texte(operateur.get("dateMaj")),
        "activites": en_texte([a.get("nom") for a in operateur.get("activites") or []]),
        "productions": en_texte([p.get("nom") for p in operateur.get("productions") or []]),
        "organisme": en_texte(certificat.get("organisme")),
        "etatCertification": etat,
        "dateEngagement": en_texte(certificat.get("dateEngagement")),
        "dateSuspension": en_texte(certificat.get("dateSuspension")),
        "dateArret": en_texte(certificat.get("dateArret")),
        "url": en_texte(certificat.get("url")),
        LIBELLE: ETATS.get(etat or "", etat),
        LABEL: "bio" if etat == "ENGAGEE" else None,
    }
