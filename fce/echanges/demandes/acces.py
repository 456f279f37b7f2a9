"""Who reads and writes a question: agents of the service that asks, and of each that is asked, for its own thread.

A number that is not open to the reader is answered as one that nobody has: his rights are decided before anything is
read, then one query looks for both.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final

from django.db.models import Exists, OuterRef, Q

from fce.droits.erreurs import GesteRefuse
from fce.droits.finalites import Droit
from fce.droits.lecteur import LecteurDeDonnees
from fce.echanges.erreurs import Concurrence
from fce.echanges.etats import DU_DEMANDEUR, DU_DESTINATAIRE, PARCOURS_SAISINE, GesteSaisine, suivant
from fce.echanges.finalite import finalites_offertes
from fce.echanges.models import Demande, Saisine
from fce.echanges.objets import DEMANDE
from fce.socle.erreurs import Introuvable

INCONNUE: Final = "Aucune demande de ce numéro n’est ouverte à votre service."
CONFLIT: Final = "Un collègue a agi sur cette demande entre-temps : rien n’a été écrasé. Relisez, puis recommencez."


@dataclass(frozen=True, slots=True)
class DemandeOuverte:
    """A question with the services in whose name it is read (``lecteurs``) and written (``auteurs``), and what the
    reader may see of it: every thread for who asks, its own for who is asked."""

    demande: Demande
    saisines: tuple[Saisine, ...]
    lecteurs: frozenset[int]
    auteurs: frozenset[int]

    @property
    def envoyee(self) -> bool:
        """Whether it is read in the name of the service that asks."""
        return self.demande.service_id in self.lecteurs

    def saisine(self, numero: int) -> Saisine:
        """One of the threads. Raises Introuvable."""
        for saisine in self.saisines:
            if saisine.pk == numero:
                return saisine
        raise Introuvable(INCONNUE)

    def au_nom_de(self, saisine: Saisine, geste: GesteSaisine) -> int | None:
        """The service in whose name the reader may do a gesture in a thread; None when it is not for him."""
        if geste in DU_DESTINATAIRE and saisine.service_id in self.auteurs:
            return saisine.service_id
        if geste in DU_DEMANDEUR and self.demande.service_id in self.auteurs:
            return self.demande.service_id
        return None


@dataclass(frozen=True, slots=True)
class SaisineTenue:
    """A thread held until the end of the transaction, its question with it, for a gesture in the name of a service."""

    demande: Demande
    saisine: Saisine
    service: int

    @property
    def du_demandeur(self) -> bool:
        """Whether the gesture is that of the service that asks."""
        return self.service == self.demande.service_id


def services_lecteurs(lecteur: LecteurDeDonnees) -> frozenset[int]:
    """Services in whose name an agent may read questions, his purpose confirmed."""
    return lecteur.services(DEMANDE, Droit.CONSULTER)


def services_auteurs(lecteur: LecteurDeDonnees) -> frozenset[int]:
    """Services in whose name an agent may read and write questions."""
    return services_lecteurs(lecteur) & lecteur.services(DEMANDE)


def services_a_confirmer(lecteur: LecteurDeDonnees) -> frozenset[int]:
    """Services in whose name he may write questions whichever of his purposes he confirms: what waits for him is told
    as a number before he has."""
    siens = services_auteurs(lecteur)
    for finalite in finalites_offertes(lecteur, DEMANDE):
        siens |= services_auteurs(replace(lecteur, finalite=finalite.code))
    return siens


def trouver(lecteur: LecteurDeDonnees, numero: int) -> DemandeOuverte:
    """A question that is open to the reader. Raises Introuvable."""
    lecteurs = services_lecteurs(lecteur)
    recues = Saisine.objects.filter(demande=OuterRef("pk"), service__in=lecteurs)
    lues = Demande.objects.select_related("service__organisation").filter(
        Q(service__in=lecteurs) | Exists(recues), pk=numero
    )
    demande = lues.first()
    if demande is None:
        raise Introuvable(INCONNUE)
    toutes = demande.saisines.select_related("service__organisation", "transferee_a__service", "transferee_de__service")
    visibles = [s for s in toutes if demande.service_id in lecteurs or s.service_id in lecteurs]
    siens = frozenset({demande.service_id, *(s.service_id for s in visibles)})
    return DemandeOuverte(demande, tuple(visibles), lecteurs & siens, services_auteurs(lecteur) & siens)


def verrouiller(
    lecteur: LecteurDeDonnees, numero: int, saisine: int, geste: GesteSaisine, version: int | None = None
) -> SaisineTenue:
    """A thread held for a gesture, once its state and the reader's rights allow it. ``version``: the one that was read,
    None for what overwrites nothing.

    The question is held first: of two who come together, the second one sees what the first one did. Raises
    Introuvable, GesteRefuse, Concurrence, GesteImpossible.
    """
    ouverte = trouver(lecteur, numero)
    ouverte.saisine(saisine)
    demande = Demande.objects.select_for_update(no_key=True).get(pk=numero)
    tenue = Saisine.objects.select_for_update(no_key=True).get(pk=saisine)
    service = ouverte.au_nom_de(tenue, geste)
    if service is None:
        if not ouverte.auteurs:
            lecteur.exiger(DEMANDE, action=Droit.MESSAGE)
        raise GesteRefuse("Ce geste n’est pas celui de votre service dans cette demande.")
    if version is not None and tenue.version != version:
        raise Concurrence(CONFLIT, version=tenue.version)
    suivant(PARCOURS_SAISINE, tenue.etat, geste)
    return SaisineTenue(demande, tenue, service)


def consigner(lecteur: LecteurDeDonnees, services: Iterable[int], numero: str, lignes: int) -> None:
    """Write in the journal that a question is read in the name of some services, before anything of it leaves.
    ``numero``: SIREN or SIRET.

    Raises GesteRefuse, JournalIndisponible, VolumeDepasse.
    """
    au_nom = lecteur.au_nom_de(services)
    lecteur.consigner(DEMANDE, au_nom.exiger(DEMANDE, numero[:9] or None), numero, lignes)


def consigner_liste(lecteur: LecteurDeDonnees, services: Iterable[int], numeros: Iterable[str]) -> None:
    """As ``consigner``, for a list of questions about these units."""
    lecteur.consigner_liste(DEMANDE, lecteur.au_nom_de(services).exiger(DEMANDE), numeros)
