"""Purge of the journal after ``FCE_JOURNAL_MOIS``: erases whole sealed days, keeps a signed record, chains still
verify.

Kept six months to a year, three years at most with a written reason (CNIL, délibération 2021-122). The database refuses
to erase a day younger than six months or not sealed.
"""

from datetime import date, datetime, timedelta

import structlog
from dateutil.relativedelta import relativedelta
from django.conf import settings
from django.db import connection, transaction
from django.db.models import Max

from fce.droits.journal import empreintes, scellement
from fce.droits.journal.models import Consultation, Purge, Sceau
from fce.socle.texte import paris

log = structlog.get_logger(__name__)
# Covers the longest window of the limits, and the month used for an agent's usual volume.
JOURS_DES_COMPTEURS = 35


def valeurs(purge: Purge) -> tuple[str, ...]:
    """Return the fields of a purge record, in the order signed."""
    return (
        "purge",
        purge.jour.isoformat(),
        empreintes.instant(purge.quand),
        purge.par,
        str(purge.mois),
        purge.motif,
        str(purge.dernier),
        str(purge.nombre),
    )


def limite(maintenant: datetime, mois: int) -> date:
    """Return the first day kept (Paris): ``mois`` months before today."""
    return paris.jour_de(maintenant) - relativedelta(months=mois)


def purger(maintenant: datetime, par: str = "fce worker") -> int:
    """Erase the days past their time, one transaction each; return the number of consultations erased.

    Refusals, readings and alerts of those days go with them, as well as counters that no limit uses any more.
    """
    avant = limite(maintenant, settings.FCE_JOURNAL_MOIS)
    effacees = 0
    faites = Purge.objects.aggregate(jour=Max("jour"))["jour"] or date.min
    for sceau in Sceau.objects.filter(jour__gt=faites, jour__lt=avant).order_by("jour"):
        with transaction.atomic():
            scellement.verrouiller()
            if Purge.objects.filter(jour__gte=sceau.jour).exists():
                continue
            if _jeunes(sceau, avant):
                break
            effacees += _purger_un_jour(sceau, maintenant, par)
    with connection.cursor() as curseur:
        limite_des_compteurs = maintenant - timedelta(days=JOURS_DES_COMPTEURS)
        curseur.execute("DELETE FROM journal.compteur WHERE tranche < %s", [limite_des_compteurs])
    return effacees


def _jeunes(sceau: Sceau, avant: date) -> bool:
    """Whether a late clock put younger rows in that day: they must wait."""
    # A row dated after its own seal has a wrong date: ignore it.
    return Consultation.objects.filter(
        id__lte=sceau.dernier, quand__gte=scellement.minuit(avant), quand__lte=sceau.pose
    ).exists()


def _purger_un_jour(sceau: Sceau, maintenant: datetime, par: str) -> int:
    purge = Purge(
        jour=sceau.jour,
        quand=maintenant,
        par=par,
        mois=settings.FCE_JOURNAL_MOIS,
        motif=settings.FCE_JOURNAL_MOTIF,
        dernier=sceau.dernier,
        # Sealed rows no longer change: the count is that of the rows erased, which the database checks.
        nombre=Consultation.objects.filter(id__lte=sceau.dernier).count(),
    )
    cle, signature = empreintes.sceller(*valeurs(purge))
    with connection.cursor() as curseur:
        curseur.execute(
            "SELECT journal.purger(%s, %s, %s, %s, %s, %s, %s, %s)",
            [purge.jour, purge.quand, purge.par, purge.mois, purge.motif, purge.nombre, cle, signature],
        )
    log.info("journal_purge jour=%s nombre=%s mois=%s", purge.jour, purge.nombre, purge.mois)
    return purge.nombre
