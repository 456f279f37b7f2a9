"""Visits that cross an announced visit: searched, and kept for both services.

A row of ``ReponseCroisement`` per visit and visit that crosses it at the same place says what its service answered, and
since when something waits for it. A job writes these rows after each announcement, so that two visits announced in the
same second both get one.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from django.db.models import Q, QuerySet
from django.utils import timezone
from procrastinate.contrib.django import app

from fce.droits.comptes.models import Compte
from fce.echanges.courriels import annoncer_pour_une_visite
from fce.echanges.croisements.adresses import LieuConnu, lieux_de
from fce.echanges.croisements.recherche import Croisement, croisements_de
from fce.echanges.models import EvenementVisite, RendezVous, ReponseCroisement, VisiteAnnoncee
from fce.echanges.visites.genre import DATENT, VOUS_ATTEND, EtatVisite
from fce.socle.base.ecriture import ecriture

TACHE_CROISER: Final = "croiser_une_visite"


def croisements_de_la_visite(visite: VisiteAnnoncee) -> list[Croisement]:
    """Crossings of a visit that its service may know; none for an operation that is hidden, or led by another service.
    Two round trips."""
    return (
        []
        if est_tue(visite)
        else croisements_de(lieux_de_la_visite(visite), visite.debut, visite.fin, [visite.service_id])
    )


def lieux_de_la_visite(visite: VisiteAnnoncee) -> list[LieuConnu]:
    """Places of a visit, from Sirene today. Two round trips."""
    return list(lieux_de(visite.lieux.values_list("siret", flat=True)).values())


def est_tue(visite: VisiteAnnoncee) -> bool:
    """Whether the crossings of a visit are hidden: it belongs to an operation not opened by its coordinator, or led by
    another service."""
    operation = visite.operation
    if operation is None:
        return False
    return not operation.ouverte_aux_croisements or operation.coordinateur_id != visite.service_id


def tenir_ensemble(numeros: Iterable[int]) -> dict[int, VisiteAnnoncee]:
    """Visits and those of their common visits, locked until the end of the transaction, in order of number: whoever
    writes what passes between visits holds them first, so that two services answering one another never deadlock. Rows
    that refer to them are not blocked."""
    voulues = set(numeros)
    while True:
        tenues = VisiteAnnoncee.objects.select_for_update(no_key=True, of=("self",)).filter(pk__in=voulues)
        visites = {visite.pk: visite for visite in tenues.order_by("pk")}
        communes = {visite.commune_id for visite in visites.values()} - {None}
        membres = VisiteAnnoncee.objects.filter(commune__in=communes).values_list("pk", flat=True)
        if voulues >= set(membres):
            return visites
        voulues |= set(membres)


def demander_de_croiser(visite: VisiteAnnoncee) -> None:
    """Queue ``croiser`` for a new or moved visit, in the transaction of the action."""
    app.configure_task(TACHE_CROISER).defer(visite=visite.pk)


def croiser(numero: int, *, change: bool = True) -> None:
    """Keep whom an announced visit crosses, for both services, and tell those who do not know yet. Rows without an
    answer, about visits that it no longer crosses, are deleted. ``change``: because a visit has new days, and not
    because Sirene has changed."""
    visite = VisiteAnnoncee.objects.filter(pk=numero, etat=EtatVisite.ANNONCEE, operation=None).first()
    if visite is None:
        return
    trouves = [c.visite for c in croisements_de_la_visite(visite) if c.fort and c.visite is not None]
    with ecriture():
        tenues = tenir_ensemble([numero, *trouves])
        croisees = [tenues[pk] for pk in trouves if pk in tenues and tenues[pk].etat == EtatVisite.ANNONCEE]
        for autre in croisees:
            etape = EvenementVisite.objects.filter(visite__in=(visite, autre), geste__in=DATENT).last()
            depuis = etape.quand if change and etape is not None else None
            garder(visite, autre, depuis)
            garder(autre, visite, depuis)
        _sans_reponse_avec(visite).exclude(visite__in=croisees).exclude(autre__in=croisees).delete()


def croiser_les_annoncees() -> None:
    """``croiser`` all announced visits: addresses and successions change in Sirene."""
    annoncees = VisiteAnnoncee.objects.filter(etat=EtatVisite.ANNONCEE, operation=None)
    for numero in list(annoncees.values_list("pk", flat=True)):
        croiser(numero, change=False)


def garder(visite: VisiteAnnoncee, autre: VisiteAnnoncee, depuis: datetime | None = None) -> None:
    """Keep that ``autre`` crosses ``visite``, since ``depuis``. When it is new, its service has something to do, and is
    written to, unless the answer of the other service has already done so."""
    reponse, neuve = ReponseCroisement.objects.get_or_create(visite=visite, autre=autre, contact=None)
    if neuve:
        reponse.noter_lecture()
        reponse.attend_depuis = timezone.now()
        reponse.save()
        if not autre.reponses.filter(autre=visite).exclude(choix="").exists():
            ecrire_au_service_de(visite, depuis)


def attendent(compte: Compte, depuis: datetime | None = None) -> bool:
    """Whether something waits for a visit that an agent announced, for his service: since an instant, or at all."""
    siennes = attendues(depuis).filter(auteur=compte.identifiant)
    # One filter for both, so that they are about one membership.
    return siennes.filter(service__appartenances__compte=compte, service__appartenances__fin=None).exists()


def attendues(depuis: datetime | None = None) -> QuerySet[VisiteAnnoncee]:
    """Announced visits for which something waits, since after an instant or at all: about another one, or about their
    common visit."""
    suite = {"attend_depuis__isnull": False} if depuis is None else {"attend_depuis__gt": depuis}
    annoncees = VisiteAnnoncee.objects.filter(etat=EtatVisite.ANNONCEE, operation=None)
    return annoncees.filter(Q(**suite) | Q(pk__in=ReponseCroisement.objects.filter(**suite).values("visite")))


def prevenir(visites: Iterable[VisiteAnnoncee]) -> None:
    """Give the services of locked visits something to do about their common visit, and write to them."""
    for visite in visites:
        visite.changer(attend_depuis=timezone.now())
        ecrire_au_service_de(visite)


def ecrire_au_service_de(visite: VisiteAnnoncee, depuis: datetime | None = None) -> None:
    """Ask for a mail to the service of a visit: a link to its page, which says what there is to read since
    ``depuis``."""
    annoncer_pour_une_visite(visite.pk, visite.service_id, VOUS_ATTEND, depuis)


def rendez_vous_entre(une: int, autre: int) -> QuerySet[RendezVous]:
    """Rounds of proposals between two visits, the last one first."""
    deux = Q(visite=une, autre=autre) | Q(visite=autre, autre=une)
    return RendezVous.objects.filter(deux).select_related("visite", "autre")


def _sans_reponse_avec(visite: VisiteAnnoncee) -> QuerySet[ReponseCroisement]:
    """Rows between a visit and others where neither service has answered."""
    siennes = ReponseCroisement.objects.filter(Q(visite=visite) | Q(autre=visite), choix="")
    dites = ReponseCroisement.objects.exclude(choix="")
    return siennes.exclude(visite=visite, autre__in=dites.filter(autre=visite).values("visite")).exclude(
        autre=visite, visite__in=dites.filter(visite=visite, autre__isnull=False).values("autre")
    )
