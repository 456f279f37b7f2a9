"""Electronic invoicing directory: the comma csv that it returns for a deposited list of SIREN (5,000 at most), or a zip
of several."""

import re
from collections.abc import Iterator
from pathlib import Path

from fce.sources.catalogue.delimite import lignes_csv_ou_zip
from fce.sources.declaration import LigneBrute

PRESENCE = "Présent dans l'annuaire de la facturation électronique"
PLATEFORME = "Plateforme agréée rattachée"
ADRESSE_DE_FACTURATION = "Adresse de facturation"
ACTIVE = "Adresse de facturation active"
COLONNES = ("SIREN", PRESENCE, PLATEFORME, ADRESSE_DE_FACTURATION, ACTIVE)

_MAILLES = re.compile(r"(?:0225:)?(?P<siren>[0-9]{9})(?:_(?P<siret>[0-9]{14})(?:_(?P<routage>.+))?|_(?P<suffixe>.+))?")


def lire(chemin: Path) -> Iterator[LigneBrute]:
    """Add what the address tells: its level (SIREN, SIRET, routing code, suffix) and the SIRET that it names."""
    for numero, ligne in lignes_csv_ou_zip(chemin, COLONNES, separateur=","):
        forme = _MAILLES.fullmatch((ligne.get(ADRESSE_DE_FACTURATION) or "").strip())
        yield numero, {**ligne, "siret": forme["siret"] if forme else None, "maille": _maille(forme) if forme else None}


def _maille(forme: re.Match[str]) -> str:
    return next((maille for maille in ("suffixe", "routage", "siret") if forme[maille]), "siren")
