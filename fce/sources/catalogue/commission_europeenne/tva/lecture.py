"""French VAT numbers: semicolon csv with one known column, ``vat_no``, without country prefix."""

from collections.abc import Iterator
from pathlib import Path

from fce.socle.identifiants import tva_intracommunautaire
from fce.sources.catalogue.delimite import lignes_csv
from fce.sources.catalogue.outils import partager
from fce.sources.declaration import LigneBrute


def lire(chemin: Path) -> Iterator[LigneBrute]:
    """Add the SIREN at the end of the number, and the full number.

    A number with a wrong key is nobody's: its SIREN is left empty, which sets the row aside.
    """
    for numero, ligne in lignes_csv(chemin, ("vat_no",)):
        ecrit = (ligne.get("vat_no") or "").strip().replace(" ", "").upper()
        complet = ecrit if ecrit.startswith("FR") else f"FR{ecrit}"
        siren, _ = partager(complet)
        juste = siren is not None and tva_intracommunautaire(siren) == complet
        yield numero, {"vat_no": ecrit or None, "numero": complet if juste else None, "siren": siren if juste else None}
