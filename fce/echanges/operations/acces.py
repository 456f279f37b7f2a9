"""Who reads and writes a joint operation: agents acting for a service that takes part in it, and nobody else.

A number that is not open to the reader is answered as one that nobody has: his rights are decided before anything is
read, then one query looks for both.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final

from fce.droits.erreurs import GesteRefuse
from fce.droits.finalites import Droit
from fce.droits.lecteur import LecteurDeDonnees
from fce.echanges.models import OperationConjointe
from fce.echanges.objets import OPERATION, ObjetEchange
from fce.socle.erreurs import Introuvable
from fce.socle.routes import Surface

INCONNUE: Final = "Aucune opération de ce numéro n’est ouverte à votre service."
CIBLE_INCONNUE: Final = "Cette opération n’a pas de cible de ce numéro."


@dataclass(frozen=True, slots=True)
class OperationOuverte:
    """An operation with the services in whose name it is read (``lecteurs``) and written (``auteurs``)."""

    operation: OperationConjointe
    lecteurs: frozenset[int]
    auteurs: frozenset[int]

    @property
    def coordonnee(self) -> bool:
        """Whether it is written in the name of the service that leads it."""
        return self.operation.coordinateur_id in self.auteurs

    def exiger_coordinateur(self) -> None:
        """Raise GesteRefuse unless it is written in the name of the service that leads it."""
        if not self.coordonnee:
            raise GesteRefuse("Seul le service coordinateur de l’opération peut le faire.")

    def exiger_auteur(self, service: int) -> None:
        """Raise GesteRefuse unless it is written in the name of this service."""
        if service not in self.auteurs:
            raise GesteRefuse("Vous n’écrivez qu’au nom d’un de vos services qui participe à l’opération.")


def services_lecteurs(lecteur: LecteurDeDonnees) -> frozenset[int]:
    """Services in whose name an agent may read operations, his purpose confirmed."""
    return lecteur.services(OPERATION, Droit.CONSULTER)


def services_auteurs(lecteur: LecteurDeDonnees) -> frozenset[int]:
    """Services in whose name an agent may read and write operations."""
    return services_lecteurs(lecteur) & lecteur.services(OPERATION)


def trouver(lecteur: LecteurDeDonnees, numero: int) -> OperationOuverte:
    """An operation that is open to the reader. Raises Introuvable."""
    lecteurs, auteurs = services_lecteurs(lecteur), services_auteurs(lecteur)
    lues = OperationConjointe.objects.select_related("coordinateur__organisation").filter(
        pk=numero, participations__service__in=lecteurs
    )
    return _ouverte(next(iter(lues[:1]), None), lecteurs, auteurs)


def verrouiller(lecteur: LecteurDeDonnees, numero: int) -> OperationOuverte:
    """An operation that the reader may write, held until the end of the transaction: who takes part in it is read once
    it is held. Raises Introuvable, GesteRefuse when he may only read it."""
    ouverte = trouver(lecteur, numero)
    tenue = OperationConjointe.objects.select_for_update().filter(pk=ouverte.operation.pk).first()
    reprise = _ouverte(tenue, services_lecteurs(lecteur), services_auteurs(lecteur))
    if not reprise.auteurs:
        lecteur.exiger(OPERATION, action=Droit.MESSAGE)
        raise GesteRefuse("Votre habilitation ne permet que de lire cette opération.")
    return reprise


def consigner(lecteur: LecteurDeDonnees, services: Iterable[int], lignes: int) -> None:
    """Write in the journal that operations are read in the name of some services, and nothing of their targets, before
    anything of them leaves.

    Raises GesteRefuse, JournalIndisponible, VolumeDepasse.
    """
    au_nom = lecteur.au_nom_de(services)
    lecteur.consigner(OPERATION, au_nom.exiger(OPERATION), "", lignes)


def consigner_cibles(lecteur: LecteurDeDonnees, services: Iterable[int], sirets: Iterable[str]) -> None:
    """As ``consigner``, of what is read of these targets of one operation."""
    lecteur.consigner_liste(OPERATION, lecteur.au_nom_de(services).exiger(OPERATION), sirets)


def consigner_croisements(lecteur: LecteurDeDonnees, service: int, lus: dict[str, int], objet: ObjetEchange) -> None:
    """Write in the journal that announced visits are read: {SIRET of the target: how many}. Whoever leads the operation
    chose these targets, and other services announced these visits: each company weighs, once in an hour (see
    ``Surface.OPERATION``)."""
    au_nom = lecteur.au_nom_de([service])
    replace(lecteur, surface=Surface.OPERATION).consigner_tout(
        [(objet, au_nom.exiger(objet, siret[:9]), siret, n) for siret, n in lus.items()]
    )


def _ouverte(
    operation: OperationConjointe | None, lecteurs: frozenset[int], auteurs: frozenset[int]
) -> OperationOuverte:
    if operation is None:
        raise Introuvable(INCONNUE)
    participants = frozenset(operation.participations.values_list("service", flat=True))
    if not participants & lecteurs:
        raise Introuvable(INCONNUE)
    return OperationOuverte(operation, participants & lecteurs, participants & auteurs)
