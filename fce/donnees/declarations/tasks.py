"""Job: put declarations in force, withdraw them, erase their tables."""

from procrastinate.contrib.django import app

from fce.donnees.declarations import vigueur


@app.periodic(cron="*/10 * * * *")
@app.task(name=vigueur.TACHE, queueing_lock=vigueur.TACHE, lock=vigueur.TACHE)
def appliquer_les_declarations(timestamp: int = 0) -> None:
    """Asked for by the last signature and by a withdrawal, and now and then for what is to be erased."""
    vigueur.appliquer()
