"""The services of an operation know when it moves, when it is cancelled, when they no longer take part; and one that is
left without its coordinator may be cancelled by those who stay."""

from __future__ import annotations

from collections.abc import Callable
from datetime import time, timedelta

import pytest
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from fce.droits.comptes.models import Appartenance, Compte, Groupe
from fce.droits.habilitations.dossiers.etats import EtatDossier
from fce.droits.habilitations.erreurs import GesteRefuse
from fce.droits.habilitations.models import Dossier
from fce.echanges.courriels import TACHE_SERVICE
from fce.echanges.operations import services
from tests.echanges.operations import fabrique
from tests.echanges.operations.conftest import Salle

pytestmark = pytest.mark.django_db


def prevenus() -> list[int]:
    """Services to which a link is queued."""
    travaux = ProcrastinateJob.objects.filter(task_name=TACHE_SERVICE).order_by("pk")
    return [x["service"] for x in travaux.values_list("args", flat=True)]


def test_a_move_is_told_to_each_other_service_another_change_is_not(salle: Salle) -> None:
    services.ajouter_service(salle.mene.lecteur(), salle.pk, salle.tiers.pk)
    cadre = fabrique.cadre(nom="Autre nom", consignes="Se retrouver à l’écluse.")
    services.ecrire_cadre(salle.mene.lecteur(), salle.pk, cadre, 1)
    assert prevenus() == []
    cadre = cadre._replace(jour=cadre.jour + timedelta(days=2))
    services.ecrire_cadre(salle.mene.lecteur(), salle.pk, cadre, 2)
    assert sorted(prevenus()) == sorted([salle.invite.pk, salle.tiers.pk])
    services.ecrire_cadre(salle.mene.lecteur(), salle.pk, cadre._replace(heure=time(9)), 3)
    assert len(prevenus()) == 4


def test_a_cancelled_operation_is_told_to_each_other_service(salle: Salle) -> None:
    services.annuler(salle.mene.lecteur(), salle.pk, 1)
    assert prevenus() == [salle.invite.pk]


def test_a_service_that_is_removed_is_told_once_by_a_page_that_it_may_open(salle: Salle) -> None:
    for _ in range(2):
        services.retirer_service(salle.mene.lecteur(), salle.pk, salle.invite.pk)
    (travail,) = ProcrastinateJob.objects.filter(task_name=TACHE_SERVICE)
    assert travail.args["service"] == salle.invite.pk
    assert "Chantiers" not in travail.args["phrase"]
    assert salle.invite.client().get(travail.args["page"]).status_code == 200


def _partir(salle: Salle) -> None:
    Appartenance.objects.filter(groupe=salle.mene.groupe).update(fin=timezone.now())


def _desactiver(salle: Salle) -> None:
    Compte.objects.filter(pk=salle.mene.compte.pk).update(desactive_le=timezone.now())


def _fermer(salle: Salle) -> None:
    Groupe.objects.filter(pk=salle.mene.pk).update(ferme_le=timezone.now())


def _revoquer(salle: Salle) -> None:
    Dossier.objects.filter(groupe=salle.mene.groupe).update(etat=EtatDossier.REVOQUE)


@pytest.mark.parametrize("perdre", [_partir, _desactiver, _fermer, _revoquer])
def test_without_anyone_to_lead_it_a_service_of_the_operation_may_cancel_it(
    salle: Salle, perdre: Callable[[Salle], None]
) -> None:
    adresse = f"/operations/{salle.reference}"
    annuler = f"Annuler l’opération {salle.operation.marque}"
    assert annuler not in salle.invite.client().get(adresse).content.decode()
    with pytest.raises(GesteRefuse):
        services.annuler(salle.invite.lecteur(), salle.pk, 1)
    perdre(salle)
    assert annuler in salle.invite.client().get(adresse).content.decode()
    assert salle.tiers.client().post(f"{adresse}/annuler", {"version": 1}).status_code == 404
    with pytest.raises(GesteRefuse):
        services.ecrire_cadre(salle.invite.lecteur(), salle.pk, fabrique.cadre(), 1)
    assert salle.invite.client().post(f"{adresse}/annuler", {"version": 1}).status_code == 302
    assert salle.relue().etat == "annulee"
