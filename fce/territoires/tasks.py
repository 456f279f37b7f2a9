"""Prepares the table of territories when a version of one of its sources is switched, and every night; writes the files
of territories."""

from __future__ import annotations

from procrastinate import JobContext
from procrastinate.contrib.django import app

from fce.listes.tasks import REPRISES, ecrire
from fce.socle import paris
from fce.territoires.fichiers import TACHE_DE_TERRITOIRE
from fce.territoires.fichiers import preparer as preparer_un_fichier
from fce.territoires.models import FichierDeTerritoire
from fce.territoires.preparation import perimee, preparer


@app.periodic(cron="*/10 * * * *")
@app.task(name="preparer_les_territoires", queueing_lock="preparer_les_territoires", lock="preparer_les_territoires")
def preparer_les_territoires(timestamp: int = 0) -> None:
    """Prepare, unless the table has every version in place and is of today."""
    if perimee(jour := paris.aujourd_hui()):
        preparer(jour)


@app.task(name=TACHE_DE_TERRITOIRE, retry=REPRISES, pass_context=True)
def ecrire_un_fichier_de_territoire(contexte: JobContext, fichier: int) -> None:
    """Write the file of a territory that an agent asked for."""
    ecrire(contexte, FichierDeTerritoire, fichier, preparer_un_fichier)
