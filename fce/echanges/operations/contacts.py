"""The targets that a service visited, written as its contacts in one action, once each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Final, NamedTuple

from django.db.models import Q

from fce.droits.habilitations.lecteur import LecteurDeDonnees
from fce.echanges.croisements.regles import Duree
from fce.echanges.erreurs import GesteImpossible
from fce.echanges.interactions.services import SaisieContact, ajouter_contact, verifier_saisie
from fce.echanges.models import Cible, ConstatOperation, Interaction, OperationConjointe, VisiteAnnoncee
from fce.echanges.objets import CONTACT
from fce.echanges.operations.acces import verrouiller
from fce.echanges.operations.genre import GesteOperation
from fce.echanges.visites.genre import VISITES, EtatVisite, GesteVisite
from fce.echanges.visites.services import tenir
from fce.echanges.vocabulaire import SUR_PLACE, Precision
from fce.socle.base.ecriture import ecriture
from fce.socle.erreurs import ParametreInvalide

_FAITES: Final = VISITES.depuis(GesteVisite.TENIR) | {EtatVisite.TENUE}


class VisiteDeCible(NamedTuple):
    """A service at a target. ``jour``: day to write; ``visitee``: it wrote findings there, or announced a visit that
    week (``visite``); ``contact``: number of the contact that says it already, or None."""

    jour: date
    visitee: bool
    visite: VisiteAnnoncee | None
    contact: int | None

    @property
    def a_noter(self) -> bool:
        return self.visitee and self.contact is None


def visites_des_cibles(
    operation: OperationConjointe, service: int, aujourd_hui: date, jours: Mapping[int, date] | None = None
) -> dict[int, VisiteDeCible]:
    """{target: visit of the service}. ``jours``: {target: day} where the author says another day than the one
    proposed, which is that of his visit, else that of the operation."""
    cibles = list(operation.cibles.all())
    sirets = [cible.siret for cible in cibles]
    visites = _visites(operation, service, sirets, aujourd_hui)
    constats = set(ConstatOperation.objects.filter(service=service, cible__in=cibles).values_list("cible", flat=True))
    proposes = {c.pk: _jour(operation, visites.get(c.siret), aujourd_hui) for c in cibles} | dict(jours or {})
    deja = _contacts(service, cibles, set(proposes.values()))
    par_cible = {}
    for cible in cibles:
        visite, jour = visites.get(cible.siret), proposes[cible.pk]
        contact = deja.get(_cle(cible)) or deja.get((cible.siret, jour)) or (visite.interaction_id if visite else None)
        par_cible[cible.pk] = VisiteDeCible(jour, visite is not None or cible.pk in constats, visite, contact)
    return par_cible


def noter_les_visites(
    lecteur: LecteurDeDonnees,
    numero: int,
    service: int,
    jours: Mapping[int, date],
    genre: str,
    *,
    themes: Iterable[str] = (),
    themes_partages: bool = False,
) -> int:
    """Write a contact of the service for each target of ``jours`` ({target: day}), all or none, and hold its announced
    visits; return how many are new. A target already noted is left as it is, so that the action may be done again.

    Raises Introuvable, GesteRefuse, GesteImpossible, ParametreInvalide.
    """
    lecteur.exiger_service(service, CONTACT)
    if genre not in SUR_PLACE:
        raise ParametreInvalide("Choisissez une visite ou un contrôle.", champ="genre")
    with ecriture():
        # Lock, so that of two colleagues the second finds the contacts of the first.
        ouverte = verrouiller(lecteur, numero, GesteOperation.NOTER_VISITES)
        ouverte.exiger_auteur(service)
        operation = ouverte.operation
        if operation.premier_jour > lecteur.aujourd_hui:
            raise GesteImpossible("Les visites d’une opération se notent à partir de son jour.")
        par_cible = visites_des_cibles(operation, service, lecteur.aujourd_hui, jours)
        voulues = [c for c in operation.cibles.all() if c.pk in jours]
        if not voulues or len(voulues) < len(jours):
            raise ParametreInvalide("Cochez au moins une cible de l’opération.")
        nouvelles, tenues = [c for c in voulues if par_cible[c.pk].contact is None], set()
        for cible in nouvelles:
            saisie = SaisieContact(
                cible.siren, (cible.siret,), genre, jours[cible.pk], tuple(themes), themes_partages=themes_partages
            )
            lieux = verifier_saisie(lecteur, service, saisie, confirme=False)
            contact = ajouter_contact(lecteur, service, saisie, lieux, cle_import=_cle(cible))
            visite = par_cible[cible.pk].visite
            if visite and visite.pk not in tenues and GesteVisite.TENIR in VISITES.possibles(visite.etat):
                tenues.add(visite.pk)
                tenir(lecteur, visite, visite.version, contact)
    return len(nouvelles)


def _visites(
    operation: OperationConjointe, service: int, sirets: Iterable[str], aujourd_hui: date
) -> dict[str, VisiteAnnoncee]:
    """{SIRET: visit that the service announced there in the week of the operation}."""
    semaine = Duree(operation.jour, operation.jour).semaines
    siennes = VisiteAnnoncee.objects.filter(
        service=service, etat__in=_FAITES, debut__lte=min(semaine.fin, aujourd_hui), fin__gte=semaine.debut
    )
    la = siennes.filter(lieux__siret__in=list(sirets)).distinct().prefetch_related("lieux")
    return {lieu.siret: visite for visite in la for lieu in visite.lieux.all()}


def _jour(operation: OperationConjointe, visite: VisiteAnnoncee | None, aujourd_hui: date) -> date:
    precis = visite is not None and visite.precision == Precision.JOUR
    return min(visite.debut if visite and precis else operation.jour, aujourd_hui)


def _contacts(service: int, cibles: Iterable[Cible], jours: Iterable[date]) -> dict[str | tuple[str, date], int]:
    """{key of a target, or (SIRET, day): number of the contact that the service wrote of it}. A withdrawn one keeps its
    key, so that it does not come back."""
    sirets, cles = [c.siret for c in cibles], [_cle(c) for c in cibles]
    du_jour = Q(retiree_le=None, genre__in=SUR_PLACE, jour__in=list(jours), lieux__siret__in=sirets)
    contacts = Interaction.objects.filter(Q(cle_import__in=cles) | du_jour, service=service)
    trouves: dict[str | tuple[str, date], int] = {}
    for numero, cle, jour, siret in contacts.values_list("pk", "cle_import", "jour", "lieux__siret"):
        trouves |= {cle: numero, (siret, jour): numero}
    return trouves


def _cle(cible: Cible) -> str:
    return f"operation {cible.operation_id} {cible.siret}"
