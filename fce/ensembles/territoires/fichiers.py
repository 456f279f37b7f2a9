"""Files of a territory. Open columns leave at once; the worker writes the facts of its page
(``fce.ensembles.fichiers``), for an agent who says for which purpose, and why."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from django.http import QueryDict

from fce.donnees.entreprises import selectors as entreprises
from fce.donnees.entreprises.colonnes_ouvertes import DES_ETABLISSEMENTS
from fce.droits.habilitations.erreurs import GesteRefuse
from fce.droits.habilitations.finalites import Droit
from fce.droits.habilitations.lecteur import LecteurDeDonnees
from fce.droits.habilitations.portee import Condition
from fce.ensembles.fichiers.services import RESERVEES_MAX, ContenuDeFichier, GenreDeFichier, lecteur_des_reservees
from fce.ensembles.territoires import lieux, selectors
from fce.ensembles.territoires.formulaires import FormulaireDeTerritoire
from fce.ensembles.territoires.mesures import TABLE, relation
from fce.ensembles.territoires.models import FichierDeTerritoire, Preparation
from fce.ensembles.territoires.ouvertures import MesureOuverte, consigner, ouvertures, toutes
from fce.ensembles.territoires.selection import Selection
from fce.fiche.colonnes_de_liste import RIEN_D_OUVERT, ColonnesReservees
from fce.socle.base import lectures
from fce.socle.erreurs import ParametreInvalide
from fce.socle.texte.formats import pluriel
from fce.socle.web.exports import Cellule

OUVERTS_MAX: Final = 50_000
"""Maximum rows of a file without reserved columns."""
ENTETES: Final = tuple(colonne.etablissement for colonne in DES_ETABLISSEMENTS.values())
A_DEMANDER: Final = (
    "Ce choix porte sur des faits réservés : ils se demandent dans un fichier, avec une finalité et un motif."
)
NON_PREPARE: Final = "Les territoires sont en préparation : réessayez dans quelques minutes."
_LOT: Final = 500


def selection_de(ouvertes: dict[str, MesureOuverte], choix: QueryDict) -> Selection:
    """Return the selection asked for in the address of the page. Raises ParametreInvalide for an unknown value."""
    return FormulaireDeTerritoire(ouvertes, choix).selection(choix)


def ouvert(territoire: lieux.TerritoireChoisi, selection: Selection) -> ContenuDeFichier:
    """Open columns of every establishment that fits the filters.

    Raises ParametreInvalide above ``OUVERTS_MAX`` rows, or for a filter or an order on restricted facts, whoever asks;
    IndexIndisponible.
    """
    if selection.mesures_utilisees:
        raise ParametreInvalide(A_DEMANDER)
    brutes = _brutes(toutes(selection.ouverte(territoire)), selection, {}, _preparee(), TABLE)
    lignes = ((brute["siret"], cellules) for brute, cellules in _avec_leurs_colonnes(brutes))
    return ContenuDeFichier("Territoire", ENTETES, lignes)


def compter(lecteur: LecteurDeDonnees, territoire: lieux.TerritoireChoisi, selection: Selection) -> int:
    """How many establishments fit the filters; written in the journal when some are on restricted facts.

    Raises ParametreInvalide when the reader's rights do not open a filter or the order, IndexIndisponible,
    JournalIndisponible, VolumeDepasse.
    """
    preparation = _preparee()
    ouvertes = ouvertures(lecteur, preparation)
    _exiger_ouverts(selection, ouvertes)
    ouverte, comptee = toutes(selection.ouverte(territoire)), replace(selection, tri="tranche")
    posees = selectors.questions(lecteur, ouverte, comptee, ouvertes, preparation.jour)
    consigner(lecteur, [], posees, comptee.gardee(territoire, "/fichiers"))
    ou = selectors.condition(ouverte, selection.reserves, ouvertes, preparation.jour)
    requete = f"SELECT count(*) FROM {relation(lecteur)} t WHERE {ou.sql}"  # noqa: S608 – constants
    return int(lectures.rangees(requete, ou.parametres)[0][0])


def exiger_taille(lignes: int, maximum: int) -> None:
    """Raise ParametreInvalide for a file of more than ``maximum`` rows."""
    if lignes > maximum:
        raise ParametreInvalide(
            f"Ce fichier aurait plus de {pluriel(maximum, 'ligne')}, le plus qu’il peut avoir : ajoutez un filtre."
        )


def ouvre(choix: QueryDict, lecteur: LecteurDeDonnees) -> bool:
    """Whether this reader may read every filter and the order of the page, and one of its columns."""
    ouvertes = ouvertures(lecteur, selectors.derniere_preparation())
    selection = selection_de(ouvertes, choix)
    return not selectors.refus_de(selection, ouvertes) and any(_montrees(selection, ouvertes))


def preparer(fichier: FichierDeTerritoire, lecteur: LecteurDeDonnees) -> ContenuDeFichier:
    """The content of a file of a territory; its restricted rows and columns only with a reason. Raises GesteRefuse,
    Introuvable, ParametreInvalide, IndexIndisponible."""
    territoire = lieux.trouver(fichier.genre, fichier.code, replace(lecteur, action=Droit.EXPORTER))
    preparation = _preparee()
    pour = lecteur_des_reservees(lecteur, fichier)
    ouvertes = ouvertures(pour, preparation)
    selection = selection_de(ouvertes, QueryDict(fichier.choix))
    if not fichier.motif:
        return ouvert(territoire, selection)
    _exiger_ouverts(selection, ouvertes)
    montrees = _montrees(selection, ouvertes)
    if not any(montrees):
        raise GesteRefuse(RIEN_D_OUVERT)
    ouverte = toutes(selection.ouverte(territoire))
    brutes = _brutes(ouverte, selection, ouvertes, preparation, relation(pour))
    rangees = [*_avec_leurs_colonnes(brutes)]

    def lire_les_faits(qui: LecteurDeDonnees, avancer: Callable[[int], None]) -> ColonnesReservees:
        valeurs = {}
        for rang, (brute, _) in enumerate(rangees, 1):
            valeurs[brute["siret"]] = tuple(selectors.fait_de(o, brute).texte for o in montrees)
            avancer(rang)
        posees = selectors.questions(qui, ouverte, selection, ouvertes, preparation.jour)
        filtres = selection.gardee(territoire, "/fichiers")
        permis = selectors.consigner_les_lignes(qui, [brute for brute, _ in rangees], montrees, posees, filtres)
        references = frozenset(h.reference for p in permis for h in p.habilitations)
        return ColonnesReservees(tuple(o.mesure.titre for o in montrees), valeurs, references)

    lignes = ((brute["siret"], cellules) for brute, cellules in rangees)
    return ContenuDeFichier("Territoire", ENTETES, lignes, len(rangees), reservees=lire_les_faits)


FICHIERS_DE_TERRITOIRE: Final = GenreDeFichier(
    FichierDeTerritoire, "territoires:territoire", "ecrire_un_fichier_de_territoire", preparer
)


def _preparee() -> Preparation:
    """The preparation in place. Raises ParametreInvalide before the first one."""
    if (preparation := selectors.derniere_preparation()) is None:
        raise ParametreInvalide(NON_PREPARE)
    return preparation


def _exiger_ouverts(selection: Selection, ouvertes: Mapping[str, MesureOuverte]) -> None:
    if refusees := selectors.refus_de(selection, ouvertes):
        raise ParametreInvalide(" ".join(refusees))


def _montrees(selection: Selection, ouvertes: Mapping[str, MesureOuverte]) -> list[MesureOuverte]:
    return [ouvertes[nom] for nom in selection.mesures_montrees]


def _brutes(
    ouverte: Condition,
    selection: Selection,
    ouvertes: Mapping[str, MesureOuverte],
    preparation: Preparation,
    table: str,
) -> list[dict[str, Any]]:
    """Rows of the prepared table, with the measures of the page; without them when ``ouvertes`` is empty. Raises
    ParametreInvalide for too many."""
    montrees, maximum = (_montrees(selection, ouvertes), RESERVEES_MAX) if ouvertes else ([], OUVERTS_MAX)
    ou = selectors.condition(ouverte, selection.reserves, ouvertes, preparation.jour)
    brutes = selectors.lignes_preparees(ou, selection, montrees, 0, maximum + 1, table=table)
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
