"""The files of a list: its lines as its page filters, sorts and shows them. Everything in them is public, but the list
itself, journalled before the first byte leaves."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import IO, Final

from django.http import QueryDict

from fce.droits.lecteur import LecteurDeDonnees
from fce.entreprises.colonnes_ouvertes import ColonneOuverte
from fce.fiche.colonnes_de_liste import lire_colonnes
from fce.listes import selectors
from fce.listes.acces import INCONNUE, consigner_en_fichier, trouver
from fce.listes.colonnes import LigneDeListeLue, choisies
from fce.listes.fichiers import ContenuDeFichier
from fce.listes.formulaires import FormulaireFiltreDeListe
from fce.listes.models import FichierDeListe, FichierDemande, ListeDeTravail
from fce.socle import paris
from fce.socle.erreurs import Introuvable, ParametreInvalide
from fce.socle.exports import Cellule, Feuille, ecrire_xlsx

TACHE: Final = "ecrire_un_fichier_de_liste"
PLUS_LONGUE: Final = "La liste a reçu des lignes depuis que ce fichier est demandé. Demandez-le à nouveau."
LIGNES_PAR_LOT: Final = 1_000
"""Lines read, and journalled, in one round trip."""
_AVANT: Final = ("SIREN ou SIRET", "Nom")
_APRES: Final = ("Traitement", "Note", "Ajoutée le", "Traitée le")


def lots(ordre: Sequence[int]) -> Iterator[Sequence[int]]:
    """These numbers, ``LIGNES_PAR_LOT`` at a time."""
    return (ordre[debut : debut + LIGNES_PAR_LOT] for debut in range(0, len(ordre), LIGNES_PAR_LOT))


def entetes(colonnes: Mapping[str, ColonneOuverte]) -> tuple[str, ...]:
    return (*_AVANT, *(colonne.titre for colonne in colonnes.values()), *_APRES)


def rangees(
    liste: ListeDeTravail, ordre: Sequence[int], colonnes: Mapping[str, ColonneOuverte]
) -> Iterator[tuple[Cellule, ...]]:
    """One row a line, read by lots in constant memory; a line removed meanwhile is left out."""
    for lot in lots(ordre):
        lignes = liste.lignes.in_bulk(lot)
        for lue in selectors.lire(lignes[n] for n in lot if n in lignes):
            yield _rangee(lue, colonnes.values())


def preparer(fichier: FichierDemande, lecteur: LecteurDeDonnees) -> ContenuDeFichier:
    """Rows of a list for the worker to write, as the page that asked for them chose; journalled. Raises GesteRefuse,
    Introuvable, JournalIndisponible, ParametreInvalide (lines added since), VolumeDepasse."""
    assert isinstance(fichier, FichierDeListe)  # noqa: S101 – its task says so
    if fichier.liste_id is None:
        raise Introuvable(INCONNUE)
    liste = trouver(lecteur, fichier.liste_id).liste
    choix = QueryDict(fichier.choix)
    ordre = selectors.toutes_les_lignes(liste, FormulaireFiltreDeListe(choix).filtre)
    if len(ordre) > fichier.lignes:
        raise ParametreInvalide(PLUS_LONGUE)
    numeros = dict(liste.lignes.filter(pk__in=ordre).values_list("pk", "numero"))
    consigner_en_fichier(lecteur, liste, ([numeros[n] for n in lot if n in numeros] for lot in lots(ordre)))
    colonnes = choisies(choix.getlist("colonnes"))
    lus = [numeros[n] for n in ordre if n in numeros]
    lignes = ((str(rangee[0]), rangee) for rangee in rangees(liste, ordre, colonnes))
    return ContenuDeFichier("Liste", entetes(colonnes), lignes, len(lus), partial(lire_colonnes, lus))


def ecrire_le_classeur(
    liste: ListeDeTravail, ordre: Sequence[int], colonnes: Mapping[str, ColonneOuverte]
) -> IO[bytes]:
    """The workbook, open for reading; the file disappears when closed."""
    with tempfile.TemporaryDirectory(prefix="fce-export-") as dossier:
        chemin = Path(dossier) / "liste.xlsx"
        ecrire_xlsx(chemin, [Feuille("Liste", entetes(colonnes), rangees(liste, ordre, colonnes), (18, 40))])
        return chemin.open("rb")


def nom_de_fichier(liste: ListeDeTravail) -> str:
    """Without the name of the list, which says what is prepared."""
    return f"fce-liste-{liste.marque}-{paris.aujourd_hui():%Y-%m-%d}"


def _rangee(lue: LigneDeListeLue, colonnes: Iterable[ColonneOuverte]) -> tuple[Cellule, ...]:
    ligne = lue.ligne
    dites = (lue.valeur(colonne) for colonne in colonnes)
    traitee = paris.jour_de(ligne.changee_le) if ligne.changee_le else None
    apres = (ligne.get_etat_display(), ligne.note, paris.jour_de(ligne.quand), traitee)
    return (ligne.numero, lue.nom, *dites, *apres)
