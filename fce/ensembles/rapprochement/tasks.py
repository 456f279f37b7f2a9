"""Jobs of the tables to reconcile."""

from typing import Final

import django.db
from procrastinate import JobContext
from procrastinate.contrib.django import app
from procrastinate.exceptions import JobAborted

from fce.ensembles.fichiers.tasks import ReprisesDUneDemande, reprendra
from fce.ensembles.rapprochement import services
from fce.ensembles.rapprochement.models import ARRETE
from fce.socle.erreurs import IndexIndisponible

# 10 s, 100 s, 17 min: an index being built, or a database that restarts, is there again.
_REPRISES = ReprisesDUneDemande(
    max_attempts=4, exponential_wait=10, retry_exceptions=(django.db.Error, IndexIndisponible, OSError)
)
REPRENDRA: Final = "Une panne arrête ce tableau : il reprendra tout seul."


@app.periodic(cron="11 4 * * *")
@app.task(name="retirer_les_masques", queueing_lock="retirer_les_masques", lock="retirer_les_masques")
def retirer_les_masques(timestamp: int = 0) -> None:
    """Daily: withdraw the answers found by the name of a unit masked since, and say which tables wait for nothing."""
    services.retirer_les_masques()
    services.noter_les_abandons()


# One table at a time, after any other job: the many tables of an agent leave the worker to imports, mails and files.
@app.task(name=services.TACHE, retry=_REPRISES, pass_context=True, lock="rapprochement", priority=-10)
def rapprocher_un_tableau(contexte: JobContext, tableau: int) -> None:
    """Answer the rows of one table."""
    try:
        services.traiter(tableau, lambda: not contexte.should_abort())
    except Exception as panne:
        services.noter_une_panne(tableau, REPRENDRA if reprendra(contexte, panne) else ARRETE)
        raise
    if contexte.should_abort():
        raise JobAborted
