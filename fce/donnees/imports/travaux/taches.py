"""Jobs of ``fce worker``: one at a time per source (queue lock), retried later and later after a temporary failure.

A worker without heartbeat is dead: its jobs run again.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import django.db
import structlog
from django.conf import settings
from django.db import transaction
from django.utils import timezone
from procrastinate import JobContext, RetryStrategy
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob
from procrastinate.exceptions import AlreadyEnqueued, JobAborted, UniqueViolation
from procrastinate.jobs import Job, Status

from fce.donnees.imports.depots import services as depots
from fce.donnees.imports.directes import cache
from fce.donnees.imports.models import Releve
from fce.donnees.imports.travaux import menage, releve, seau, surveillance
from fce.donnees.imports.travaux.calendrier import echue, suivies
from fce.socle.travaux.courriel import rapporter

ESSAIS_PAR_TRAVAIL = 5
SILENCE_S = 30
"""Seconds without heartbeat after which the jobs of a worker are lost."""
JOURS_GARDES = 30
A_QUI_LE_RECOIT = timedelta(seconds=30)
"""Delay before the worker verifies a deposit, left to the process that received it and whose sender is waiting."""
log = structlog.get_logger(__name__)
# 6 s, 36 s, 4 min, 22 min, 2 h.
REPRISES = RetryStrategy(
    max_attempts=ESSAIS_PAR_TRAVAIL,
    exponential_wait=6,
    retry_exceptions=(*releve.PASSAGERES, django.db.OperationalError, JobAborted),
)


def _travailler(contexte: JobContext, travail: Callable[[Callable[[str, int, int], None]], Any]) -> None:
    """Run a job; when the worker stops, the import closes as interrupted and the job returns to the queue."""

    def avancer(_etape: str, _fait: int, _total: int) -> None:
        if contexte.should_abort():
            raise SystemExit

    try:
        travail(avancer)
    except SystemExit:
        raise JobAborted from None


def _dernier(contexte: JobContext) -> bool:
    return contexte.job.attempts >= ESSAIS_PAR_TRAVAIL


def demander(tache: Any, source: str, **arguments: str) -> bool:
    """Queue a job of a source; return False when the same one already waits or runs.

    The queue refuses two waiting jobs, but accepts one waiting while the same runs: then the running one could not be
    retried and would hold the source for ever. Checking after the insertion is free of races.
    """
    cle = ":".join([tache.name, source, *arguments.values()])
    with transaction.atomic():
        try:
            with transaction.atomic():
                tache.configure(lock=f"source:{source}", queueing_lock=cle).defer(source=source, **arguments)
        except AlreadyEnqueued:
            return False
        if ProcrastinateJob.objects.filter(queueing_lock=cle, status=Status.DOING.value).exists():
            transaction.set_rollback(True)
            return False
    return True


@app.task(name="relever", retry=REPRISES, pass_context=True)
def relever(contexte: JobContext, source: str) -> None:
    _travailler(contexte, lambda suivi: releve.relever(source, progression=suivi, dernier_essai=_dernier(contexte)))


@app.task(name="prendre_fichier", retry=REPRISES, pass_context=True)
def prendre_fichier(contexte: JobContext, source: str, chemin: str) -> None:
    _prendre(contexte, chemin, lambda suivi: surveillance.prendre_dans_le_dossier(source, chemin, suivi))


@app.task(name="prendre_objet", retry=REPRISES, pass_context=True)
def prendre_objet(contexte: JobContext, source: str, chemin: str) -> None:
    _prendre(contexte, chemin, lambda suivi: seau.prendre_dans_le_seau(source, chemin, suivi))


def _prendre(contexte: JobContext, chemin: str, travail: Callable[[Callable[[str, int, int], None]], Any]) -> None:
    try:
        _travailler(contexte, travail)
    except releve.PASSAGERES as panne:
        if _dernier(contexte):
            rapporter("un fichier déposé n'a pas pu être lu", surveillance.phrase(panne, chemin))
        raise


@app.periodic(cron="*/5 * * * *")
@app.task(name="planifier", queueing_lock="planifier")
def planifier(timestamp: int) -> None:
    releves = {r.source: r for r in Releve.objects.all()}
    maintenant = timezone.now()
    for source in suivies():
        if echue(source, releves.get(source.nom), maintenant):
            demander(relever, source.nom)


@app.periodic(cron="* * * * *")
@app.task(name="surveiller", queueing_lock="surveiller")
def surveiller(timestamp: int) -> None:
    if not settings.FCE_DEPOTS:
        return
    if settings.FCE_DEPOTS_DIR and settings.FCE_DEPOTS_DIR.is_dir():
        for faute in surveillance.dossiers_inconnus(settings.FCE_DEPOTS_DIR):
            log.warning("dépôts surveillés : %s", faute)
        stabilite = surveillance.Stabilite(surveillance.memoire(), settings.FCE_DEPOTS_STABLE)
        for trouve in stabilite.stables(list(surveillance.fichiers(settings.FCE_DEPOTS_DIR))):
            demander(prendre_fichier, trouve.source, chemin=trouve.chemin)
    if settings.FCE_DEPOTS_S3:
        for trouve in seau.objets(seau.client()):
            demander(prendre_objet, trouve.source, chemin=trouve.chemin)


@app.periodic(cron="* * * * *")
@app.task(name="verifier_depots", queueing_lock="verifier_depots", lock="verifier_depots", pass_context=True)
def verifier_depots(contexte: JobContext, timestamp: int) -> None:
    if settings.FCE_DEPOTS:
        _travailler(contexte, lambda suivi: depots.verifier_en_attente(suivi, depuis=A_QUI_LE_RECOIT))


@app.periodic(cron="* * * * *")
@app.task(name="reprendre", queueing_lock="reprendre")
async def reprendre(timestamp: int) -> None:
    """Requeue the jobs of dead workers; give up those that kill their worker each time."""
    for job in await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=SILENCE_S):
        if job.attempts < ESSAIS_PAR_TRAVAIL:
            log.warning("travail %s repris : son processus s'est arrêté", job.task_name)
            await _reprendre(job)
        else:
            log.error("travail %s abandonné : il arrête chaque fois son processus", job.task_name)
            await app.job_manager.finish_job(job, status=Status.FAILED, delete_job=False)


async def _reprendre(job: Job) -> None:
    try:
        await app.job_manager.retry_job(job)
    except UniqueViolation:
        # The same job was queued meanwhile and waits for the lock of the dead one.
        await app.job_manager.finish_job(job, status=Status.ABORTED, delete_job=False)


@app.periodic(cron="17 4 * * *")
@app.task(name="nettoyer", queueing_lock="nettoyer")
def nettoyer(timestamp: int) -> None:
    menage.nettoyer()
    depots.purger()
    cache.purger(timezone.now())
    menage.purger_depots()


@app.periodic(cron="23 4 * * *")
@app.task(name="oublier", queueing_lock="oublier")
async def oublier(timestamp: int) -> None:
    await app.job_manager.delete_old_jobs(nb_hours=JOURS_GARDES * 24, include_failed=True, include_aborted=True)
