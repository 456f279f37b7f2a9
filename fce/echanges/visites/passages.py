"""Tells a service that another one has been where it announced a visit.

A job looks for such visits after every contact, so that neither the queue nor the response tells its author whether
somebody announced one.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Final

from django.db.models import BigIntegerField, Exists, OuterRef, QuerySet
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast
from procrastinate.contrib.django import app

from fce.droits.comptes.evenements import SYSTEME
from fce.droits.habilitations.lecteur import LecteurDeDonnees
from fce.echanges.croisements.adresses import lieux_de
from fce.echanges.croisements.recherche import croisements_de
from fce.echanges.croisements.regles import Duree
from fce.echanges.genre import noter, photographier
from fce.echanges.models import EvenementVisite, Interaction, ReponseCroisement, VisiteAnnoncee
from fce.echanges.visites.croisees import ecrire_au_service_de
from fce.echanges.visites.devenir import A_DEFAIRE, interlocuteurs
from fce.echanges.visites.genre import VISITE, VISITES, EtatVisite, GesteVisite
from fce.echanges.vocabulaire import PROXIMITE, SUR_PLACE
from fce.socle.base.ecriture import ecriture
from fce.socle.texte import paris

TACHE_PASSAGE: Final = "dire_un_passage"
_AILLEURS: Final = 0
"""Stands for all the services met at another establishment of the company: told once for a visit, whoever they are."""


def demander(contact: Interaction) -> None:
    """Queue the search of the visits that a contact crosses, in its transaction, for every contact. After the minute
    in which a change can be undone: withdrawn by then, it is told to nobody."""
    app.configure_task(TACHE_PASSAGE, schedule_in={"seconds": A_DEFAIRE.total_seconds()}).defer(contact=contact.pk)


def prevenir(numero: int, maintenant: datetime) -> int:
    """Queue a mail to each service whose announced visit, not over, a contact crosses; return how many.

    For one visit, a service is told once, however many contacts it writes, withdraws and writes again. Raises
    SourceIndisponible.
    """
    contact = Interaction.objects.filter(pk=numero, retiree_le=None, genre__in=SUR_PLACE).first()
    if contact is None:
        return 0
    lieux, fait = lieux_de(contact.lieux.values_list("siret", flat=True)).values(), Duree(contact.jour, contact.jour)
    croisees = croisements_de(lieux, contact.jour, contact.jour, [contact.service_id])
    jour = paris.jour_de(maintenant)
    # By the day of the contact, which is no secret, as on the page of the visit.
    return sum(
        _dire(contact, c.visite, contact.service_id if c.fort else _AILLEURS)
        for c in croisees
        if c.visite and c.fin >= jour and fait.ecart(Duree(c.debut, c.fin)) <= PROXIMITE
    )


def a_relire(services: Iterable[int], aujourd_hui: date) -> QuerySet[VisiteAnnoncee]:
    """Visits of these services at whose place another one has been since: until it is read or answered, the contact
    withdrawn, or the visit moved or over."""
    relu = (GesteVisite.REPORTER, GesteVisite.LIRE_PASSAGE)
    contact, ensuite = OuterRef("contact"), {"visite": OuterRef("visite"), "pk__gt": OuterRef("pk")}
    passages = (
        EvenementVisite.objects.filter(geste=GesteVisite.ETRE_PRECEDEE, apres__qui__gt=_AILLEURS)
        .annotate(contact=Cast(KeyTextTransform("contact", "apres"), BigIntegerField()))
        .filter(Exists(Interaction.objects.filter(pk=contact, retiree_le=None)))
        .exclude(Exists(EvenementVisite.objects.filter(geste__in=relu, **ensuite)))
        .exclude(Exists(ReponseCroisement.objects.filter(visite=OuterRef("visite"), contact=contact)))
    )
    encore = VisiteAnnoncee.objects.filter(service__in=services, etat=EtatVisite.ANNONCEE, fin__gte=aujourd_hui)
    return encore.filter(pk__in=passages.values("visite"))


def noter_lecture(lecteur: LecteurDeDonnees, visite: VisiteAnnoncee) -> VisiteAnnoncee:
    """Note that the service of a visit has read the contacts told so far. Raises GesteRefuse."""
    lecteur.exiger_service(visite.service_id, VISITE)
    with ecriture():
        if a_relire([visite.service_id], lecteur.aujourd_hui).filter(pk=visite.pk).exists():
            avant = photographier(VISITES, visite)
            noter(VISITES, visite, GesteVisite.LIRE_PASSAGE, lecteur.acteur.identifiant, avant)
    return visite


def notes_depuis(visite: VisiteAnnoncee, contacts: Iterable[int]) -> frozenset[int]:
    """Those of these contacts that were written after a visit was announced."""
    depuis = Interaction.objects.filter(pk__in=list(contacts), cree_le__gt=visite.cree_le)
    return frozenset(depuis.values_list("pk", flat=True))


def _dire(contact: Interaction, visee: int, qui: int) -> bool:
    """Write a step of the visit and queue its mail; False when a mail told of ``qui`` before."""
    with ecriture():
        # Locked, so that two contacts written at once are told once.
        visites = VisiteAnnoncee.objects.select_for_update(no_key=True)
        visite = visites.filter(pk=visee, etat=EtatVisite.ANNONCEE).first()
        if visite is None or visite.reponses.filter(contact=contact).exists():
            return False
        dits = visite.evenements.filter(geste=GesteVisite.ETRE_PRECEDEE)
        if dits.filter(apres__contact=contact.pk).exists():
            return False
        neuf = not dits.filter(apres__qui=qui).exists()
        if neuf or qui:
            avant = photographier(VISITES, visite)
            noter(VISITES, visite, GesteVisite.ETRE_PRECEDEE, SYSTEME, avant, contact=contact.pk, qui=qui)
        neuf = neuf and visite.pk not in _prevenues_de_la_visite(contact)
        if neuf:
            ecrire_au_service_de(visite, contact.modifiee_le)
    return neuf


def _prevenues_de_la_visite(contact: Interaction) -> list[int]:
    """Visits whose services are already told that the visit of this contact took place, having answered it."""
    visite = VisiteAnnoncee.objects.filter(interaction=contact).first()
    return [r.visite_id for r in interlocuteurs(visite)] if visite is not None else []
