"""Access to a question: agents of the service that asks, and of each service asked, for its own thread."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import NamedTuple

from django.db.models import Exists, OuterRef, Q

from fce.droits.habilitations.erreurs import GesteRefuse
from fce.droits.habilitations.finalites import Droit
from fce.droits.habilitations.lecteur import LecteurDeDonnees
from fce.echanges.acces import services_auteurs, services_lecteurs
from fce.echanges.demandes.genre import DEMANDE, DEMANDES, DEMANDEUR, DESTINATAIRE, QUI_S_EN_OCCUPE, GesteSaisine
from fce.echanges.genre import exiger_version
from fce.echanges.models import Demande, Saisine
from fce.socle.base.ecriture import ecriture
from fce.socle.base.lignes import trouver_ligne
from fce.socle.erreurs import Introuvable


class DemandeOuverte(NamedTuple):
    """A question, the services in whose name it is read (``lecteurs``) and written (``auteurs``), and the threads that
    the reader may see: all of them for the asking service, its own for a service asked."""

    demande: Demande
    saisines: tuple[Saisine, ...]
    lecteurs: frozenset[int]
    auteurs: frozenset[int]

    @property
    def envoyee(self) -> bool:
        """Whether it is read in the name of the asking service."""
        return self.demande.service_id in self.lecteurs

    def saisine(self, numero: int) -> Saisine:
        """The thread ``numero``. Raises Introuvable."""
        for saisine in self.saisines:
            if saisine.pk == numero:
                return saisine
        raise Introuvable(DEMANDES.inconnu)

    def au_nom_de(self, saisine: Saisine, geste: GesteSaisine) -> int | None:
        """The service in whose name the reader may do ``geste`` in a thread; None when he may not."""
        parts = ((DESTINATAIRE, saisine.service_id), (DEMANDEUR, self.demande.service_id))
        permis = DEMANDES.gestes[geste].de
        return next((service for part, service in parts if part in permis and service in self.auteurs), None)


@dataclass(frozen=True, slots=True)
class SaisineTenue:
    """A thread locked until the end of the transaction with its question, for an action in the name of a service."""

    lecteur: LecteurDeDonnees
    demande: Demande
    saisine: Saisine
    service: int
    geste: GesteSaisine

    @property
    def soi(self) -> str:
        """Recipient of mails on the acting side, who is not written to."""
        return DEMANDEUR if self.service == self.demande.service_id else QUI_S_EN_OCCUPE


def trouver(lecteur: LecteurDeDonnees, numero: int) -> DemandeOuverte:
    """A question that the reader may see. Raises Introuvable."""
    lecteurs = services_lecteurs(lecteur, DEMANDE)
    recues = Saisine.objects.filter(demande=OuterRef("pk"), service__in=lecteurs)
    siennes = Demande.objects.filter(Q(service__in=lecteurs) | Exists(recues))
    demande = trouver_ligne(siennes.select_related("service__organisation"), numero, DEMANDES.inconnu)
    toutes = demande.saisines.select_related("service__organisation", "transferee_a__service").prefetch_related(
        "transferees_de__service"
    )
    visibles = [s for s in toutes if demande.service_id in lecteurs or s.service_id in lecteurs]
    siens = frozenset({demande.service_id, *(s.service_id for s in visibles)})
    return DemandeOuverte(demande, tuple(visibles), lecteurs & siens, services_auteurs(lecteur, DEMANDE) & siens)


@contextmanager
def tenir(
    lecteur: LecteurDeDonnees, numero: int, saisine: int, geste: GesteSaisine, version: int | None = None
) -> Iterator[SaisineTenue]:
    """Lock a thread in a transaction for an action, after checking its state and the reader's rights. ``version``: the
    version read, None when nothing is overwritten.

    The question is locked first, so that concurrent actions are serialised. Raises Introuvable, GesteRefuse,
    Concurrence, GesteImpossible.
    """
    with ecriture():
        ouverte = trouver(lecteur, numero)
        ouverte.saisine(saisine)
        demande = Demande.objects.select_for_update(no_key=True).get(pk=numero)
        tenue = Saisine.objects.select_for_update(no_key=True).get(pk=saisine)
        tenue.demande = demande
        service = ouverte.au_nom_de(tenue, geste)
        if service is None:
            if not ouverte.auteurs:
                lecteur.exiger(DEMANDE, action=Droit.MESSAGE)
            raise GesteRefuse("Ce geste n’est pas celui de votre service dans cette demande.")
        if version is not None:
            exiger_version(version, tenue.version, "agi sur cette demande")
        DEMANDES.suivant(tenue.etat, geste)
        yield SaisineTenue(lecteur, demande, tenue, service, geste)
