"""Jobs of the journal: alerts each minute; seals, purge and verification once a day (Paris) is over."""

from django.utils import timezone
from procrastinate.contrib.django import app

from fce.journal import alertes, conservation, scellement
from fce.journal.verification import verifier


@app.periodic(cron="* * * * *")
@app.task(name="surveiller_journal", queueing_lock="surveiller_journal", lock="surveiller_journal")
def surveiller_journal(timestamp: int = 0) -> None:
    alertes.surveiller(timezone.now())


@app.periodic(cron="11 * * * *")
@app.task(name="sceller_journal", queueing_lock="sceller_journal", lock="sceller_journal")
def sceller_journal(timestamp: int = 0) -> None:
    """Seal the ended days, verify the journal after a new seal, purge."""
    maintenant = timezone.now()
    if scellement.sceller(maintenant):
        alertes.noter_la_verification(verifier(), maintenant)
    conservation.purger(maintenant)
