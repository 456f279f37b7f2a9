"""Helpers of the tests of sources: a generic data set of six columns, valid invented numbers, files of any shape."""

import csv
import gzip
import io
import random
import zipfile
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from fce.sources.champs import NOM, Code, Decimal, Entier, Jour, Siren, Siret, Texte
from fce.sources.declaration import Auto, Csv, Fait, Frequence, Producteur, Public, Source

ENTETE = ["siren", "siret", "nom", "date_creation", "effectif", "montant"]


class Essai(Fait):
    """The six columns of the corpus of malformed files, and the optional diffusion status of two files."""

    siren = Siren("SIREN", "siren", obligatoire=True)
    siret = Siret("SIRET", "siret", obligatoire=True)
    nom = Texte("Nom", "nom", masque=NOM)
    date_creation = Jour("Date de création", "date_creation")
    effectif = Entier("Effectif", "effectif", minimum=0)
    montant = Decimal("Montant", "montant", unite="€")
    statut_diffusion = Code("Statut de diffusion", "statut_diffusion", optionnelle=True, attendues=("O", "P"))


class EssaiVirgule(Fait):
    """The same, with a decimal comma."""

    siren = Siren("SIREN", "siren", obligatoire=True)
    siret = Siret("SIRET", "siret", obligatoire=True)
    nom = Texte("Nom", "nom", masque=NOM)
    date_creation = Jour("Date de création", "date_creation")
    effectif = Entier("Effectif", "effectif", minimum=0)
    montant = Decimal("Montant", "montant", unite="€", virgule=True)


def declarer(nom: str, modele: type[Fait], **changements: Any) -> Source:
    """A source around ``modele`` with the defaults of the tests (key siret, semicolon csv)."""
    options: dict[str, Any] = {
        "titre": "Source d'essai",
        "producteur": Producteur("essai", "Administration inventée", "AI"),
        "systeme": "ESSAI",
        "acces": Public(),
        "frequence": Frequence.MENSUELLE,
        "fichier": Auto(Csv(separateur=";")),
        "cle": ("siret",),
    }
    return Source(nom, modele, **(options | changements))


@cache
def source_essai() -> Source:
    """siren;siret;nom;date_creation;effectif;montant, key siret."""
    return declarer("essai-generique", Essai)


@cache
def source_virgule() -> Source:
    return declarer("essai-virgule", EssaiVirgule)


def avec_cle(debut: str) -> str:
    """Append the Luhn key."""
    total = 0
    for rang, chiffre in enumerate(reversed(debut)):
        n = int(chiffre) * (2 if rang % 2 == 0 else 1)
        total += n - 9 if n > 9 else n
    return debut + str(-total % 10)


def lignes_valides(nombre: int, graine: int = 2026) -> list[list[str]]:
    """``nombre`` valid rows of the generic source; the first SIREN starts with two zeros."""
    alea = random.Random(graine)
    lignes = []
    for i in range(nombre):
        siren = avec_cle(f"{alea.randrange(10**8):08d}") if i else avec_cle("00099001")
        siret = avec_cle(siren + f"{i % 9999 + 1:04d}")
        nom = alea.choice(["L'ÉPICERIE", 'BÂTI "PRO"', "CŒUR & FILS", "INVENTÉE; ET CIE"]) + f" {i}"
        jour = f"{alea.randrange(1970, 2026)}-{alea.randrange(1, 13):02d}-{alea.randrange(1, 29):02d}"
        lignes.append([siren, siret, nom, jour, str(alea.randrange(5000)), f"{alea.random() * 1e6:.2f}"])
    return lignes


def texte_csv(
    lignes: Iterable[Sequence[str]],
    entete: Sequence[str] | None = tuple(ENTETE),
    separateur: str = ";",
    fin: str = "\n",
) -> str:
    sortie = io.StringIO()
    plume = csv.writer(sortie, delimiter=separateur, lineterminator=fin)
    if entete is not None:
        plume.writerow(entete)
    plume.writerows(lignes)
    return sortie.getvalue()


def ecrire(dossier: Path, contenu: str | bytes, nom: str = "essai.csv") -> Path:
    chemin = dossier / nom
    chemin.write_bytes(contenu.encode() if isinstance(contenu, str) else contenu)
    return chemin


def en_zip(membres: dict[str, bytes]) -> bytes:
    sortie = io.BytesIO()
    with zipfile.ZipFile(sortie, "w", zipfile.ZIP_DEFLATED) as archive:
        for nom, contenu in membres.items():
            archive.writestr(nom, contenu)
    return sortie.getvalue()


def en_gzip(contenu: bytes) -> bytes:
    return gzip.compress(contenu, mtime=0)
