"""An undo takes back the change that it undoes, and no other: an earlier one that stands is still told."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from fce.echanges.visites import communes, services
from fce.echanges.visites.devenir import TACHE_CHANGEMENT
from fce.echanges.visites.services import Quand
from tests.echanges.travaux import derouler
from tests.echanges.visites import fabrique as v
from tests.echanges.visites.test_e14_communes import accepter, proposer
from tests.echanges.visites.test_visite_commune import JOUR, Scene, annoncer, changer, d_accord, page, scene

pytestmark = pytest.mark.django_db
__all__ = ["d_accord", "scene"]


def defaire(scene: Scene) -> None:
    scene.relire()
    services.defaire(scene.elle.lecteur, scene.mienne, scene.mienne.version)
    scene.relire()


@pytest.mark.parametrize("ensuite", ["loin", "renoncer"])
def test_a_move_that_stands_is_told_once_though_the_change_that_followed_is_undone(
    d_accord: Scene, ensuite: str
) -> None:
    changer(d_accord, "reporter")
    changer(d_accord, ensuite)
    defaire(d_accord)
    assert (d_accord.mienne.etat, d_accord.mienne.debut) == ("annoncee", v.dans(4))
    assert d_accord.derouler(120) == [d_accord.autre.groupe.courriel]
    assert d_accord.a_faire(d_accord.autre) == [f"/visites/{d_accord.sienne.reference}"]
    assert "a déplacé sa visite" in page(d_accord.autre, d_accord.sienne)


def test_two_undos_leave_the_first_move_and_it_is_told(d_accord: Scene) -> None:
    changer(d_accord, "reporter")
    for _ in range(2):
        changer(d_accord, "renoncer")
        defaire(d_accord)
    assert d_accord.derouler(120) == [d_accord.autre.groupe.courriel]


def test_a_move_that_was_told_is_not_told_again_by_a_later_undo(d_accord: Scene) -> None:
    changer(d_accord, "reporter")
    assert d_accord.derouler(120) == [d_accord.autre.groupe.courriel]
    changer(d_accord, "renoncer")
    defaire(d_accord)
    assert d_accord.derouler(120) == []


def test_leaving_the_agreed_day_within_its_week_is_told_though_the_next_change_is_undone(d_accord: Scene) -> None:
    proposer(d_accord, v.dans(4))
    accepter(d_accord)
    d_accord.derouler(90)
    communes.retirer(d_accord.elle.le(d_accord.quand), d_accord.mienne, d_accord.mienne.version)
    changer(d_accord, "renoncer")
    defaire(d_accord)
    assert d_accord.derouler(120) == [d_accord.autre.groupe.courriel]
    assert "Jour convenu" not in page(d_accord.autre, d_accord.sienne)


def test_who_answered_a_change_within_its_minute_is_told_that_it_was_undone(d_accord: Scene) -> None:
    changer(d_accord, "reporter")
    d_accord.repondre(d_accord.autre)
    defaire(d_accord)
    d_accord.derouler(120)
    assert d_accord.a_faire(d_accord.autre) == [f"/visites/{d_accord.sienne.reference}"]
    assert "a déplacé sa visite" in page(d_accord.autre, d_accord.sienne)


def test_the_coordinator_of_an_operation_is_told_of_no_move_that_is_undone() -> None:
    (ou,) = v.places()
    elle, meneur = v.service(), v.service("ccrf")
    menee = v.operation(meneur.groupe, ouverte_aux_croisements=True)
    menee.participations.create(service=meneur.groupe, par="c1")
    menee.cibles.create(siren=ou.siren, siret=ou.siret, cle_adresse=ou.cle_adresse)
    visite = annoncer(elle, ou, Quand(JOUR, v.dans(30)))
    derouler(timezone.now() + timedelta(minutes=2))
    visite = services.reporter(elle.lecteur, visite, visite.version, Quand(JOUR, v.dans(3)))
    derouler(timezone.now())
    visite = services.defaire(elle.lecteur, visite, visite.version)
    derouler(timezone.now() + timedelta(minutes=2))
    assert mail.outbox == []
    services.reporter(elle.lecteur, visite, visite.version, Quand(JOUR, v.dans(3)))
    derouler(timezone.now() + timedelta(minutes=2))
    assert [m.to for m in mail.outbox] == [[meneur.groupe.courriel]]


def test_an_undo_run_twice_tells_once(d_accord: Scene) -> None:
    changer(d_accord, "reporter")
    changer(d_accord, "renoncer")
    defaire(d_accord)
    d_accord.derouler(120)
    ProcrastinateJob.objects.filter(task_name=TACHE_CHANGEMENT).update(status="todo")
    assert d_accord.derouler(1) == []
