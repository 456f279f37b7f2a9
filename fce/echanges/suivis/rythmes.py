"""When an agent is written to: hours of Paris, the same for everyone of one rhythm. Pure."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Final

from fce.echanges.vocabulaire import Rythme
from fce.socle import paris
from fce.socle.formats import PARIS

MATIN: Final = time(8)
_HEURES: Final = {
    Rythme.DEUX_FOIS: (MATIN, time(14)),
    Rythme.CHAQUE_JOUR: (MATIN,),
    Rythme.CHAQUE_SEMAINE: (MATIN,),
}


def dernier_rendez_vous(rythme: str, maintenant: datetime) -> datetime | None:
    """The latest time, now included, at which a mail of this rhythm was to leave; None when none ever is."""
    if rythme == Rythme.TOUT_DE_SUITE:
        return maintenant
    heures = _HEURES.get(Rythme(rythme), ())
    ici = maintenant.astimezone(PARIS)
    jours = [paris.jour_de(ici) - timedelta(days=n) for n in range(8)]
    if rythme == Rythme.CHAQUE_SEMAINE:
        jours = [jour for jour in jours if jour.isoweekday() == 1]
    passes = [
        quand for jour in jours for h in heures if (quand := datetime.combine(jour, h, tzinfo=PARIS)) <= maintenant
    ]
    return max(passes, default=None)


def est_du(rythme: str, dernier_le: datetime, maintenant: datetime) -> bool:
    """Whether alerts are to be looked at for a mail, when they last were at ``dernier_le``."""
    rendez_vous = dernier_rendez_vous(rythme, maintenant)
    return rendez_vous is not None and dernier_le < rendez_vous
