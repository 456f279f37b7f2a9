"""What asks for alerts: a job queued in the transaction of what happened, there if and only if it did.

One for each import, contact or visit, whoever follows and whether anybody does: who writes learns nothing of it.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

from django.conf import settings
from django.utils import timezone
from procrastinate.contrib.django import app

from fce.echanges.models import Interaction, VisiteAnnoncee
from fce.socle import paris
from fce.sources.declaration import Source

TACHE_IMPORT: Final = "noter_les_alertes_d_un_import"
TACHE_RETRAIT: Final = "retirer_les_alertes_d_un_import"
TACHE_CONTACT: Final = "noter_les_alertes_d_un_contact"
TACHE_VISITE: Final = "noter_les_alertes_d_une_visite"
TACHE_RECHERCHES: Final = "relire_les_recherches_suivies"
RECENT: Final = timedelta(days=90)
"""A contact told later than this after its day is history."""


def demander_la_comparaison(*, source: Source, vers: int | None, depuis: int | None, **_: Any) -> None:
    """Queue what a switch asks for: the alerts of a version that comes, or the end of those of one that is undone.

    Jobs of one source run one after the other, so that what is taken back is not written after it.
    """
    if not settings.FCE_ECHANGES or not source.nouvelles or depuis is None:
        return
    verrou = f"alertes:{source.nom}"
    if vers is None or vers < depuis:
        app.configure_task(TACHE_RETRAIT, lock=verrou).defer(source=source.nom, importation=depuis)
        return
    quand = timezone.now().isoformat()
    app.configure_task(TACHE_IMPORT, lock=verrou).defer(source=source.nom, vers=vers, depuis=depuis, quand=quand)


def demander_les_recherches(**_: Any) -> None:
    """Queue the reading again of the searches that are followed, once an index took the place of another one."""
    if settings.FCE_ECHANGES:
        app.configure_task(TACHE_RECHERCHES).defer()


def annoncer_un_contact(contact: Interaction) -> None:
    """Queue the alerts of a contact, in the transaction that writes it; none of a contact of long ago."""
    if contact.jour >= paris.aujourd_hui() - RECENT:
        app.configure_task(TACHE_CONTACT).defer(contact=contact.pk)


def annoncer_une_visite(visite: VisiteAnnoncee) -> None:
    """Queue the alerts of a visit, in the transaction that announces it."""
    app.configure_task(TACHE_VISITE).defer(visite=visite.pk)
