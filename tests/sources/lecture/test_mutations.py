"""Random damage to good files: refused, or read with the untouched rows intact; never a crash, never a shifted row."""

import random
from pathlib import Path

import polars as pl
import pytest

from fce.socle.erreurs import ImportRefuse
from fce.sources.lecture.lecteur import lire
from tests.sources import fabrique

LIGNES = fabrique.lignes_valides(200)
BON = fabrique.texte_csv(LIGNES).encode()
GREFFES = [
    b'"',
    b'""',
    b";",
    b"\n",
    b"\r",
    b"\r\n",
    b"\0",
    b"\xff",
    b"\xc3",
    b"&amp;",
    b" ",
    b"\xe2\x80\xaf",
    b"'",
    b"E+08",
]


def abimer(octets: bytes, alea: random.Random) -> bytes:
    """One to four grafts, cuts or substitutions anywhere after the header."""
    abime = bytearray(octets)
    entete = abime.index(b"\n") + 1
    for _ in range(alea.randrange(1, 5)):
        place = alea.randrange(entete, len(abime))
        match alea.randrange(3):
            case 0:
                abime[place:place] = alea.choice(GREFFES)
            case 1:
                del abime[place : place + alea.randrange(1, 4)]
            case _:
                abime[place] = alea.randrange(256)
    return bytes(abime)


def verifier(octets: bytes, dossier: Path, taille: int) -> None:
    try:
        lots = list(lire(fabrique.source_essai(), [fabrique.ecrire(dossier, octets)], taille_bloc=taille))
    except ImportRefuse:
        return
    assert all(lot.recues == lot.lignes.height + len(lot.rejets) for lot in lots)
    lus = pl.concat([lot.lignes for lot in lots])
    intactes = {(a, b, c) for a, b, c, *_ in LIGNES} & set(lus.select("siren", "siret", "nom").rows())
    # Four wounds touch at most four rows and the neighbours that a broken quote condemns with them.
    assert len(intactes) >= len(LIGNES) - 12
    assert lus["ligne"].is_sorted()


@pytest.mark.parametrize("graine", range(40))
def test_damaged_files_never_crash_nor_shift(graine: int, tmp_path: Path) -> None:
    alea = random.Random(graine)
    verifier(abimer(BON, alea), tmp_path, alea.choice([1 << 20, 999]))


@pytest.mark.epreuve
def test_two_thousand_damaged_files(tmp_path: Path) -> None:
    for graine in range(2000):
        alea = random.Random(graine)
        octets = abimer(BON, alea)
        if graine % 3 == 0:
            octets = fabrique.en_gzip(octets)
            if graine % 2:
                octets = abimer(octets + b"\n", alea)
        verifier(octets, tmp_path, alea.choice([1 << 20, 999]))
