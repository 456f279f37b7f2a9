"""Queues the jobs that write alerts, in the transaction of the event.

One job per import, contact or visit, whether or not anybody follows it: the author learns nothing of followers.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from django.utils import timezone
from procrastinate.contrib.django import app

from fce.echanges.models import Interaction, VisiteAnnoncee
from fce.socle.texte import paris
from fce.sources.declaration import Source

TACHE_IMPORT: Final = "noter_les_alertes_d_un_import"
TACHE_RETRAIT: Final = "retirer_les_alertes_d_un_import"
TACHE_CONTACT: Final = "noter_les_alertes_d_un_contact"
TACHE_VISITE: Final = "noter_les_alertes_d_une_visite"
TACHE_RECHERCHES: Final = "relire_les_recherches_suivies"
RECENT: Final = timedelta(days=90)
"""A contact told later than this after its day is history, and raises no alert."""


def demander_la_comparaison(source: Source, vers: int | None, depuis: int | None) -> None:
    """Queue the job of a switch of versions: write alerts for a new version, or withdraw those of a version rolled
    back.

    Jobs of one source run in sequence, so that a withdrawal is not followed by the alerts that it withdraws.
    """
    if not source.nouvelles or depuis is None:
        return
    verrou = f"alertes:{source.nom}"
    if vers is None or vers < depuis:
        app.configure_task(TACHE_RETRAIT, lock=verrou).defer(source=source.nom, importation=depuis)
        return
    quand = timezone.now().isoformat()
    app.configure_task(TACHE_IMPORT, lock=verrou).defer(source=source.nom, vers=vers, depuis=depuis, quand=quand)


def annoncer_un_contact(contact: Interaction) -> None:
    """Queue the alerts of a contact in its transaction; none for an old contact."""
    if contact.jour >= paris.aujourd_hui() - RECENT:
        app.configure_task(TACHE_CONTACT).defer(contact=contact.pk)


def annoncer_une_visite(visite: VisiteAnnoncee) -> None:
    """Queue the alerts of a visit in its transaction."""
    app.configure_task(TACHE_VISITE).defer(visite=visite.pk)
