"""French VAT numbers: semicolon csv with one known column, ``vat_no``, without country prefix."""

import re
from collections.abc import Iterator
from pathlib import Path

from fce.socle.texte.identifiants import siren_valide, tva_intracommunautaire
from fce.sources.catalogue.delimite import lignes_csv
from fce.sources.declaration import LigneBrute

_NUMERO = re.compile(r"FR([0-9A-HJ-NP-Z]{2})([0-9]{9})")


def lire(chemin: Path) -> Iterator[LigneBrute]:
    """Add the SIREN at the end of the number, and the full number.

    A key of two digits is computed from the SIREN; a company's further numbers have a key with letters, whose rule is
    not published. A number with a wrong SIREN or a wrong key of digits is nobody's: its SIREN is left empty, which sets
    the row aside.
    """
    for numero, ligne in lignes_csv(chemin, ("vat_no",)):
        ecrit = (ligne.get("vat_no") or "").strip().replace(" ", "").upper()
        forme = _NUMERO.fullmatch(ecrit if ecrit.startswith("FR") else f"FR{ecrit}")
        siren = forme[2] if forme and siren_valide(forme[2]) else None
        juste = forme and siren and (not forme[1].isdigit() or forme[0] == tva_intracommunautaire(siren))
        yield (
            numero,
            {
                "vat_no": ecrit or None,
                "numero": forme[0] if forme and juste else None,
                "siren": siren if juste else None,
            },
        )
