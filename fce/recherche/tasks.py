"""Jobs of the index: an update when an import made it stale (``services.index_perime``), and a nightly full build."""

from procrastinate import JobContext
from procrastinate.contrib.django import app
from procrastinate.exceptions import JobAborted

from fce.donnees.entreprises.repertoire import UNITES_LEGALES
from fce.donnees.imports.selectors import versions
from fce.recherche import services
from fce.socle.erreurs import IndexIndisponible


@app.periodic(cron="*/5 * * * *")
@app.task(name="indexer", queueing_lock="indexer", lock="indexer", pass_context=True)
def indexer(contexte: JobContext, timestamp: int = 0) -> None:
    """Update the index, unless it is current."""
    try:
        a_faire = services.index_perime()
    except IndexIndisponible:
        a_faire = UNITES_LEGALES in versions()

    if a_faire:
        _indexer(contexte)


@app.periodic(cron="41 1 * * *")
@app.task(name="indexer_la_nuit", queueing_lock="indexer_la_nuit", lock="indexer", pass_context=True)
def indexer_la_nuit(contexte: JobContext, timestamp: int = 0) -> None:
    """Rebuild at night an index that was updated during the day, to drop the deleted documents that updates leave."""
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
