"""Answers of the Agence Bio's API: one row per operator and certificate."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from fce.sources.catalogue.pages_json import en_texte, enregistrements
from fce.sources.declaration import LigneBrute
from fce.sources.lecture.lot import Illisible
from fce.sources.lecture.refus import refus

LIBELLE, LABEL = "libelle de l'etat", "label"
ETATS = {"ENGAGEE": "Engagée", "SUSPENDUE": "Suspendue", "ARRETEE": "Arrêtée"}

DE_L_OPERATEUR = ("siret", "numeroBio", "datePremierEngagement", "dateMaj")
LISTES = ("activites", "productions")
DU_CERTIFICAT = ("organisme", "etatCertification", "dateEngagement", "dateSuspension", "dateArret", "url")


def lire(chemin: Path) -> Iterator[LigneBrute]:
    """Operators and their certificates (one row if none), without names and addresses.

    ``label`` is "bio" for a certificate in force. Raises ImportRefuse for another file.
    """
    for rang, operateur in enregistrements(chemin, "items"):
        if "certificats" not in operateur:
            raise refus(chemin, "json", "un opérateur n'a pas la clé « certificats ».", ligne=rang)
        for certificat in operateur["certificats"] or [dict.fromkeys(DU_CERTIFICAT)]:
            yield rang, _ligne(operateur, certificat)


def _ligne(operateur: Mapping[str, Any], certificat: Mapping[str, Any]) -> dict[str, str | None]:
    ligne = {nom: _cellule(operateur, nom) for nom in DE_L_OPERATEUR}
    ligne |= {nom: _cellule(certificat, nom) for nom in DU_CERTIFICAT}
    for nom in LISTES:
        noms = [_cellule(un, "nom") for un in operateur.get(nom) or []]
        perdue = next((n for n in noms if isinstance(n, Illisible)), None)
        ligne[nom] = (en_texte(noms) if perdue is None else perdue) if nom in operateur else _cellule(operateur, nom)
    etat = ligne["etatCertification"]
    return {**ligne, LIBELLE: ETATS.get(etat or "", etat), LABEL: "bio" if etat == "ENGAGEE" else None}


def _cellule(objet: Mapping[str, Any], cle: str) -> str | None:
    """Every record has every key, so a missing key was renamed by the API."""
    return en_texte(objet[cle]) if cle in objet else Illisible("", f"clé « {cle} » absente")
