"""Elected representatives: a zip of the official files, one per kind of mandate, and of the list of authorities.

Official files identify authorities by geographic code; the file of the source ``collectivites``, in the same zip, gives
their SIREN. Files are recognised by their columns, not their names. Date of birth and occupation are not read.
"""

import io
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from fce.sources.catalogue.delimite import lignes_de
from fce.sources.catalogue.dgcl.collectivites import lecture as collectivites
from fce.sources.declaration import LigneBrute
from fce.sources.lecture.archives import archive_zip
from fce.sources.lecture.refus import refus

NOM, COLLECTIVITE = "Nom de l'élu", "Code Siren Collectivité"
DE_L_ELU = ("Prénom de l'élu", "Code sexe", "Date de début du mandat")
DEPARTEMENT, CANTON = "Code du département", "Code du canton"
MANDATS = (
    # (column that identifies the authority, by preference; level; mandate)
    ("N° SIREN", "epci", "Conseiller communautaire"),
    ("Code de la commune", "commune", "Conseiller municipal"),
    ("Code de la région", "region", "Conseiller régional"),
    (DEPARTEMENT, "departement", "Conseiller départemental"),
    ("Code de la collectivité à statut particulier", "departement", "Conseiller d'une collectivité"),
)


def lire(chemin: Path) -> Iterator[LigneBrute]:
    """Add ``siren`` and ``mandat``; a row whose authority is not listed has no SIREN, and is set aside."""
    with archive_zip(chemin) as archive:
        membres = [m for m in archive.infolist() if not m.is_dir() and m.filename.lower().endswith(".csv")]
        for membre in membres:
            if not {NOM, COLLECTIVITE} & set(_entete(archive, membre)):
                raise refus(
                    chemin,
                    "zip-contenu",
                    f"« {membre.filename} » n'est ni une liste d'élus (colonne « {NOM} ») ni celle des collectivités "
                    f"(colonne « {COLLECTIVITE} »).",
                )
        sirens = _sirens(chemin, archive, membres)
        numero = 0
        for membre in membres:
            for _, ligne in _lignes(chemin, archive, membre, NOM, *DE_L_ELU):
                numero += 1
                yield numero, _elu(ligne, sirens)
        if not numero:
            raise refus(chemin, "vide", "l'archive ne contient aucun fichier d'élus.")


def _sirens(chemin: Path, archive: zipfile.ZipFile, membres: list[zipfile.ZipInfo]) -> dict[tuple[str, str], str]:
    sirens: dict[tuple[str, str], str] = {}
    for membre in membres:
        for _, brute in _lignes(chemin, archive, membre, COLLECTIVITE):
            ligne = collectivites.sans_annee(brute)
            genre, code = collectivites.niveau(ligne)
            if code and (siren := ligne.get(COLLECTIVITE)):
                sirens[genre, code] = siren
    return sirens


def _lignes(
    chemin: Path, archive: zipfile.ZipFile, membre: zipfile.ZipInfo, colonne: str, *autres: str
) -> Iterator[LigneBrute]:
    if colonne in _entete(archive, membre):
        with archive.open(membre) as binaire, io.TextIOWrapper(binaire, encoding="utf-8-sig", newline="") as texte:
            yield from lignes_de(chemin, texte, (colonne, *autres), ";")


def _entete(archive: zipfile.ZipFile, membre: zipfile.ZipInfo) -> list[str]:
    with archive.open(membre) as binaire, io.TextIOWrapper(binaire, encoding="utf-8-sig", newline="") as texte:
        return [nom.strip(' "\r\n') for nom in texte.readline().split(";")]


def _elu(ligne: Mapping[str, str | None], sirens: dict[tuple[str, str], str]) -> dict[str, str | None]:
    siren = mandat = code = None
    for colonne, niveau, nom in MANDATS:
        # Every level names the département; only departmental mandates name the canton too.
        if (colonne != DEPARTEMENT or CANTON in ligne) and (code := ligne.get(colonne)):
            siren = code if niveau == "epci" else sirens.get((niveau, code))
            mandat = nom
            break
    gardees = {nom: valeur for nom, valeur in ligne.items() if nom not in ("Date de naissance", "Code nationalité")}
    return {**gardees, "siren": siren, "mandat": mandat, "code": code}
