"""Deposit file of declared links, without the made-up numbers of foreign companies."""

from collections.abc import Iterator
from pathlib import Path

from fce.sources.catalogue.delimite import lignes_csv
from fce.sources.catalogue.outils import siren_ou_rien
from fce.sources.declaration import LigneBrute


def lire(chemin: Path) -> Iterator[LigneBrute]:
    """Empty an invalid SIREN and keep its row: declarers write "99999999" for a foreign company."""
    for numero, ligne in lignes_csv(chemin, ("siren", "annee", "rang", "sens", "siren_lie")):
        yield numero, {**ligne, "siren_lie": siren_ou_rien(ligne.get("siren_lie"))} if ligne else ligne
