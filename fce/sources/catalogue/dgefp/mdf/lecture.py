"""MDF's extraction, windows-1252: the establishment is a SIREN and a NIC, or a SIREN alone."""

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
"""Column that the reader adds: SIREN and NIC put together, empty without a NIC."""


def siren_de(siren: str | None) -> str | None:
    """The SIREN with its nine digits; what is no number stays as it is, for the reading to say so."""
    nu = (siren or "").strip()
    return nu.zfill(9) if re.fullmatch(r"[0-9]{1,9}", nu) else siren


def siret_de(siren: str | None, nic: str | None) -> str | None:
    """SIRET of a SIREN and a NIC that may have lost their leading zeros ("1008", "8" → "00000100800008").

    None without a NIC: the case is then about the company; a NIC that is no number is ``Illisible``. Whether the number
    exists is checked at the reading.
    """
    siren, nic = (siren or "").strip(), (nic or "").strip()
    if nic and not re.fullmatch(r"[0-9]{1,5}", nic):
        return Illisible(nic, "NIC mal formé (5 chiffres au plus)")
    if not re.fullmatch(r"[0-9]{1,9}", siren) or not re.fullmatch(r"[0-9]{1,5}", nic) or not int(nic):
        return None
    return siren.zfill(9) + nic.zfill(5)


def dossiers(chemin: Path) -> Iterator[LigneBrute]:
    """The official columns and ``SIRET``. Cases with SIREN 0 are about no company and are left out.

    Raises ``ImportRefuse``.
    """
    for numero, ligne in lignes_csv(chemin, COLONNES, separateur=",", encodage="cp1252"):
        siren, nic = (ligne.get(nom) for nom in COLONNES[1:3])
        if not re.fullmatch(r"0+", (siren or "").strip()):
            yield numero, {**ligne, COLONNES[1]: siren_de(siren), SIRET: siret_de(siren, nic)} if ligne else {}
