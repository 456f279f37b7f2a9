"""Files of a territory. Open columns leave at once; the worker writes the facts of its page
(``fce.ensembles.fichiers``), for an agent who says for which purpose, and why."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any, Final

from django.http import QueryDict

from fce.donnees.entreprises import selectors as entreprises
from fce.donnees.entreprises.colonnes_ouvertes import DES_ETABLISSEMENTS
from fce.droits.habilitations.erreurs import GesteRefuse
from fce.droits.habilitations.finalites import Droit
from fce.droits.habilitations.lecteur import LecteurDeDonnees
from fce.ensembles.fichiers.services import RESERVEES_MAX, ContenuDeFichier, GenreDeFichier, lecteur_des_reservees
from fce.ensembles.territoires import lieux, selectors
from fce.ensembles.territoires.formulaires import FormulaireDeTerritoire
from fce.ensembles.territoires.models import FichierDeTerritoire
from fce.ensembles.territoires.ouvertures import consigner
from fce.ensembles.territoires.selection import Selection
from fce.ensembles.territoires.selectors import LectureDeTerritoire
from fce.fiche.colonnes_de_liste import RIEN_D_OUVERT, ColonnesReservees
from fce.socle.erreurs import ParametreInvalide
from fce.socle.texte.formats import pluriel
from fce.socle.web.exports import Cellule

OUVERTS_MAX: Final = 50_000
"""Maximum rows of a file without reserved columns."""
ENTETES: Final = tuple(colonne.etablissement for colonne in DES_ETABLISSEMENTS.values())
A_DEMANDER: Final = (
    "Ce choix porte sur des faits réservés : ils se demandent dans un fichier, avec une finalité et un motif."
)
_LOT: Final = 500


def ouvert(territoire: lieux.TerritoireChoisi, selection: Selection) -> ContenuDeFichier:
    """Open columns of every establishment that fits the filters.

    Raises ParametreInvalide above ``OUVERTS_MAX`` rows, or for a filter or an order on restricted facts, whoever asks;
    IndexIndisponible.
    """
    if selection.mesures_utilisees:
        raise ParametreInvalide(A_DEMANDER)
    lecture = LectureDeTerritoire.de(LecteurDeDonnees(), territoire, replace(selection, colonnes=()))
    brutes = _brutes(lecture, OUVERTS_MAX)
    lignes = ((brute["siret"], cellules) for brute, cellules in _avec_leurs_colonnes(brutes))
    return ContenuDeFichier("Territoire", ENTETES, lignes)


def compter(lecteur: LecteurDeDonnees, territoire: lieux.TerritoireChoisi, selection: Selection) -> int:
    """How many establishments fit the filters; written in the journal when some are on restricted facts.

    Raises ParametreInvalide when the reader's rights do not open a filter or the order, IndexIndisponible,
    JournalIndisponible, VolumeDepasse.
    """
    lecture = LectureDeTerritoire.de(lecteur, territoire, selection)
    lecture.exiger()
    lecture = replace(lecture, selection=replace(selection, tri="tranche"))
    consigner(lecteur, [], lecture.questions(), lecture.selection.gardee(territoire, "/fichiers"))
    return lecture.compter()


def exiger_taille(lignes: int, maximum: int) -> None:
    """Raise ParametreInvalide for a file of more than ``maximum`` rows."""
    if lignes > maximum:
        raise ParametreInvalide(
            f"Ce fichier aurait plus de {pluriel(maximum, 'ligne')}, le plus qu’il peut avoir : ajoutez un filtre."
        )


def ouvre(territoire: lieux.TerritoireChoisi, choix: QueryDict, lecteur: LecteurDeDonnees) -> bool:
    """Whether this reader may read every filter and the order of the page, and one of its columns."""
    lecture = LectureDeTerritoire.de(lecteur, territoire, FormulaireDeTerritoire.de(lecteur, choix).selection(choix))
    return not lecture.refusees and any(lecture.montrees)


def preparer(fichier: FichierDeTerritoire, lecteur: LecteurDeDonnees) -> ContenuDeFichier:
    """The content of a file of a territory; its restricted rows and columns only with a reason. Raises GesteRefuse,
    Introuvable, ParametreInvalide, IndexIndisponible."""
    territoire = lieux.trouver(fichier.genre, fichier.code, replace(lecteur, action=Droit.EXPORTER))
    pour, choix = lecteur_des_reservees(lecteur, fichier), QueryDict(fichier.choix)
    selection = FormulaireDeTerritoire.de(pour, choix).selection(choix)
    if not fichier.motif:
        return ouvert(territoire, selection)
    lecture = LectureDeTerritoire.de(pour, territoire, selection)
    lecture.exiger()
    montrees = lecture.montrees
    if not any(montrees):
        raise GesteRefuse(RIEN_D_OUVERT)
    rangees = [*_avec_leurs_colonnes(_brutes(lecture, RESERVEES_MAX))]

    def lire_les_faits(qui: LecteurDeDonnees, avancer: Callable[[int], None]) -> ColonnesReservees:
        valeurs = {}
        for rang, (brute, _) in enumerate(rangees, 1):
            valeurs[brute["siret"]] = tuple(selectors.fait_de(o, brute).texte for o in montrees)
            avancer(rang)
        filtres, brutes = selection.gardee(territoire, "/fichiers"), [brute for brute, _ in rangees]
        permis = selectors.consigner_les_lignes(qui, brutes, montrees, lecture.questions(), filtres)
        references = frozenset(h.reference for p in permis for h in p.habilitations)
        return ColonnesReservees(tuple(o.mesure.titre for o in montrees), valeurs, references)

    lignes = ((brute["siret"], cellules) for brute, cellules in rangees)
    return ContenuDeFichier("Territoire", ENTETES, lignes, len(rangees), reservees=lire_les_faits)


FICHIERS_DE_TERRITOIRE: Final = GenreDeFichier(
    FichierDeTerritoire, "territoires:territoire", "ecrire_un_fichier_de_territoire", preparer
)


def _brutes(lecture: LectureDeTerritoire, maximum: int) -> list[dict[str, Any]]:
    """The rows of the prepared table. Raises ParametreInvalide before the first preparation, or for too many."""
    lecture.exiger()
    brutes = lecture.lignes(limite=maximum + 1)
    exiger_taille(len(brutes), maximum)
    return brutes


def _avec_leurs_colonnes(brutes: Sequence[dict[str, Any]]) -> Iterator[tuple[dict[str, Any], Sequence[Cellule]]]:
    """These rows with their open columns, without those masked since the preparation. Two round trips per ``_LOT``."""
    for debut in range(0, len(brutes), _LOT):
        lot = brutes[debut : debut + _LOT]
        vus = entreprises.etablissements(brute["siret"] for brute in lot)
        unites = entreprises.entreprises({brute["siren"] for brute in lot})
        for brute in lot:
            lieu, unite = vus.get(brute["siret"]), unites.get(brute["siren"])
            if lieu and unite and lieu.regime.listable:
                yield brute, tuple(colonne.valeur_de(unite, lieu) for colonne in DES_ETABLISSEMENTS.values())
