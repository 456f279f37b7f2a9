"""A service left without an agent who can act, or without a mailbox, leaves no one with an agreement that nobody keeps,
and no mail unread."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from fce.droits.comptes.models import Appartenance, Compte, Groupe, Organisation
from fce.droits.habilitations.dossiers.etats import EtatDossier
from fce.droits.habilitations.models import Dossier
from fce.echanges.annuaire.services import noter_absence
from fce.echanges.courriels import envoyer_au_service
from fce.echanges.visites import services
from tests.echanges.visites import fabrique as v
from tests.echanges.visites.test_visite_commune import Scene, d_accord, page, scene

pytestmark = pytest.mark.django_db
__all__ = ["d_accord", "scene"]


def _partir(de: v.Service) -> None:
    Appartenance.objects.filter(groupe=de.groupe).update(fin=timezone.now())


def _suspendre(de: v.Service) -> None:
    Appartenance.objects.filter(groupe=de.groupe).update(suspendue_le=timezone.now())


def _desactiver(de: v.Service) -> None:
    Compte.objects.filter(pk=de.agent.pk).update(desactive_le=timezone.now())


@pytest.mark.parametrize("perdre", [_partir, _suspendre, _desactiver])
def test_the_visit_of_a_service_where_nobody_is_left_expires_and_the_other_is_told(
    d_accord: Scene, perdre: Callable[[v.Service], None]
) -> None:
    assert services.finir_les_passees(timezone.now()) == 0
    perdre(d_accord.elle)
    assert services.finir_les_passees(timezone.now()) == 1
    assert d_accord.derouler(120) == [d_accord.autre.groupe.courriel]
    assert d_accord.a_faire(d_accord.autre) == [f"/visites/{d_accord.sienne.reference}"]
    assert "n’a plus d’agent : sa visite n’est plus annoncée" in page(d_accord.autre, d_accord.sienne)
    assert not d_accord.commune(d_accord.autre)


def test_a_habilitation_that_lapses_takes_no_visit_back(d_accord: Scene) -> None:
    Dossier.objects.filter(groupe=d_accord.elle.groupe).update(etat=EtatDossier.REVOQUE)
    assert services.finir_les_passees(timezone.now()) == 0


def test_a_colleague_who_stays_keeps_the_visit(d_accord: Scene) -> None:
    v.collegue(d_accord.elle)
    Appartenance.objects.filter(groupe=d_accord.elle.groupe, compte=d_accord.elle.agent).update(fin=timezone.now())
    assert services.finir_les_passees(timezone.now()) == 0


def test_without_a_mailbox_the_present_members_are_written_to(scene: Scene) -> None:
    Groupe.objects.filter(pk=scene.autre.groupe.pk).update(courriel="")
    absent = v.collegue(scene.autre)
    noter_absence(absent.agent, timezone.localdate() + timedelta(days=5), timezone.localdate())
    scene.repondre(scene.elle)
    assert scene.derouler(1) == [scene.autre.agent.courriel]


def test_the_members_of_a_closed_administration_are_not_written_to() -> None:
    fermee = v.service(courriel="")
    Organisation.objects.filter(pk=fermee.groupe.organisation_id).update(fermee_le=timezone.now())
    assert envoyer_au_service(Groupe.objects.get(pk=fermee.groupe.pk), "/visites", "Une information attend") is False
    assert mail.outbox == []
