"""What a visit has become, told to the services that answered it, or were answered by it; the minute in which a change
can be undone."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from django.db.models import Q
from django.utils import timezone
from procrastinate.contrib.django import app

from fce.echanges.models import EvenementVisite, ReponseCroisement, VisiteAnnoncee
from fce.echanges.visites.croisees import ecrire_au_service_de, prevenir, tenir_ensemble
from fce.echanges.visites.genre import VISITES, EtatVisite, GesteVisite
from fce.echanges.vocabulaire import ATTENTE, Reaction
from fce.socle.base.ecriture import ecriture
from fce.socle.texte import formats, paris

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
    """Rows of the announced visits whose services answered this one, or were answered by it, or are members of its
    common visit: those to tell when it changes."""
    repondues = visite.reponses.exclude(choix="").values("autre")
    recues = visite.reponses_recues.filter(visite__etat=EtatVisite.ANNONCEE, visite__operation=None)
    recues = recues.filter(~Q(choix="") | Q(visite__in=repondues))
    reponses = list(recues.select_related("visite__service__organisation", "autre").order_by("pk"))
    dits = {r.visite_id for r in reponses}
    return reponses + [ReponseCroisement(visite=m, autre=visite) for m in visite.autres_membres if m.pk not in dits]


def demander_de_dire(visite: VisiteAnnoncee, maintenant: datetime) -> None:
    """Queue ``dire`` for the last change of a visit, after the minute in which it can be undone."""
    etape = visite.evenements.filter(geste__in=QUI_SE_DISENT).latest("pk")
    app.configure_task(TACHE_CHANGEMENT, schedule_at=maintenant + A_DEFAIRE).defer(etape=etape.pk)


def dire(numero: int) -> None:
    """Tell what a step has made of a visit, unless another followed, be it an undo: this one then tells. Members of a
    common visit that it left are told anyway, unless it is back."""
    etape = EvenementVisite.objects.select_related("visite__commune").filter(pk=numero).first()
    if etape is None:
        return
    quittee = etape.avant.get("commune_id")
    restent = VisiteAnnoncee.objects.filter(commune=quittee, etat=EtatVisite.ANNONCEE) if quittee else []
    with ecriture():
        reponses = interlocuteurs(etape.visite)
        tenues = tenir_ensemble([etape.visite_id, *(m.pk for m in restent), *(r.visite_id for r in reponses)])
        membres = [tenues[m.pk] for m in restent if etape.visite.commune_id != quittee]
        depuis = _en_vigueur(etape).quand
        for reponse in [] if _changee_depuis(etape) else interlocuteurs(etape.visite):
            sans_elle = etape.geste == GesteVisite.CONVENIR and reponse.choix == Reaction.COMMUNE
            change = reponse.perimee or (sans_elle and reponse.visite.commune_id != etape.visite.commune_id)
            if change and not _dite(reponse.visite, etape.visite, depuis):
                attendre(reponse.visite, etape.visite, etape.quand)
        prevenir(m for m in membres if not _dite(m, etape.visite, etape.quand))


def _dite(visite: VisiteAnnoncee, autre: VisiteAnnoncee, depuis: datetime) -> bool:
    """Whether the service of ``visite`` has been told something since, by an answer or of their common visit."""
    rangees = visite.reponses.filter(autre=autre, attend_depuis__gte=depuis)
    return (visite.attend_depuis is not None and visite.attend_depuis >= depuis) or rangees.exists()


def attendre(visite: VisiteAnnoncee, autre: VisiteAnnoncee, depuis: datetime | None = None) -> None:
    """Give the service of ``visite`` something to do about ``autre``, since ``depuis``, and write to it."""
    visite.reponses.filter(autre=autre).update(attend_depuis=timezone.now())
    ecrire_au_service_de(visite, depuis)


def a_defaire(visite: VisiteAnnoncee, maintenant: datetime) -> EvenementVisite | None:
    """The change that can still be undone: the last step of its service, less than a minute old, without a contact."""
    etape = visite.evenements.exclude(geste__in=(GesteVisite.ETRE_PRECEDEE, GesteVisite.LIRE_PASSAGE)).last()
    if etape is None or etape.geste not in _DEFAISABLES or etape.quand <= maintenant - A_DEFAIRE:
        return None
    expiree = etape.avant.get("etat") == EtatVisite.EXPIREE
    return None if expiree or visite.interaction_id is not None else etape


def devenue(reponse: ReponseCroisement) -> str:
    """What has become of the other visit since the service of ``reponse`` read it, in weeks; "" when nothing."""
    autre = reponse.autre
    if autre is None or reponse.lundi_lu is None or not reponse.perimee:
        return ""
    semaine = formats.semaine(reponse.lundi_lu)
    ferme = autre.service.ferme_le is not None or autre.service.organisation.fermee_le is not None
    # A job expires the visits of a service that closes or has nobody left; what it said of them before stands.
    if ferme and autre.etat in VISITES.depuis(GesteVisite.TENIR):
        return f"a fermé : sa visite n’aura pas lieu ({semaine})"
    if autre.etat == EtatVisite.EXPIREE and autre.close_le and paris.jour_de(autre.close_le) <= autre.fin + ATTENTE:
        return f"n’a plus d’agent : sa visite n’est plus annoncée ({semaine})"
    if autre.etat in _DEVENUES:
        return f"{_DEVENUES[EtatVisite(autre.etat)]} ({semaine})"
    return f"a déplacé sa visite : {semaine}, puis {formats.semaine(autre.debut)}"


def _changee_depuis(etape: EvenementVisite) -> bool:
    return EvenementVisite.objects.filter(visite=etape.visite_id, pk__gt=etape.pk, geste__in=QUI_SE_DISENT).exists()


def _en_vigueur(etape: EvenementVisite) -> EvenementVisite:
    """The step that made the visit what it is: ``etape``, or for an undo the one that it brings back, if any."""
    debout: list[EvenementVisite] = []
    for faite in EvenementVisite.objects.filter(visite=etape.visite_id, pk__lte=etape.pk, geste__in=QUI_SE_DISENT):
        debout = debout[:-1] if faite.geste == GesteVisite.DEFAIRE else [*debout, faite]
    return debout[-1] if debout else etape
