"""The job that rebuilds the index when an import made it stale; see ``services.index_perime``."""

from typing import Any

from procrastinate import JobContext
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued, JobAborted

from fce.imports.selectors import versions
from fce.imports.travaux.releve import importe
from fce.recherche import alimentations, services
from fce.socle.erreurs import IndexIndisponible


@app.periodic(cron="*/5 * * * *")
@app.task(name="indexer", queueing_lock="indexer", lock="indexer", pass_context=True)
def indexer(contexte: JobContext, timestamp: int = 0) -> None:
    """Build the index of what is in place, unless it is that one already."""
    try:
        a_faire = services.index_perime()
    except IndexIndisponible:
        a_faire = alimentations.SOURCES_INDEXEES[0] in versions()

    def avancer(_etape: str, _fait: int, _total: int) -> None:
        if contexte.should_abort():
            raise SystemExit

    if a_faire:
        try:
            services.indexer(progression=avancer)
        except SystemExit:
            raise JobAborted from None


def demander(**_: Any) -> None:
    """Ask for it at once; it does nothing when no source of the index changed."""
    try:
        indexer.defer()
    except AlreadyEnqueued:
        return


importe.connect(demander, dispatch_uid="recherche.indexer")
