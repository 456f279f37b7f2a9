"""The files of a list: its lines as its page filters, sorts and shows them. Everything in them is public, but the list
itself, journalled before the first byte leaves."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Final

from django.http import QueryDict

from fce.donnees.entreprises.colonnes_ouvertes import ColonneOuverte
from fce.droits.habilitations.lecteur import LecteurDeDonnees
from fce.ensembles.fichiers.services import ContenuDeFichier, GenreDeFichier
from fce.ensembles.listes import selectors
from fce.ensembles.listes.acces import LISTE_INCONNUE, consigner_en_fichier, trouver
from fce.ensembles.listes.colonnes import LigneDecrite, choisies
from fce.ensembles.listes.formulaires import FormulaireFiltreDeListe
from fce.ensembles.listes.models import FichierDeListe, ListeDeTravail
from fce.fiche.colonnes_de_liste import lire_colonnes
from fce.socle.erreurs import Introuvable, ParametreInvalide
from fce.socle.texte import paris
from fce.socle.web.exports import Cellule

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
        for decrite in selectors.decrire(lignes[n] for n in lot if n in lignes):
            yield _rangee(decrite, colonnes.values())


def contenu(
    lecteur: LecteurDeDonnees, liste: ListeDeTravail, choix: QueryDict, au_plus: int, refus: str
) -> ContenuDeFichier:
    """Rows of a list as its page chooses them; journalled. Raises GesteRefuse, JournalIndisponible, ParametreInvalide
    (``refus``, for more lines than ``au_plus``), VolumeDepasse."""
    ordre = selectors.toutes_les_lignes(liste, FormulaireFiltreDeListe(choix).filtre)
    if len(ordre) > au_plus:
        raise ParametreInvalide(refus)
    numeros = dict(liste.lignes.filter(pk__in=ordre).values_list("pk", "numero"))
    consigner_en_fichier(lecteur, liste, ([numeros[n] for n in lot if n in numeros] for lot in lots(ordre)))
    colonnes = choisies(choix.getlist("colonnes"))
    tries = [numeros[n] for n in ordre if n in numeros]
    lignes = ((str(rangee[0]), rangee) for rangee in rangees(liste, ordre, colonnes))
    return ContenuDeFichier("Liste", entetes(colonnes), lignes, len(tries), (18, 40), partial(lire_colonnes, tries))


def preparer(fichier: FichierDeListe, lecteur: LecteurDeDonnees) -> ContenuDeFichier:
    """What the worker writes. Raises Introuvable, and as ``contenu``."""
    if fichier.liste_id is None:
        raise Introuvable(LISTE_INCONNUE)
    liste = trouver(lecteur, fichier.liste_id).liste
    return contenu(lecteur, liste, QueryDict(fichier.choix), fichier.lignes, PLUS_LONGUE)


FICHIERS_DE_LISTE: Final = GenreDeFichier(FichierDeListe, "listes:liste", "ecrire_un_fichier_de_liste", preparer)


def _rangee(decrite: LigneDecrite, colonnes: Iterable[ColonneOuverte]) -> tuple[Cellule, ...]:
    ligne = decrite.ligne
    dites = (decrite.valeur(colonne) for colonne in colonnes)
    traitee = paris.jour_de(ligne.changee_le) if ligne.changee_le else None
    apres = (ligne.get_etat_display(), ligne.note, paris.jour_de(ligne.quand), traitee)
    return (ligne.numero, decrite.nom, *dites, *apres)
