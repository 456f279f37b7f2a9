"""Links declared: the deposit file as it is, but for the made-up numbers of foreign companies."""

from collections.abc import Iterator
from pathlib import Path

from fce.sources.catalogue.outils import Ligne, lignes_csv, siren_ou_rien


def lire(chemin: Path) -> Iterator[Ligne]:
    """Rows; a number that is not a SIREN (declarers write "99999999" for a foreign company) is dropped, not its row."""
    for numero, ligne in lignes_csv(chemin, ("siren", "annee", "rang", "sens", "siren_lie")):
        yield numero, {**ligne, "siren_lie": siren_ou_rien(ligne.get("siren_lie"))} if ligne else ligne
