"""How long the journal is kept (``FCE_JOURNAL_MOIS``): whole sealed days go, their record stays, chains still verify.

Six months to a year, three at most with a written reason: CNIL, délibération 2021-122 on logs. The database itself
refuses to erase a day younger than six months, or one that is not sealed.
"""

from datetime import date, datetime, timedelta

import structlog
from dateutil.relativedelta import relativedelta
from django.conf import settings
from django.db import connection, transaction
from django.db.models import Max

from fce.journal import empreintes, scellement
from fce.journal.models import Consultation, Purge, Sceau
from fce.socle import paris

log = structlog.get_logger(__name__)
# The longest window of the limits, and the month over which an agent's usual volume is taken.
JOURS_DES_COMPTEURS = 35


def valeurs(purge: Purge) -> tuple[str, ...]:
    """What the record of a purge says, in the order in which it is signed."""
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
    """The first day of Paris that is kept: the same day, ``mois`` months before."""
    return paris.jour_de(maintenant) - relativedelta(months=mois)


def purger(maintenant: datetime, par: str = "fce worker") -> int:
    """Erase the days past their time, one transaction each; return how many consultations went.

    Refusals, readings and alerts of those days go with them, and the counters that no limit reads any more.
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
    """Whether a late clock drew younger rows into that day: they wait for their own time."""
    # One dated after its own seal is wrong, and keeps nobody back.
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
        # Sealed rows change no more: those counted are those erased, the database checks it.
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
