"""Job that makes the files of open data sets after each import."""

import structlog
from procrastinate import JobContext
from procrastinate.contrib.django import app

from fce.donnees.publication import catalogue, fichiers
from fce.socle.erreurs import DejaEnCours, SourceIndisponible
from fce.sources import registre

log = structlog.get_logger(__name__)


@app.periodic(cron="*/15 * * * *")
@app.task(name="preparer_fichiers", queueing_lock="preparer_fichiers", lock="preparer_fichiers", pass_context=True)
def preparer_fichiers(contexte: JobContext, timestamp: int = 0) -> None:
    """Smallest first, so that a national file does not delay the others."""
    ouvertes = [source for source in registre.toutes() if not catalogue.refus(source)]
    a_faire = [p for p in map(fichiers.publication, ouvertes) if p.importation]
    for publiee in sorted(a_faire, key=lambda p: p.lignes):
        if contexte.should_abort():
            return
        try:
            fichiers.preparer(publiee)
        except (DejaEnCours, SourceIndisponible) as erreur:
            log.warning("fichiers de %s : %s", publiee.source.nom, erreur.message)
