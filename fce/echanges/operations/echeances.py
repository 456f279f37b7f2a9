"""Operations that nobody closed: their coordinator is warned, then a job closes them, which starts their retention."""

from __future__ import annotations

from datetime import date, datetime

from django.urls import reverse

from fce.droits.comptes.evenements import SYSTEME
from fce.echanges.courriels import annoncer_au_service
from fce.echanges.genre import faire
from fce.echanges.models import OperationConjointe
from fce.echanges.operations.genre import LAISSEE, OPERATIONS, PREAVIS, EtatOperation, GesteOperation
from fce.socle.base.ecriture import ecriture
from fce.socle.texte import paris


def clore_les_laissees(maintenant: datetime) -> int:
    """Warn the coordinators of operations left open ``LAISSEE - PREAVIS`` after their day, and close without a report
    those warned ``PREAVIS`` ago; return how many are closed."""
    jour = paris.jour_de(maintenant)
    laissees = OperationConjointe.objects.filter(etat=EtatOperation.PREPARATION, jour__lte=jour - (LAISSEE - PREAVIS))
    closes = 0
    for numero in list(laissees.values_list("pk", flat=True)):
        with ecriture():
            # Waits for a concurrent action, which then prevails.
            operation = laissees.filter(pk=numero).select_for_update(no_key=True).first()
            if operation is None:
                continue
            if operation.cloture_d_office is None:
                _avertir(operation, jour)
            elif operation.cloture_d_office <= jour:
                faire(OPERATIONS, operation, GesteOperation.EXPIRER, SYSTEME, maintenant)
                closes += 1
    return closes


def _avertir(operation: OperationConjointe, jour: date) -> None:
    operation.changer(avertie_le=jour)
    (phrase,) = OPERATIONS.gestes[GesteOperation.EXPIRER].previent.values()
    annoncer_au_service(operation.coordinateur_id, reverse("echanges:operation", args=[operation.pk]), phrase)
