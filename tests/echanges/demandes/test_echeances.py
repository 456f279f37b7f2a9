"""What time does to questions (MSG-07): reminders, ends, owners who left, names forgotten, rows erased; never twice."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from django.utils import timezone

from fce.droits.comptes.models import EvenementCompte
from fce.echanges import tasks
from fce.echanges.annuaire.services import noter_absence
from fce.echanges.demandes import courriels, echeances, services
from fce.echanges.demandes.genre import EtatSaisine, GesteSaisine
from fce.echanges.models import Demande, EvenementSaisine, MessageDemande, PieceJointe, Saisine
from fce.service.gestion.libelles import ACTIONS_MONTREES
from fce.socle.base import conservation
from fce.socle.texte.jours_ouvres import ajouter
from tests.echanges.demandes import fabrique as d
from tests.echanges.demandes.fabrique import Joue

G = GesteSaisine


def a_midi(jour: date) -> datetime:
    return timezone.make_aware(datetime.combine(jour, time(12)))


@pytest.fixture
def scene(db: None) -> tuple[Joue, Joue, Demande, Saisine]:
    elle, asked, _ = d.trois()
    demande = d.demande(elle, asked)
    d.relever()
    return elle, asked, demande, d.saisine(demande, asked)


def rappels(jusqu_a: int, depuis: date) -> list[date]:
    """Days on which a reminder leaves, the job running each day."""
    partis = []
    for rang in range(jusqu_a):
        jour = depuis + timedelta(days=rang)
        if echeances.envoyer_les_rappels(a_midi(jour)):
            partis.append(jour)
    return partis


def test_reminders_begin_at_the_limit_are_six_working_days_apart_and_three(scene: tuple[Joue, ...]) -> None:
    _, asked, _, fil = scene
    limite = ajouter(timezone.localdate(), 3, "59")
    assert fil.limite == fil.rappel_le == limite
    assert rappels(60, timezone.localdate()) == [limite, ajouter(limite, 6, "59"), ajouter(limite, 12, "59")]
    assert [m.to for m in d.relever()] == [[asked.compte.courriel]] * 3
    fil.refresh_from_db()
    assert (fil.rappels, fil.rappel_le, fil.etat) == (3, None, EtatSaisine.ENVOYEE)


def test_none_leaves_on_a_day_that_is_not_worked_nor_once_it_is_answered(scene: tuple[Joue, ...]) -> None:
    _, asked, demande, fil = scene
    Saisine.objects.update(rappel_le=date(2026, 5, 1))
    assert echeances.envoyer_les_rappels(a_midi(date(2026, 5, 1))) == 0
    assert echeances.envoyer_les_rappels(a_midi(date(2026, 5, 3))) == 0
    services.ecrire(asked.lecteur(), demande.pk, fil.pk, G.REPONDRE, "Oui.", version=1)
    assert echeances.envoyer_les_rappels(a_midi(date(2030, 5, 6))) == 0


def test_once_taken_the_one_who_took_it_is_reminded_in_fifteen_working_days(scene: tuple[Joue, ...]) -> None:
    _, asked, demande, fil = scene
    d.collegue(asked)
    services.prendre(asked.lecteur(), demande.pk, fil.pk, 1)
    limite = ajouter(timezone.localdate(), 15, "59")
    assert rappels(40, timezone.localdate())[0] == limite
    assert {m.to[0] for m in d.relever()} == {asked.compte.courriel}


def test_those_who_are_away_are_not_reminded_and_without_anybody_the_mailbox_is(scene: tuple[Joue, ...]) -> None:
    _, asked, _, fil = scene
    la = d.collegue(asked)
    jour = fil.limite
    assert jour is not None
    noter_absence(asked.compte, jour + timedelta(days=40), timezone.localdate())
    echeances.envoyer_les_rappels(a_midi(jour))
    assert [m.to for m in d.relever()] == [[la.compte.courriel]]
    la.compte.appartenances.update(fin=timezone.now())
    echeances.envoyer_les_rappels(a_midi(ajouter(jour, 6, "59")))
    assert [m.to for m in d.relever()] == [[asked.groupe.courriel]]


def test_it_closes_by_itself_thirty_days_after_the_answer(scene: tuple[Joue, ...]) -> None:
    elle, asked, demande, fil = scene
    services.ecrire(asked.lecteur(), demande.pk, fil.pk, G.REPONDRE, "Oui.", version=1)
    assert echeances.fermer_les_repondues(timezone.now() + timedelta(days=29)) == 0
    assert echeances.fermer_les_repondues(timezone.now() + timedelta(days=31)) == 1
    assert echeances.fermer_les_repondues(timezone.now() + timedelta(days=31)) == 0
    fil.refresh_from_db()
    demande.refresh_from_db()
    assert (fil.etat, fil.motif, demande.close_le is not None) == (EtatSaisine.CLOSE, "repondu", True)
    services.ecrire(elle.lecteur(), demande.pk, fil.pk, G.ROUVRIR, "Et depuis ?", version=fil.version)


def test_what_nobody_ever_answers_ends_too(scene: tuple[Joue, ...]) -> None:
    assert echeances.fermer_les_repondues(timezone.now() + timedelta(days=150)) == 0
    assert echeances.fermer_les_repondues(timezone.now() + timedelta(days=200)) == 1
    fil = Saisine.objects.get()
    assert (fil.etat, fil.motif) == (EtatSaisine.CLOSE, "sans_reponse")


def test_what_somebody_who_left_dealt_with_goes_back_to_his_service_which_is_told(scene: tuple[Joue, ...]) -> None:
    _, asked, demande, fil = scene
    reste = d.collegue(asked)
    services.prendre(asked.lecteur(), demande.pk, fil.pk, 1)
    assert echeances.rendre_aux_services(timezone.now()) == 0
    asked.compte.appartenances.update(fin=timezone.now())
    assert echeances.rendre_aux_services(timezone.now()) == 1
    assert echeances.rendre_aux_services(timezone.now()) == 0
    fil.refresh_from_db()
    assert (fil.etat, fil.attribuee_a) == (EtatSaisine.ENVOYEE, None)
    assert [m.to for m in d.relever()] == [[asked.groupe.courriel]]
    services.prendre(reste.lecteur(), demande.pk, fil.pk, fil.version)


def test_what_was_late_when_somebody_left_stays_late(scene: tuple[Joue, ...]) -> None:
    _, asked, demande, fil = scene
    services.prendre(asked.lecteur(), demande.pk, fil.pk, 1)
    hier = timezone.localdate() - timedelta(days=1)
    Saisine.objects.update(limite=hier)
    asked.compte.appartenances.update(fin=timezone.now())
    echeances.rendre_aux_services(timezone.now())
    assert Saisine.objects.get().limite == hier


def test_an_account_that_is_erased_leaves_its_questions_to_the_service(scene: tuple[Joue, ...]) -> None:
    _, asked, demande, fil = scene
    services.prendre(asked.lecteur(), demande.pk, fil.pk, 1)
    asked.compte.delete()
    assert echeances.rendre_aux_services(timezone.now()) == 1
    assert Saisine.objects.get().etat == EtatSaisine.ENVOYEE


def test_closed_for_180_days_it_forgets_who_wrote_it(scene: tuple[Joue, ...]) -> None:
    elle, asked, demande, fil = scene
    services.prendre(asked.lecteur(), demande.pk, fil.pk, 1)
    services.ecrire(asked.lecteur(), demande.pk, fil.pk, G.REPONDRE, "Oui.", version=2)
    services.clore(elle.lecteur(), demande.pk, fil.pk, 3, "repondu")
    PieceJointe.objects.create(demande=demande, service=elle.groupe, nom="x.pdf", octets=1, par=elle.compte.identifiant)
    assert echeances.effacer_les_auteurs(timezone.now() + timedelta(days=179)) == 0
    assert echeances.effacer_les_auteurs(timezone.now() + timedelta(days=181)) == 1
    assert echeances.effacer_les_auteurs(timezone.now() + timedelta(days=181)) == 0
    gens = {elle.compte.identifiant, asked.compte.identifiant}
    ecrits = [Demande.objects.values(), Saisine.objects.values(), MessageDemande.objects.values()]
    ecrits += [EvenementSaisine.objects.values(), PieceJointe.objects.values()]
    for ligne in (x for table in ecrits for x in table):
        assert not gens & {v for v in ligne.values() if isinstance(v, str)}, ligne
        assert "attribuee_a_id" not in {*ligne.get("avant", {}), *ligne.get("apres", {})}
    assert Saisine.objects.get().attribuee_a is None
    evenement = EvenementCompte.objects.get(action="demandes_pseudonymisees")
    assert (evenement.apres, evenement.action in ACTIONS_MONTREES) == ({"demandes": 1}, True)


def test_msg_07_closed_for_twelve_months_it_is_erased_and_counted(scene: tuple[Joue, ...]) -> None:
    elle, _, demande, fil = scene
    services.ecrire(elle.lecteur(), demande.pk, fil.pk, G.ECRIRE, "Merci de votre réponse.")
    services.clore(elle.lecteur(), demande.pk, fil.pk, 1, "par_erreur")
    assert not [e for e in conservation.purger(timezone.now() + timedelta(days=364)) if "demande" in e.table]
    (fait,) = [e for e in conservation.purger(timezone.now() + timedelta(days=366)) if "demande" in e.table]
    assert (fait.table, fait.lignes) == ("echanges_demande", 5)  # with its thread, its message, its two steps
    assert not Saisine.objects.exists()
    assert not EvenementSaisine.objects.exists()


class Tue(Exception):
    """The worker is killed."""


@contextmanager
def tue_apres(monkeypatch: pytest.MonkeyPatch, envois: int) -> Iterator[None]:
    """A worker killed when it has queued so many mails."""
    vrai, faits = courriels.annoncer_a_qui_s_en_occupe, []

    def faux(*arguments: object) -> None:
        vrai(*arguments)  # type: ignore[arg-type]
        faits.append(arguments)
        if len(faits) == envois:
            raise Tue

    with monkeypatch.context() as patch:
        patch.setattr(courriels, "annoncer_a_qui_s_en_occupe", faux)
        with pytest.raises(Tue):
            yield


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("envois", [1, 2, 3])
def test_a_worker_killed_anywhere_reminds_once_and_forgets_nobody(monkeypatch: pytest.MonkeyPatch, envois: int) -> None:
    elle, asked, tiers = d.trois()
    trois = [d.demande(elle, s) for s in (asked, tiers, d.service("Autre"))]
    jour = ajouter(timezone.localdate(), 3, "59")
    d.relever()
    with tue_apres(monkeypatch, envois):
        echeances.envoyer_les_rappels(a_midi(jour))
    # What was in the transaction of the one that was cut is undone, its mail with it.
    assert d.travaux() == [courriels.RAPPEL] * (envois - 1)
    echeances.envoyer_les_rappels(a_midi(jour))
    assert d.travaux() == [courriels.RAPPEL] * 3
    assert set(Saisine.objects.values_list("rappels", flat=True)) == {1}
    assert len(trois) == 3


def test_nothing_leaves_while_the_room_is_closed(scene: tuple[Joue, ...], settings: Any) -> None:
    settings.FCE_ECHANGES = False
    Saisine.objects.update(rappel_le=timezone.localdate() - timedelta(days=5))
    tasks.rappeler_les_demandes()
    assert d.travaux() == []


@pytest.mark.django_db
def test_the_jobs_do_it_all(scene: tuple[Joue, ...]) -> None:
    _, asked, demande, fil = scene
    Saisine.objects.update(rappel_le=timezone.localdate() - timedelta(days=5))
    tasks.rappeler_les_demandes()
    services.ecrire(asked.lecteur(), demande.pk, fil.pk, G.REPONDRE, "Oui.", version=1)
    Saisine.objects.update(repondue_le=timezone.now() - timedelta(days=31))
    tasks.finir_les_demandes()
    assert Saisine.objects.get().etat == EtatSaisine.CLOSE
