"""Jobs: the list of what is withdrawn, each minute."""

import structlog
from django.utils import timezone
from procrastinate.contrib.django import app

from fce.sauvegarde.retraits import ecriture
from fce.socle.erreurs import FCEError

log = structlog.get_logger(__name__)


@app.periodic(cron="* * * * *")
@app.task(name="ecrire_retraits", queueing_lock="ecrire_retraits", lock="ecrire_retraits")
def ecrire_retraits(timestamp: int = 0) -> None:
    """Failures are logged: the next minute tries again, with what waited."""
    try:
        ecriture.ecrire(timezone.now())
    except FCEError as erreur:
        log.error("retraits_non_ecrits : %s", erreur.message)
