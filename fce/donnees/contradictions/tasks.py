"""Nightly job that counts contradictions in the whole country."""

from procrastinate.contrib.django import app

from fce.donnees.contradictions.services import compter
from fce.socle.texte import paris


@app.periodic(cron="40 4 * * *")
@app.task(
    name="compter_les_contradictions",
    queueing_lock="compter_les_contradictions",
    lock="compter_les_contradictions",
)
def compter_les_contradictions(timestamp: int = 0) -> None:
    compter(paris.aujourd_hui())
