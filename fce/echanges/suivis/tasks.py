"""The jobs of what is followed: alerts of an import, of a contact, of a visit, searches read again, mails."""

from datetime import datetime

import django.db
from django.conf import settings
from django.utils import timezone
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from fce.comptes.tasks import REPRISES_DE_COURRIEL
from fce.echanges.suivis import alertes, annonces, courriels, recherches

# 5 s, 25 s, 2 min, 10 min: a generation that goes while it is read is gone at the next attempt.
_REPRISES = RetryStrategy(max_attempts=5, exponential_wait=5, retry_exceptions=(django.db.Error,))


@app.task(name=annonces.TACHE_IMPORT, retry=_REPRISES)
def noter_les_alertes_d_un_import(source: str, vers: int, depuis: int, quand: str) -> None:
    """Write the alerts of an import that was put in place."""
    if settings.FCE_ECHANGES:
        alertes.noter_les_changements(source, vers, depuis, datetime.fromisoformat(quand))


@app.task(name=annonces.TACHE_RETRAIT, retry=_REPRISES)
def retirer_les_alertes_d_un_import(source: str, importation: int) -> None:
    """Take back the alerts of an import that was undone."""
    alertes.retirer_les_alertes(source, importation)


@app.task(name=annonces.TACHE_CONTACT, retry=_REPRISES)
def noter_les_alertes_d_un_contact(contact: int) -> None:
    """Write the alerts of a contact."""
    if settings.FCE_ECHANGES:
        alertes.noter_un_contact(contact)


@app.task(name=annonces.TACHE_VISITE, retry=_REPRISES)
def noter_les_alertes_d_une_visite(visite: int) -> None:
    """Write the alerts of an announced visit."""
    if settings.FCE_ECHANGES:
        alertes.noter_une_visite(visite)


@app.periodic(cron="29 * * * *")
@app.task(name=annonces.TACHE_RECHERCHES, lock=annonces.TACHE_RECHERCHES, retry=_REPRISES)
def relecture_des_recherches_suivies(timestamp: int = 0) -> None:
    """After each index, and each hour should that have been missed: read again the searches that are followed."""
    if settings.FCE_ECHANGES:
        recherches.relecture_des_recherches()


@app.periodic(cron="*/5 * * * *")
@app.task(name="preparer_les_alertes", queueing_lock="preparer_les_alertes", lock="preparer_les_alertes")
def preparer_les_alertes(timestamp: int = 0) -> None:
    """Every five minutes: queue the mails whose time has come."""
    if settings.FCE_ECHANGES:
        courriels.preparer_les_courriels(timezone.now())


@app.task(name=courriels.TACHE_ALERTES, retry=REPRISES_DE_COURRIEL)
def ecrire_les_alertes(compte: int, lot: int) -> None:
    """Send one mail of alerts."""
    if settings.FCE_ECHANGES:
        courriels.envoyer_les_alertes(compte, lot)
