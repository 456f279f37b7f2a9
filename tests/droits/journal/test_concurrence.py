"""Many writers at once, each committing for real: one unbroken chain per agent, no deadlock, no number lost."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection

from fce.droits.journal import scellement
from fce.droits.journal.models import Consultation as Ligne, Refus
from fce.droits.journal.services import consigner
from fce.droits.journal.verification import verifier
from fce.socle.erreurs import JournalIndisponible, VolumeDepasse
from tests.concurrence import ensemble
from tests.droits.journal.fabrique import MIDI, consultation, siren
from tests.sql import executer

pytestmark = pytest.mark.django_db(transaction=True)


def test_LOG_03_two_threads_write_only_one_chain() -> None:
    def ecrire(decalage: int) -> None:
        for rang in range(80):
            consigner([consultation(numero=siren(decalage + rang))], MIDI + timedelta(hours=rang))

    assert ensemble(lambda: ecrire(0), lambda: ecrire(100)) == []
    assert list(Ligne.objects.order_by("id").values_list("rang", flat=True)) == list(range(1, 161))
    assert verifier().ruptures == ()


def test_two_crossed_agents_never_wait_for_each_other() -> None:
    def ecrire(agents: tuple[str, ...]) -> None:
        for rang in range(60):
            consigner([consultation(agent=agent, poids=0) for agent in agents], MIDI + timedelta(seconds=rang))

    assert ensemble(lambda: ecrire(("a", "b")), lambda: ecrire(("b", "a"))) == []
    assert verifier().ruptures == ()
    assert Ligne.objects.count() == 240


def test_RATE_02_the_limit_is_the_same_for_all_processes() -> None:
    refus: list[VolumeDepasse] = []

    def consulter(decalage: int) -> None:
        for rang in range(120):
            try:
                consigner([consultation(numero=siren(decalage + rang))], MIDI)
            except VolumeDepasse as faute:
                refus.append(faute)

    assert ensemble(lambda: consulter(0), lambda: consulter(200)) == []
    assert Ligne.objects.count() == 200
    assert len(refus) == Refus.objects.count() == 40


def test_what_is_recorded_is_in_the_database_when_the_function_returns() -> None:
    consigner([consultation()], MIDI)
    vues: list[int] = []
    assert ensemble(lambda: vues.append(Ligne.objects.count())) == []
    assert vues == [1]


def test_a_read_only_connection_writes_and_remains_read_only_afterwards() -> None:
    executer("SET default_transaction_read_only = on")
    try:
        consigner([consultation()], MIDI)
        with pytest.raises(JournalIndisponible):
            consigner([consultation(requete="\x00")], MIDI)
        # Neither a transaction left open nor one that may write.
        assert executer("SHOW transaction_read_only") == [("on",)]
        consigner([consultation()], MIDI)
    finally:
        executer("SET default_transaction_read_only = off")
    assert Ligne.objects.count() == 2


def pendant(verrou: str, geste: Callable[[], object]) -> list[BaseException]:
    """What ``geste`` raises, done while another connection holds this lock on the table of consultations."""
    tenu, fini = threading.Event(), threading.Event()

    def tenir() -> None:
        with connection.cursor() as curseur:
            curseur.execute(f"BEGIN; LOCK TABLE journal.consultation IN {verrou} MODE")
            tenu.set()
            fini.wait(10)
            curseur.execute("ROLLBACK")

    def faire() -> None:
        try:
            tenu.wait(10)
            geste()
        finally:
            fini.set()

    return ensemble(tenir, faire)


def test_LOG_02_a_locked_table_closes_reserved_data() -> None:
    def demander() -> None:
        executer("SET lock_timeout = '100ms'")
        with pytest.raises(JournalIndisponible):
            consigner([consultation()], MIDI)

    assert pendant("ACCESS EXCLUSIVE", demander) == []
    assert not Ligne.objects.exists()


def test_a_write_in_progress_is_not_taken_for_an_erased_row() -> None:
    """The barrier waits for a writer that took its number and has not committed yet."""
    pris = threading.Event()

    def ecrire_lentement() -> None:
        with connection.cursor() as curseur:
            curseur.execute(
                "BEGIN; LOCK TABLE journal.consultation IN ROW EXCLUSIVE MODE; "
                "SELECT nextval('journal.consultation_id_seq')"
            )
            pris.set()
            time.sleep(0.3)
            dans_l_ordre.append("l’écriture finit")
            curseur.execute("COMMIT")

    dans_l_ordre: list[str] = []

    def attendre() -> None:
        pris.wait(10)
        assert scellement.attendre_les_ecritures() >= 1
        dans_l_ordre.append("la barrière passe")

    assert ensemble(ecrire_lentement, attendre) == []
    assert dans_l_ordre == ["l’écriture finit", "la barrière passe"]


def test_an_analysis_of_the_table_does_not_hold_the_barrier_nor_the_barrier_a_writer() -> None:
    """An autovacuum held it for as long as it lasts, and the verification failed."""
    assert pendant("SHARE UPDATE EXCLUSIVE", scellement.attendre_les_ecritures) == []


def test_a_writer_that_never_ends_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scellement, "ATTENTE_S", 0.05)

    def attendre() -> None:
        with pytest.raises(JournalIndisponible, match="ne se termine pas"):
            scellement.attendre_les_ecritures()

    assert pendant("ROW EXCLUSIVE", attendre) == []


def test_verifying_while_others_write_finds_nothing() -> None:
    fini = threading.Event()
    ruptures: list[tuple[str, ...]] = []

    def ecrire() -> None:
        for rang in range(150):
            consigner([consultation(agent=f"agent-{rang % 7}-{rang // 30}")], MIDI + timedelta(seconds=rang))
        fini.set()

    def relire() -> None:
        while not fini.is_set():
            ruptures.append(verifier().ruptures)

    assert ensemble(ecrire, relire) == []
    assert ruptures
    assert set(ruptures) == {()}
