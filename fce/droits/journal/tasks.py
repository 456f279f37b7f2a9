"""Jobs of the journal: alerts each minute; seals, purge and verification once a day (Paris) is over."""

from django.utils import timezone
from procrastinate.contrib.django import app

from fce.droits.journal import alertes, cloture, conservation


@app.periodic(cron="* * * * *")
@app.task(name="surveiller_journal", queueing_lock="surveiller_journal", lock="surveiller_journal")
def surveiller_journal(timestamp: int = 0) -> None:
    alertes.surveiller(timezone.now())


@app.periodic(cron="11 * * * *")
@app.task(name="sceller_journal", queueing_lock="sceller_journal", lock="sceller_journal")
def sceller_journal(timestamp: int = 0) -> None:
    """Verify the journal and seal the ended days, then purge; a journal that was changed is kept as it is."""
    maintenant = timezone.now()
    cloture.sceller(maintenant)
    conservation.purger(maintenant)
