"""Load a CSV list of members."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from fce.droits.comptes import appartenances
from fce.droits.comptes.erreurs import AccesRefuse, DejaFait
from fce.droits.comptes.models import Appartenance, Groupe
from fce.socle.erreurs import ParametreInvalide

LIGNES: Final = 2000
OCTETS: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class Chargement:
    """Result: members added, addresses expected at first sign-in, refused lines with their reason."""

    ajoutes: int
    attendus: int
    refus: tuple[tuple[int, str], ...]


def charger(groupe: Groupe, contenu: bytes, par: str) -> Chargement:
    """Load members from a CSV with a column ``courriel`` and an optional ``gestionnaire`` ("oui").

    An unknown address joins at its first sign-in from the group's administration. Raises ParametreInvalide for a
    malformed file, of which nothing is loaded.
    """
    lignes = list(_membres(contenu))
    ajoutes = attendus = 0
    refus: list[tuple[int, str]] = []
    for numero, courriel, gestionnaire in lignes:
        try:
            connu = appartenances.agent_du_groupe(groupe, courriel)
            if connu is not None:
                appartenances.ajouter(connu, groupe, par, Appartenance.Origine.CSV, gestionnaire=gestionnaire)
                ajoutes += 1
            else:
                appartenances.attendre(groupe, courriel, par, gestionnaire=gestionnaire)
                attendus += 1
        except (ParametreInvalide, AccesRefuse, DejaFait) as erreur:
            refus.append((numero, erreur.message))
    return Chargement(ajoutes, attendus, tuple(refus))


def _membres(contenu: bytes) -> Iterator[tuple[int, str, bool]]:
    """Yield (line number, address, is manager), empty rows left out."""
    if len(contenu) > OCTETS:
        raise ParametreInvalide("Cette liste est trop lourde : un mégaoctet au plus. Coupez-la.")
    texte = _decoder(contenu)
    entete = texte.split("\n", 1)[0]
    lecteur = csv.DictReader(texte.splitlines(), delimiter=";" if entete.count(";") > entete.count(",") else ",")
    try:
        colonnes = {(nom or "").strip().lower(): nom for nom in lecteur.fieldnames or ()}
        if "courriel" not in colonnes:
            raise ParametreInvalide("La première ligne de la liste nomme ses colonnes : il y faut « courriel ».")
        for rang, ligne in enumerate(lecteur, 1):
            if rang > LIGNES:
                raise ParametreInvalide(f"Une liste a {LIGNES} lignes au plus : coupez-la.")
            courriel = (ligne[colonnes["courriel"]] or "").strip().lower()
            gestionnaire = (ligne.get(colonnes.get("gestionnaire", "")) or "").strip().lower() == "oui"
            if courriel:
                yield lecteur.line_num, courriel, gestionnaire
    except csv.Error:
        raise ParametreInvalide("Ce fichier n’est pas une liste csv : enregistrez-la de nouveau en csv.") from None


def _decoder(contenu: bytes) -> str:
    """Decode UTF-8 with or without BOM, else cp1252 (older spreadsheets)."""
    if b"\0" in contenu:
        raise ParametreInvalide("Ce fichier n’est pas une liste csv : enregistrez-la de nouveau en csv.")
    try:
        return contenu.decode("utf-8-sig")
    except UnicodeDecodeError:
        return contenu.decode("cp1252", "replace")
