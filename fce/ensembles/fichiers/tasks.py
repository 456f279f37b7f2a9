"""Jobs of files on demand."""

from typing import Any

import django.db
from procrastinate import JobContext, RetryStrategy
from procrastinate.contrib.django import app
from procrastinate.exceptions import JobAborted
from procrastinate.jobs import Job
from procrastinate.retry import RetryDecision

from fce.ensembles.fichiers import services as fichiers
from fce.ensembles.fichiers.services import GenreDeFichier
from fce.socle.erreurs import JournalIndisponible
from fce.socle.web.offres import offres


class ReprisesDUneDemande(RetryStrategy):
    """Retries after the failures that it names, and after each stop of the worker: a deployment is one, and the next
    worker goes on at once, however often the job was tried."""

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:
        if isinstance(exception, JobAborted):
            return RetryDecision()
        return super().get_retry_decision(exception=exception, job=job)


# 10 s, 100 s, 17 min: a journal or a database that restarts is there again, and a full disk may be freed.
REPRISES = ReprisesDUneDemande(
    max_attempts=4, exponential_wait=10, retry_exceptions=(django.db.Error, JournalIndisponible, OSError)
)


def _declarer(genre: GenreDeFichier[Any]) -> None:
    @app.task(name=genre.tache, retry=REPRISES, pass_context=True)
    def ecrire(contexte: JobContext, fichier: int) -> None:
        """Write a file; a failure that the job does not retry is said on its page."""
        try:
            fichiers.ecrire(genre, fichier, lambda: not contexte.should_abort())
        except fichiers.Arret:
            raise JobAborted from None
        except Exception as panne:
            if not reprendra(contexte, panne):
                fichiers.abandonner(genre, fichier)
            raise


for _genre in offres().fichiers:
    _declarer(_genre)


def reprendra(contexte: JobContext, panne: Exception) -> bool:
    """Whether the worker will try this job again after this failure."""
    return contexte.task.get_retry_exception(exception=panne, job=contexte.job) is not None


@app.periodic(cron="47 * * * *")
@app.task(name="effacer_les_fichiers", queueing_lock="effacer_les_fichiers", lock="effacer_les_fichiers")
def effacer_les_fichiers(timestamp: int = 0) -> None:
    """Hourly: erase the content of the files written more than a day ago."""
    fichiers.effacer_les_contenus()
