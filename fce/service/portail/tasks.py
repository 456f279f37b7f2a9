"""Jobs: mails to anonymous authors, and to subscribers of the news."""

from contextlib import suppress

from procrastinate.contrib.django import app

from fce.droits.comptes.models import Compte
from fce.droits.comptes.tasks import REPRISES_DE_COURRIEL
from fce.service.portail.contact import services as contact
from fce.service.portail.models import DemandeAssistance
from fce.service.portail.nouvelles import services as nouvelles


@app.task(name=contact.TACHE_REPONSE, retry=REPRISES_DE_COURRIEL)
def envoyer_la_reponse(demande: int) -> None:
    with suppress(DemandeAssistance.DoesNotExist):
        contact.envoyer_reponse(DemandeAssistance.objects.get(pk=demande))


@app.task(name=nouvelles.TACHE_NOUVELLES)
def annoncer_les_nouveautes(nouveaute: int) -> None:
    nouvelles.annoncer_aux_abonnes(nouveaute)


@app.task(name=nouvelles.TACHE_NOUVELLE, retry=REPRISES_DE_COURRIEL)
def ecrire_une_nouveaute(compte: int) -> None:
    with suppress(Compte.DoesNotExist):
        nouvelles.envoyer_nouvelles(Compte.objects.get(pk=compte))
