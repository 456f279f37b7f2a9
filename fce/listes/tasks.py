"""Jobs of lists."""

from collections.abc import Callable

import django.db
from procrastinate import JobContext, RetryStrategy
from procrastinate.contrib.django import app
from procrastinate.exceptions import JobAborted
from procrastinate.jobs import Job
from procrastinate.retry import RetryDecision

from fce.droits.lecteur import LecteurDeDonnees
from fce.listes import exports, fichiers, suivi
from fce.listes.fichiers import ContenuDeFichier
from fce.listes.models import FichierDeListe, FichierDemande
from fce.socle.erreurs import JournalIndisponible


class ReprisesDUneDemande(RetryStrategy):
    """Besides the failures that it names, a stop of the worker: each deployment is one, and the next worker goes on at
    once, however often the job was tried."""

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:
        if isinstance(exception, JobAborted):
            return RetryDecision()
        return super().get_retry_decision(exception=exception, job=job)


# 10 s, 100 s, 17 min: a journal or a database that restarts is there again, and a full disk may be freed.
REPRISES = ReprisesDUneDemande(
    max_attempts=4, exponential_wait=10, retry_exceptions=(django.db.Error, JournalIndisponible, OSError)
)


@app.periodic(cron="31 4 * * *")
@app.task(name="arreter_les_suivis_perdus", queueing_lock="arreter_les_suivis_perdus", lock="listes")
def arreter_les_suivis_perdus(timestamp: int = 0) -> None:
    """Daily: who left a service, or lost the right, no longer follows its lists."""
    suivi.arreter_les_suivis_perdus()


@app.task(name=exports.TACHE, retry=REPRISES, pass_context=True)
def ecrire_un_fichier_de_liste(contexte: JobContext, fichier: int) -> None:
    """Write the file of a list that an agent asked for."""
    ecrire(contexte, FichierDeListe, fichier, exports.preparer)


def ecrire(
    contexte: JobContext,
    modele: type[FichierDemande],
    fichier: int,
    preparer: Callable[[FichierDemande, LecteurDeDonnees], ContenuDeFichier],
) -> None:
    """Write a file in its job, whose ``retry`` is ``REPRISES``; a failure that it does not retry is said on its
    page."""
    try:
        fichiers.ecrire(modele, fichier, preparer, lambda: not contexte.should_abort())
    except fichiers.Arret:
        raise JobAborted from None
    except Exception as panne:
        if not reprendra(contexte, panne):
            fichiers.abandonner(modele, fichier)
        raise


def reprendra(contexte: JobContext, panne: Exception) -> bool:
    """Whether the worker will try this job again after this failure."""
    return contexte.task.get_retry_exception(exception=panne, job=contexte.job) is not None


@app.periodic(cron="47 * * * *")
@app.task(name="effacer_les_fichiers", queueing_lock="effacer_les_fichiers", lock="effacer_les_fichiers")
def effacer_les_fichiers(timestamp: int = 0) -> None:
    """Hourly: erase the content of the files written more than a day ago."""
    fichiers.effacer_les_contenus()
