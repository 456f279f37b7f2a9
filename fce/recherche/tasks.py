"""The jobs of the index: when an import made it stale (``services.index_perime``), and at night once it was amended."""

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

    if a_faire:
        _indexer(contexte)


@app.periodic(cron="41 1 * * *")
@app.task(name="indexer_la_nuit", queueing_lock="indexer_la_nuit", lock="indexer", pass_context=True)
def indexer_la_nuit(contexte: JobContext, timestamp: int = 0) -> None:
    """Build whole, at night, the index that was amended during the day: what it amends is then forgotten."""
    if services.retouche_depuis_la_refonte():
        _indexer(contexte, forcer=True)


def _indexer(contexte: JobContext, *, forcer: bool = False) -> None:
    def avancer(_etape: str, _fait: int, _total: int) -> None:
        if contexte.should_abort():
            raise SystemExit

    try:
        services.indexer(forcer=forcer, progression=avancer)
    except SystemExit:
        raise JobAborted from None


def demander(**_: Any) -> None:
    """Ask for it at once; it does nothing when no source of the index changed."""
    try:
        indexer.defer()
    except AlreadyEnqueued:
        return


importe.connect(demander, dispatch_uid="recherche.indexer")
