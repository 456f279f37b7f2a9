"""Answers of the Agence Bio's API (operators): one row per operator and certificate."""

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
    """Operators with their certificates (one row without when they have none); names and addresses are left out.

    ``label`` is "bio" on the rows of a certificate in force. Raises ``ImportRefuse``: not such an answer.
    """
    for rang, operateur in enregistrements(chemin, "items"):
        if "certificats" not in operateur:
            raise refus(chemin, "json", "un opérateur n'a pas la clé « certificats ».", ligne=rang)
        for certificat in operateur["certificats"] or [dict.fromkeys(DU_CERTIFICAT)]:
            yield rang, _ligne(operateur, certificat)


def _ligne(operateur: Mapping[str, Any], certificat: Mapping[str, Any]) -> dict[str, str | None]:
    ligne = {nom: _lue(operateur, nom) for nom in DE_L_OPERATEUR}
    ligne |= {nom: _lue(certificat, nom) for nom in DU_CERTIFICAT}
    for nom in LISTES:
        noms = [_lue(un, "nom") for un in operateur.get(nom) or []]
        perdue = next((n for n in noms if isinstance(n, Illisible)), None)
        ligne[nom] = (en_texte(noms) if perdue is None else perdue) if nom in operateur else _lue(operateur, nom)
    etat = ligne["etatCertification"]
    return {**ligne, LIBELLE: ETATS.get(etat or "", etat), LABEL: "bio" if etat == "ENGAGEE" else None}


def _lue(objet: Mapping[str, Any], cle: str) -> str | None:
    """A value of the answer, which writes every key of every record: one that is missing was renamed."""
    return en_texte(objet[cle]) if cle in objet else Illisible("", f"clé « {cle} » absente")
