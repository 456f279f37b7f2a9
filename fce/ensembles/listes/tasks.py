"""Jobs of lists."""

from procrastinate.contrib.django import app

from fce.ensembles.listes import suivi


@app.periodic(cron="31 4 * * *")
@app.task(name="arreter_les_suivis_perdus", queueing_lock="arreter_les_suivis_perdus", lock="listes")
def arreter_les_suivis_perdus(timestamp: int = 0) -> None:
    """Daily: who left a service, or lost the right, no longer follows its lists."""
    suivi.arreter_les_suivis_perdus()
