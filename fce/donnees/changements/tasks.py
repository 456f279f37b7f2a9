"""Jobs: compute what the last switches changed, and keep the bulk files such that they may be served."""

from contextlib import suppress
from typing import Final

from django.utils import timezone
from procrastinate.contrib.django import app

from fce.donnees.changements import fichiers, services
from fce.socle.erreurs import DejaEnCours
from fce.socle.travaux.file_d_attente import demander

ECRITURE: Final = "ecrire_les_fichiers_complets"


@app.periodic(cron="* * * * *")
@app.task(name=services.TACHE, queueing_lock=services.TACHE, lock=services.TACHE)
def calculer_les_changements(timestamp: int = 0) -> None:
    """Asked for by each switch, and every minute in case that was lost. Bulk files that may not be served any more are
    erased, and others asked for at once."""
    services.calculer()
    fichiers.effacer()
    if fichiers.a_refaire(timezone.now()):
        demander(ECRITURE)


@app.periodic(cron="*/5 * * * *")
@app.task(name=ECRITURE, queueing_lock=ECRITURE, lock=ECRITURE)
def ecrire_les_fichiers_complets(timestamp: int = 0) -> None:
    if fichiers.a_refaire(timezone.now()):
        with suppress(DejaEnCours):
            fichiers.ecrire()
