"""Jobs of the exchanges: mails, alerts, deadlines."""

from datetime import datetime

import django.db
from django.conf import settings
from django.utils import timezone
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from fce.droits.comptes.models import Groupe
from fce.droits.comptes.tasks import REPRISES_DE_COURRIEL
from fce.echanges import courriels
from fce.echanges.croisements import cles
from fce.echanges.demandes import echeances
from fce.echanges.operations import courriels as courriels_des_operations, echeances as echeances_des_operations
from fce.echanges.operations.croisements import TACHE_CROISEMENTS
from fce.echanges.pieces import services as pieces
from fce.echanges.suivis import alertes, annonces, courriels as courriels_des_suivis, recherches, services as suivis
from fce.echanges.visites import communes, croisees, devenir, passages, services as visites
from fce.socle.erreurs import SourceIndisponible

# 5 s, 25 s, 2 min, 10 min: a generation dropped while being read is gone at the next attempt.
_REPRISES = RetryStrategy(max_attempts=5, exponential_wait=5, retry_exceptions=(django.db.Error, SourceIndisponible))


@app.periodic(cron="53 4 * * *")
@app.task(name="effacer_pieces", queueing_lock="effacer_pieces", lock="effacer_pieces")
def effacer_pieces(timestamp: int = 0) -> None:
    """Daily, after the purge: delete the bytes of attachments without a row."""
    pieces.nettoyer_orphelines(timezone.now())


@app.task(name=courriels.TACHE_SERVICE, retry=REPRISES_DE_COURRIEL)
def ecrire_a_un_service(service: int, page: str, phrase: str, visite: int = 0) -> None:
    """Send one mail to a service, unless it is gone, or has had the one due for ``visite``."""
    trouve = Groupe.objects.filter(pk=service).first()
    if trouve is not None and visite:
        courriels.envoyer_pour_une_visite(visite, trouve, page, phrase)
    elif trouve is not None:
        courriels.envoyer_au_service(trouve, page, phrase)


@app.periodic(cron="23 3 * * *")
@app.task(name="finir_les_visites", queueing_lock="finir_les_visites", lock="finir_les_visites")
def finir_les_visites(timestamp: int = 0) -> None:
    """Daily: expire the announced visits whose service did not report whether they took place."""
    visites.finir_les_passees(timezone.now())


@app.task(name=passages.TACHE_PASSAGE, retry=_REPRISES)
def dire_un_passage(contact: int) -> None:
    """Find the announced visits that a contact crosses, and queue mails to their services."""
    if settings.FCE_ECHANGES:
        passages.prevenir(contact, timezone.now())


@app.task(name=croisees.TACHE_CROISER, retry=_REPRISES)
def croiser_une_visite(visite: int) -> None:
    """Keep, for both services, which visits an announced visit crosses."""
    croisees.croiser(visite)


@app.task(name=devenir.TACHE_CHANGEMENT, retry=_REPRISES)
def dire_un_changement_de_visite(etape: int) -> None:
    """Tell those who answered a visit what a step has made of it, unless it was undone."""
    devenir.dire(etape)


@app.periodic(cron="47 3 * * *")
@app.task(name="croiser_les_visites", queueing_lock="croiser_les_visites", lock="croiser_les_visites")
def croiser_les_visites(timestamp: int = 0) -> None:
    """Daily: close the days offered that nobody confirmed; look again at what announced visits cross."""
    communes.clore_les_silences(timezone.now())
    communes.reunir_les_annoncees()
    croisees.croiser_les_annoncees()


@app.periodic(cron="29 3 * * *")
@app.task(name="refaire_les_cles", queueing_lock="refaire_les_cles", lock="refaire_les_cles")
def refaire_les_cles(timestamp: int = 0) -> None:
    """Once a day: places follow the addresses that Sirene has today, folded as this version folds them."""
    cles.refaire_les_cles(timezone.now())


@app.task(name=courriels_des_operations.TACHE_INVITATION_OPERATION, retry=REPRISES_DE_COURRIEL)
def envoyer_une_invitation_a_une_operation(operation: int, service: int) -> None:
    """Send one invitation, unless the operation or the service is gone."""
    courriels_des_operations.envoyer_invitation(operation, service)


@app.task(name=TACHE_CROISEMENTS, retry=_REPRISES)
def annoncer_les_croisements(visite: int) -> None:
    """Find the operations that an announced visit crosses, and queue mails to their leading services."""
    courriels_des_operations.annoncer_aux_coordinateurs(visite)


@app.task(name=courriels_des_operations.TACHE_COORDINATEUR, retry=REPRISES_DE_COURRIEL)
def envoyer_un_croisement(operation: int, visite: int, annonce: str = "") -> None:
    """Send one mail to an operation's leading service, unless the crossing is over."""
    courriels_des_operations.envoyer_au_coordinateur(operation, visite)


@app.periodic(cron="19 3 * * *")
@app.task(name="clore_les_operations", queueing_lock="clore_les_operations", lock="clore_les_operations")
def clore_les_operations(timestamp: int = 0) -> None:
    """Daily: warn of operations that nobody closed, and close those warned of a month ago. Nothing while the room is
    closed, since the mail has no page to link to."""
    if settings.FCE_ECHANGES:
        echeances_des_operations.clore_les_laissees(timezone.now())


@app.periodic(cron="37 5 * * *")
@app.task(name="rappels_des_demandes", queueing_lock="rappels_des_demandes", lock="demandes")
def rappeler_les_demandes(timestamp: int = 0) -> None:
    """Daily, before offices open: release questions of departed agents, then remind late services. Nothing is sent
    while the room is closed, since there is no page to link to."""
    if settings.FCE_ECHANGES:
        echeances.rendre_aux_services(timezone.now())
        echeances.envoyer_les_rappels(timezone.now())


@app.periodic(cron="17 3 * * *")
@app.task(name="finir_les_demandes", queueing_lock="finir_les_demandes", lock="demandes")
def finir_les_demandes(timestamp: int = 0) -> None:
    """Daily: close questions answered long ago, pseudonymise those closed long ago."""
    echeances.fermer_les_repondues(timezone.now())
    echeances.effacer_les_auteurs(timezone.now())


@app.task(name=annonces.TACHE_IMPORT, retry=_REPRISES)
def noter_les_alertes_d_un_import(source: str, vers: int, depuis: int, quand: str) -> None:
    if settings.FCE_ECHANGES:
        alertes.noter_les_changements(source, vers, depuis, datetime.fromisoformat(quand))


@app.task(name=annonces.TACHE_RETRAIT, retry=_REPRISES)
def retirer_les_alertes_d_un_import(source: str, importation: int) -> None:
    alertes.retirer_les_alertes(source, importation)


@app.task(name=annonces.TACHE_CONTACT, retry=_REPRISES)
def noter_les_alertes_d_un_contact(contact: int) -> None:
    if settings.FCE_ECHANGES:
        alertes.noter_un_contact(contact)


@app.task(name=annonces.TACHE_VISITE, retry=_REPRISES)
def noter_les_alertes_d_une_visite(visite: int) -> None:
    if settings.FCE_ECHANGES:
        alertes.noter_une_visite(visite)
        suivis.ouvrir_le_rythme_de_l_auteur(visite)


@app.periodic(cron="29 * * * *")
@app.task(name=annonces.TACHE_RECHERCHES, lock=annonces.TACHE_RECHERCHES, retry=_REPRISES)
def relire_les_recherches_suivies(timestamp: int = 0) -> None:
    """After each index, and hourly as a fallback: run the followed searches again."""
    if settings.FCE_ECHANGES:
        recherches.relire_les_recherches()


@app.periodic(cron="*/5 * * * *")
@app.task(name="preparer_les_alertes", queueing_lock="preparer_les_alertes", lock="preparer_les_alertes")
def preparer_les_alertes(timestamp: int = 0) -> None:
    """Every five minutes: queue the mails that are due."""
    if settings.FCE_ECHANGES:
        courriels_des_suivis.preparer_les_courriels(timezone.now())


@app.task(name=courriels_des_suivis.TACHE_ALERTES, retry=REPRISES_DE_COURRIEL)
def ecrire_les_alertes(compte: int, lot: int) -> None:
    if settings.FCE_ECHANGES:
        courriels_des_suivis.envoyer_les_alertes(compte, lot)
