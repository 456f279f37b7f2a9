"""Periodic jobs on habilitations: close the expired, suspend the unreviewed, remind managers beforehand.

Rights do not depend on these jobs: ``can`` reads the dates. The jobs only record the change and send mails.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Final

from fce.droits.comptes.evenements import SYSTEME
from fce.droits.habilitations.dossiers import courriels, services
from fce.droits.habilitations.dossiers.duree import dernier_jour
from fce.droits.habilitations.dossiers.etats import DOSSIERS, PREND_LA_SUITE, EtatDossier, GesteDossier
from fce.droits.habilitations.models import Dossier, EvenementDossier
from fce.socle.base.ecriture import ecriture
from fce.socle.base.transitions import EtatIncompatible
from fce.socle.texte import paris

_SEUILS: Final = (60, 30, 7)
"""Days before the end when managers are reminded."""
SANS_REVUE: Final = "Aucune revue depuis douze mois."


def clore_les_echues(maintenant: datetime) -> int:
    """Close the habilitations whose last day is over; return how many."""
    jour = paris.jour_de(maintenant)
    echues = Dossier.objects.filter(etat__in=DOSSIERS.depuis(GesteDossier.EXPIRER), fin__lt=jour)
    return sum(_tenter(GesteDossier.EXPIRER, dossier) for dossier in echues)


def suspendre_les_non_revues(maintenant: datetime) -> int:
    """Suspend the habilitations not reviewed for twelve months; return how many."""
    jour = paris.jour_de(maintenant)
    return sum(
        _tenter(GesteDossier.SUSPENDRE, dossier, SANS_REVUE)
        for dossier in Dossier.objects.filter(etat__in=DOSSIERS.depuis(GesteDossier.SUSPENDRE))
        if jour > fin_de_revue(dossier)
    )


def rappeler(maintenant: datetime) -> int:
    """Remind managers of what ends soon, once per threshold and end date; return how many habilitations were
    concerned."""
    jour = paris.jour_de(maintenant)
    renouvelees = Dossier.objects.filter(etat__in=PREND_LA_SUITE).exclude(renouvelle=None)
    vivantes = Dossier.objects.filter(etat=EtatDossier.VALIDE).exclude(pk__in=renouvelees.values("renouvelle"))
    return sum(
        _rappeler(dossier, seuil)
        for dossier in vivantes
        if (seuil := seuil_atteint(_depart(dossier), echeance(dossier), jour)) is not None
    )


def echeance(dossier: Dossier) -> date:
    """Last open day if nobody does anything: the end of the habilitation, or of its review period."""
    return min(dossier.fin or date.max, fin_de_revue(dossier))


def fin_de_revue(dossier: Dossier) -> date:
    """Last of the twelve months after the last review."""
    return dernier_jour(paris.jour_de(dossier.revu_le or dossier.decide_le or dossier.cree_le))


def seuil_atteint(depart: date, fin: date, jour: date) -> int | None:
    """The threshold to announce on ``jour``: the smallest one reached; never one already passed on the first day."""
    restants, duree = (fin - jour).days, (fin - depart).days
    return min((s for s in _SEUILS if 0 <= restants <= s < duree), default=None)


def _depart(dossier: Dossier) -> date:
    return dossier.debut or paris.jour_de(dossier.cree_le)


def _rappeler(dossier: Dossier, seuil: int) -> bool:
    dit = {"seuil": seuil, "echeance": echeance(dossier).isoformat()}
    with ecriture():
        if not Dossier.objects.select_for_update().filter(pk=dossier.pk, etat=EtatDossier.VALIDE).exists():
            return False
        if EvenementDossier.objects.filter(dossier=dossier, action="rappeler", apres=dit).exists():
            return False
        EvenementDossier.objects.create(dossier=dossier, par=SYSTEME, action="rappeler", apres=dit)
        courriels.annoncer(dossier, courriels.RAPPEL)
    return True


def _tenter(geste: GesteDossier, dossier: Dossier, motif: str = "") -> bool:
    """Apply an action; False when it is no longer possible, because an approver was faster."""
    try:
        services.decider(geste, dossier, SYSTEME, motif)
    except EtatIncompatible:
        return False
    return True
