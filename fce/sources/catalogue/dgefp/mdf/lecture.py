"""MDF's extraction, windows-1252: a SIREN with or without NIC."""

import re
from collections.abc import Iterator
from pathlib import Path

from fce.sources.catalogue.delimite import lignes_csv
from fce.sources.declaration import LigneBrute
from fce.sources.lecture.lot import Illisible

COLONNES = (
    "Numero dossier",
    "N° SIREN",
    "N° Etablissement",
    "Code region",
    "Libelle region",
    "Type de contrôle",
    "Date creation",
    "Date derniere Modification",
    "Date cloture",
    "Cols",
    "Clos automatiquement",
    "Nature du contrôle",
    "Cible du contrôle",
)
SIRET = "SIRET"
"""Added column: SIREN and NIC joined, empty without NIC."""


def siren_de(siren: str | None) -> str | None:
    """The SIREN padded to nine digits; a text that is not a number is unchanged, for the checks to reject."""
    nu = (siren or "").strip()
    return nu.zfill(9) if re.fullmatch(r"[0-9]{1,9}", nu) else siren


def siret_de(siren: str | None, nic: str | None) -> str | None:
    """SIRET from a SIREN and a NIC that may lack leading zeros ("1008", "8" → "00000100800008").

    None without NIC: the case is about the company. An invalid NIC is ``Illisible``.
    """
    siren, nic = (siren or "").strip(), (nic or "").strip()
    if nic and not re.fullmatch(r"[0-9]{1,5}", nic):
        return Illisible(nic, "NIC mal formé (5 chiffres au plus)")
    if not re.fullmatch(r"[0-9]{1,9}", siren) or not re.fullmatch(r"[0-9]{1,5}", nic) or not int(nic):
        return None
    return siren.zfill(9) + nic.zfill(5)


def dossiers(chemin: Path) -> Iterator[LigneBrute]:
    """Official columns and ``SIRET``, without cases of SIREN 0, which concern no company. Raises ImportRefuse."""
    for numero, ligne in lignes_csv(chemin, COLONNES, separateur=",", encodage="cp1252"):
        siren, nic = (ligne.get(nom) for nom in COLONNES[1:3])
        if not re.fullmatch(r"0+", (siren or "").strip()):
            yield numero, {**ligne, COLONNES[1]: siren_de(siren), SIRET: siret_de(siren, nic)} if ligne else {}
