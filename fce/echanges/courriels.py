"""Mails to a service: a sentence without any data, and a link. The rest is read after sign-in, within one's rights.

Each is sent by a job queued in the transaction of the event, as mails to accounts are (``droits.comptes.courriels``).
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Final

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from procrastinate.contrib.django import app

from fce.droits.comptes import courriels as comptes
from fce.droits.comptes.models import Appartenance, Compte, Groupe
from fce.echanges.models import CourrielDeVisite
from fce.socle.base.ecriture import ecriture
from fce.socle.texte import paris
from fce.socle.travaux import courriel

TACHE_SERVICE: Final = "ecrire_a_un_service"
PAS: Final = timedelta(minutes=15)
"""Between two mails to one service about one visit."""


def annoncer_au_service(service: int, page: str, phrase: str) -> None:
    """Queue a mail to a group. ``phrase``: without full stop, names or data; ``page``: path for its members."""
    app.configure_task(TACHE_SERVICE).defer(service=service, page=page, phrase=phrase)


def annoncer_pour_une_visite(visite: int, service: int, phrase: str, depuis: datetime | None = None) -> None:
    """Ask for a mail to the service of a visit, a link to its page: at once, then at most one every ``PAS``. The first
    job that runs sends the mail of all those queued; each call queues one, so that no failed job silences a visit.
    ``depuis``: since when the page says what there is to read; a mail that left later has led there already."""
    maintenant, page = timezone.now(), reverse("echanges:visite", args=[visite])
    etat, _ = CourrielDeVisite.objects.select_for_update().get_or_create(visite_id=visite)
    if depuis is not None and etat.parti_le is not None and etat.parti_le > depuis:
        return
    etat.changer(du_le=maintenant)
    quand = max(maintenant, etat.parti_le + PAS) if etat.parti_le else None
    tache = app.configure_task(TACHE_SERVICE, schedule_at=quand, lock=f"courriel-de-visite:{visite}")
    tache.defer(service=service, page=page, phrase=phrase, visite=visite)


def envoyer_pour_une_visite(visite: int, service: Groupe, page: str, phrase: str) -> None:
    """Send the mail due for a visit, unless another job has sent it. Raises OSError when the mail server fails."""
    etats = CourrielDeVisite.objects.filter(visite=visite)
    du_le = etats.values_list("du_le", flat=True).first()
    if du_le is None:
        return
    envoyer_au_service(service, page, phrase)
    # An event during the sending asks for another mail.
    with ecriture():
        etats.update(parti_le=timezone.now())
        etats.filter(du_le=du_le).update(du_le=None)


def envoyer_au_service(service: Groupe, page: str, phrase: str) -> bool:
    """Send a mail to the mailbox of a group; without one, to its present members; if none is present, to all of them.
    Nothing for a closed one. Raises OSError when the mail server fails."""
    if service.ferme_le is not None or service.organisation.fermee_le is not None:
        return False
    if service.courriel:
        courriel.envoyer(service.courriel, phrase, page)
        return True
    siens = membres_presents(service.pk, paris.aujourd_hui()) or membres(service.pk)
    return sum(comptes.envoyer(compte, phrase, page) for compte in siens) > 0


def membres(service: int) -> QuerySet[Compte]:
    """Current members of a service."""
    siennes = Appartenance.objects.filter(groupe=service, fin=None, suspendue_le=None)
    return Compte.objects.filter(pk__in=siennes.values("compte"), desactive_le=None).order_by("nom", "prenom", "pk")


def membres_presents(service: int, aujourd_hui: date) -> QuerySet[Compte]:
    """Current members of a service who have not announced an absence."""
    return membres(service).exclude(absence__jusqu_au__gte=aujourd_hui)
