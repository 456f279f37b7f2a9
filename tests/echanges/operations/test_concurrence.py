"""Two agents at once, each on a connection of his own: one writes, the other is told, and nothing is lost."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from fce.echanges.erreurs import Concurrence, GesteImpossible
from fce.echanges.models import Cible, Interaction, NoteOperation, OperationConjointe, Participation
from fce.echanges.operations import services
from fce.echanges.operations.contacts import noter_les_visites
from fce.socle.erreurs import Introuvable, ParametreInvalide
from tests.concurrence import ensemble
from tests.echanges.operations import fabrique
from tests.echanges.operations.conftest import Salle, faire_salle

pytestmark = pytest.mark.django_db(transaction=True)
DIX_JOURS = timedelta(days=10)


@pytest.fixture
def salle(transactional_db: None) -> Salle:
    return faire_salle()


def preparer(salle: Salle, qui: str) -> Callable[[], object]:
    lecteur, cible = getattr(salle, qui).lecteur(), salle.cible
    return lambda: services.ecrire_preparation(lecteur, salle.pk, cible, 1, preparation=f"De {qui}.", roles="")


def test_two_preparations_at_once_are_one_and_a_clear_conflict(salle: Salle) -> None:
    fautes = ensemble(preparer(salle, "mene"), preparer(salle, "invite"))
    assert [type(faute) for faute in fautes] == [Concurrence]
    tenue = Cible.objects.get(pk=salle.cible)
    assert (tenue.preparation in ("De mene.", "De invite."), tenue.version) == (True, 2)


def test_a_frame_changed_twice_at_once_is_changed_once(salle: Salle) -> None:
    lecteur = salle.mene.lecteur()
    gestes = [
        lambda nom=nom: services.ecrire_cadre(lecteur, salle.pk, fabrique.cadre(nom=nom), 1)
        for nom in ("Un", "Deux", "Trois")
    ]
    fautes = ensemble(*gestes)
    assert [type(faute) for faute in fautes] == [Concurrence, Concurrence]
    assert OperationConjointe.objects.get(pk=salle.pk).version == 2


def test_an_operation_is_closed_or_given_up_never_both(salle: Salle) -> None:
    lecteur = salle.mene.lecteur(DIX_JOURS)
    fautes = ensemble(
        lambda: services.terminer(lecteur, salle.pk, 1, "Fait."), lambda: services.annuler(lecteur, salle.pk, 1)
    )
    assert [type(faute) for faute in fautes] == [GesteImpossible]
    close = OperationConjointe.objects.get(pk=salle.pk)
    assert bool(close.bilan) is (close.etat == "close")


def test_e6_two_colleagues_who_note_the_same_visits_at_once_note_them_once(salle: Salle) -> None:
    jour = timezone.localdate()
    OperationConjointe.objects.filter(pk=salle.pk).update(jour=jour, premier_jour=jour)
    lecteur, jours = salle.invite.lecteur(), dict.fromkeys(salle.operation.cibles.values_list("pk", flat=True), jour)
    gestes = [lambda: noter_les_visites(lecteur, salle.pk, salle.invite.pk, jours, "visite") for _ in range(3)]
    assert ensemble(*gestes) == []
    assert Interaction.objects.count() == len(jours) == 2


def test_a_service_taken_out_while_it_writes_has_written_before_or_not_at_all(salle: Salle) -> None:
    lecteur, autre = salle.mene.lecteur(), salle.invite.lecteur()
    fautes = ensemble(
        lambda: services.retirer_service(lecteur, salle.pk, salle.invite.pk),
        lambda: services.ajouter_note(autre, salle.pk, salle.invite.pk, "À temps ?"),
    )
    assert {type(faute) for faute in fautes} <= {Introuvable}
    assert NoteOperation.objects.count() == 1 - len(fautes)
    assert not Participation.objects.filter(operation=salle.operation, service=salle.invite.groupe).exists()


def test_targets_added_at_once_do_not_pass_the_limit_together(salle: Salle) -> None:
    sirets, lecteur = fabrique.sirene(62), salle.mene.lecteur()
    fautes = ensemble(
        lambda: services.ajouter_cibles(lecteur, salle.pk, sirets[2:32]),
        lambda: services.ajouter_cibles(lecteur, salle.pk, sirets[32:62]),
    )
    assert [type(faute) for faute in fautes] == [ParametreInvalide]
    assert Cible.objects.filter(operation=salle.operation).count() == 32


def test_the_same_invitation_sent_twice_at_once_is_one(salle: Salle) -> None:
    lecteur = salle.mene.lecteur()
    inviter = lambda: services.ajouter_service(lecteur, salle.pk, salle.tiers.pk)  # noqa: E731
    assert ensemble(inviter, inviter) == []
    assert Participation.objects.filter(operation=salle.operation, service=salle.tiers.groupe).count() == 1
