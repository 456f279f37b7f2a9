"""The files of a list: its lines as its page filters, sorts and shows them. Everything in them is public, but the list
itself, journalled before the first byte leaves."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO, Final

from fce.listes import selectors
from fce.listes.colonnes import Colonne, LigneDeListeLue
from fce.listes.models import ListeDeTravail
from fce.socle import paris
from fce.socle.exports import Cellule, Feuille, ecrire_xlsx

LIGNES_PAR_LOT: Final = 1_000
"""Lines read, and journalled, in one round trip."""
_AVANT: Final = ("SIREN ou SIRET", "Nom")
_APRES: Final = ("Traitement", "Note", "Ajoutée le", "Traitée le")


def lots(ordre: Sequence[int]) -> Iterator[Sequence[int]]:
    """These numbers, ``LIGNES_PAR_LOT`` at a time."""
    return (ordre[debut : debut + LIGNES_PAR_LOT] for debut in range(0, len(ordre), LIGNES_PAR_LOT))


def entetes(colonnes: Mapping[str, Colonne]) -> tuple[str, ...]:
    return (*_AVANT, *(colonne.titre for colonne in colonnes.values()), *_APRES)


def rangees(
    liste: ListeDeTravail, ordre: Sequence[int], colonnes: Mapping[str, Colonne]
) -> Iterator[tuple[Cellule, ...]]:
    """One row a line, read by lots in constant memory; a line removed meanwhile is left out."""
    for lot in lots(ordre):
        lignes = liste.lignes.in_bulk(lot)
        for lue in selectors.lire(lignes[n] for n in lot if n in lignes):
            yield _rangee(lue, colonnes.values())


def ecrire_le_classeur(liste: ListeDeTravail, ordre: Sequence[int], colonnes: Mapping[str, Colonne]) -> IO[bytes]:
    """The workbook, open for reading; the file disappears when closed."""
    with tempfile.TemporaryDirectory(prefix="fce-export-") as dossier:
        chemin = Path(dossier) / "liste.xlsx"
        ecrire_xlsx(chemin, [Feuille("Liste", entetes(colonnes), rangees(liste, ordre, colonnes), (18, 40))])
        return chemin.open("rb")


def nom_de_fichier(liste: ListeDeTravail) -> str:
    """Without the name of the list, which says what is prepared."""
    return f"fce-liste-{liste.marque}-{paris.aujourd_hui():%Y-%m-%d}"


def _rangee(lue: LigneDeListeLue, colonnes: Iterable[Colonne]) -> tuple[Cellule, ...]:
    ligne = lue.ligne
    dites = (colonne.valeur(lue) for colonne in colonnes)
    traitee = paris.jour_de(ligne.changee_le) if ligne.changee_le else None
    apres = (ligne.get_etat_display(), ligne.note, paris.jour_de(ligne.quand), traitee)
    return (ligne.numero, lue.nom, *dites, *apres)
