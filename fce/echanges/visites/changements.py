"""What a visit has become, told to the services that answered it, or were answered by it; the minute in which a change
can be undone."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from django.db.models import Q
from django.utils import timezone
from procrastinate.contrib.django import app

from fce.echanges.models import EvenementVisite, ReponseCroisement, VisiteAnnoncee
from fce.echanges.visites.croisees import ecrire_au_service_de, rendez_vous_entre, tenir_ensemble
from fce.echanges.visites.genre import PASSAGE_LU, VISITES, EtatRendezVous, EtatVisite, GesteVisite
from fce.echanges.vocabulaire import ATTENTE
from fce.socle import formats, paris
from fce.socle.base import ecriture

TACHE_CHANGEMENT: Final = "dire_un_changement_de_visite"
A_DEFAIRE: Final = timedelta(minutes=1)
"""How long a change may be undone. Nobody is told before."""
QUI_SE_DISENT: Final = frozenset(nom for nom, geste in VISITES.gestes.items() if "interlocuteurs" in geste.previent)
_DEFAISABLES: Final = QUI_SE_DISENT - {GesteVisite.EXPIRER, GesteVisite.CONVENIR, GesteVisite.DEFAIRE}
_DEVENUES: Final = {
    EtatVisite.RENONCEE: "a renoncé à sa visite",
    EtatVisite.TENUE: "a dit que sa visite a eu lieu",
    EtatVisite.NON_TENUE: "a dit que sa visite n’a pas eu lieu",
    EtatVisite.EXPIREE: "n’a pas dit si sa visite a eu lieu",
}


def interlocuteurs(visite: VisiteAnnoncee) -> list[ReponseCroisement]:
    """Rows of the announced visits whose services answered this one, or were answered by it: those to tell when it
    changes."""
    repondues = visite.reponses.exclude(choix="").values("autre")
    recues = visite.reponses_recues.filter(visite__etat=EtatVisite.ANNONCEE, visite__operation=None)
    recues = recues.filter(~Q(choix="") | Q(visite__in=repondues))
    return list(recues.select_related("visite__service__organisation", "autre").order_by("pk"))


def demander_de_dire(visite: VisiteAnnoncee, maintenant: datetime) -> None:
    """Queue ``dire`` for the last change of a visit, after the minute in which it can be undone."""
    etape = visite.evenements.filter(geste__in=QUI_SE_DISENT).latest("pk")
    app.configure_task(TACHE_CHANGEMENT, schedule_at=maintenant + A_DEFAIRE).defer(etape=etape.pk)


def dire(numero: int) -> None:
    """Tell what a step has made of a visit, unless another followed, be it an undo: this one then tells."""
    etape = EvenementVisite.objects.select_related("visite").filter(pk=numero).first()
    if etape is None or _changee_depuis(etape):
        return
    with ecriture():
        tenir_ensemble([etape.visite_id, *(r.visite_id for r in interlocuteurs(etape.visite))])
        depuis = _en_vigueur(etape).quand
        for reponse in interlocuteurs(etape.visite):
            change = _rompre(etape.visite_id, reponse.visite_id) or reponse.perimee
            # Its service may have been told since, by an answer.
            dite = reponse.attend_depuis is not None and reponse.attend_depuis >= depuis
            if change and not dite:
                attendre(reponse.visite, etape.visite, etape.quand)


def attendre(visite: VisiteAnnoncee, autre: VisiteAnnoncee, depuis: datetime | None = None) -> None:
    """Give the service of ``visite`` something to do about ``autre``, since ``depuis``, and write to it."""
    visite.reponses.filter(autre=autre).update(attend_depuis=timezone.now())
    ecrire_au_service_de(visite, depuis)


def a_defaire(visite: VisiteAnnoncee, maintenant: datetime) -> EvenementVisite | None:
    """The change that can still be undone: the last step of its service, less than a minute old, without a contact."""
    etape = visite.evenements.exclude(geste__in=(GesteVisite.ETRE_PRECEDEE, PASSAGE_LU)).last()
    if etape is None or etape.geste not in _DEFAISABLES or etape.quand <= maintenant - A_DEFAIRE:
        return None
    expiree = etape.avant.get("etat") == EtatVisite.EXPIREE
    return None if expiree or visite.interaction_id is not None else etape


def devenue(reponse: ReponseCroisement) -> str:
    """What has become of the other visit since the service of ``reponse`` read it, in weeks; "" when nothing."""
    autre = reponse.autre
    if autre is None or reponse.lundi_lu is None or not reponse.perimee:
        return ""
    lue = formats.semaine(reponse.lundi_lu)
    ferme = autre.service.ferme_le is not None or autre.service.organisation.fermee_le is not None
    # A job expires the visits of a service that closes or has nobody left; what it said of them before stands.
    if ferme and autre.etat in (EtatVisite.ANNONCEE, EtatVisite.EXPIREE):
        return f"a fermé : sa visite n’aura pas lieu ({lue})"
    if autre.etat == EtatVisite.EXPIREE and autre.close_le and paris.jour_de(autre.close_le) <= autre.fin + ATTENTE:
        return f"n’a plus d’agent : sa visite n’est plus annoncée ({lue})"
    if autre.etat in _DEVENUES:
        return f"{_DEVENUES[EtatVisite(autre.etat)]} ({lue})"
    return f"a déplacé sa visite : {lue}, puis {formats.semaine(autre.debut)}"


def _changee_depuis(etape: EvenementVisite) -> bool:
    return EvenementVisite.objects.filter(visite=etape.visite_id, pk__gt=etape.pk, geste__in=QUI_SE_DISENT).exists()


def _en_vigueur(etape: EvenementVisite) -> EvenementVisite:
    """The step that made the visit what it is: ``etape``, or for an undo the one that it brings back, if any."""
    debout: list[EvenementVisite] = []
    for faite in EvenementVisite.objects.filter(visite=etape.visite_id, pk__lte=etape.pk, geste__in=QUI_SE_DISENT):
        debout = debout[:-1] if faite.geste == GesteVisite.DEFAIRE else [*debout, faite]
    return debout[-1] if debout else etape


def _rompre(une: int, autre: int) -> bool:
    """Note that two visits are no longer at the day that their services had agreed on, be they in the same week; False
    when they are, or when it was noted already."""
    dernier = rendez_vous_entre(une, autre).first()
    if dernier is None or dernier.etat != EtatRendezVous.ACCEPTE or dernier.tient:
        return False
    dernier.etat = EtatRendezVous.ROMPU
    dernier.save(update_fields=["etat"])
    return True
