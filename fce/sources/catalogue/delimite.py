"""Delimited texts read by a function of their own: what the readers of the labels share.

Every web process imports the declarations, hence this module: the reading engine (polars, numpy) is imported only by
the functions that read.
"""

import codecs
import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from fce.socle.erreurs import ImportRefuse
from fce.sources.declaration import LigneBrute


def refuser(chemin: Path, regle: str, motif: str, *, ligne: int | None = None) -> ImportRefuse:
    """The error to raise when the file is not what it should be; see ``lecture.refus``."""
    from fce.sources.lecture.refus import refus

    return refus(chemin, regle, motif, ligne=ligne)


def lignes_csv(
    chemin: Path, attendues: Sequence[str], *, separateur: str = ";", encodage: str = "utf-8-sig"
) -> Iterator[LigneBrute]:
    """(line, {column: text}) of a csv with a header, plain, gzipped or alone in a zip; see ``lignes_de``."""
    yield from lignes_de(chemin, _lignes_de_texte(chemin, encodage), attendues, separateur)


def lignes_de(chemin: Path, texte: Iterable[str], attendues: Sequence[str], separateur: str) -> Iterator[LigneBrute]:
    """The same, from lines of text already opened (a member of an archive); only the columns ``attendues`` are given.

    A row that has not as many cells as the header is given empty, hence set aside: shifted values would be wrong ones.
    Raises ``ImportRefuse``: a column missing, another encoding, not a csv.
    """
    lecteur = csv.reader(texte, delimiter=separateur)
    try:
        entete = [nom.strip() for nom in next(lecteur, [])]
        manquantes = [nom for nom in attendues if nom not in entete]
        if manquantes:
            raise refuser(chemin, "colonnes", f"colonnes manquantes : {', '.join(manquantes)}.", ligne=1)
        places = {nom: entete.index(nom) for nom in attendues}
        for cellules in lecteur:
            if any(cellules):
                entiere = len(cellules) == len(entete)
                yield lecteur.line_num, {nom: cellules[rang] for nom, rang in places.items()} if entiere else {}
    except UnicodeDecodeError as erreur:
        raise refuser(chemin, "encodage", "il n'est pas dans l'encodage attendu.") from erreur
    except csv.Error as erreur:
        raise refuser(chemin, "csv", "ce n'est pas un fichier CSV lisible.", ligne=lecteur.line_num) from erreur


def siren_et_siret(numero: str | None) -> tuple[str | None, str | None]:
    """(SIREN, SIRET) of a number that is one or the other; anything else is given as SIREN, for the checks to show."""
    chiffres = re.sub(r"\s", "", numero or "")
    return (chiffres[:9], chiffres) if re.fullmatch(r"[0-9]{14}", chiffres) else (chiffres or None, None)


def _lignes_de_texte(chemin: Path, encodage: str) -> Iterator[str]:
    from fce.sources.lecture.ouverture import blocs

    decodeur = codecs.getincrementaldecoder(encodage)()
    reste = ""
    for octets, _ in blocs(chemin):
        *entieres, reste = (reste + decodeur.decode(octets)).split("\n")
        yield from (f"{ligne}\n" for ligne in entieres)
    reste += decodeur.decode(b"", True)
    if reste:
        yield reste
