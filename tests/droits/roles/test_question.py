"""The question that each search asks of the database: always answered, under the public role, in few connections."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Timer
from time import sleep
from typing import Any

import psycopg
import pytest
from django.db import connection, connections, transaction

from fce.socle.question import QuestionConstante
from tests.droits.roles.outils import qui

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("en_web")]
QUI = "SELECT current_user::text, pg_backend_pid()::text, current_setting('transaction_read_only')"


@pytest.fixture
def question() -> Iterator[QuestionConstante]:
    posee = QuestionConstante(QUI)
    yield posee
    posee.fermer()


def test_it_is_asked_under_the_public_role_on_one_connection_for_all_threads(question: QuestionConstante) -> None:
    def demander(_: int) -> tuple[str, ...]:
        try:
            return question.lire()[0]
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as fils:
        lues = {*fils.map(demander, range(40))}
    assert len({pid for _, pid, _ in lues}) <= 1 + 4  # those that would have waited asked as for anything else
    assert {role for role, _, _ in lues} == {qui()}


def test_a_connection_that_the_server_closed_is_opened_again(question: QuestionConstante) -> None:
    ((_, avant, _),) = question.lire()
    with psycopg.connect(**connection.get_connection_params()) as autre:
        autre.execute("SELECT pg_terminate_backend(%s)", [int(avant)])
    ((_, apres, _),) = question.lire()
    assert apres != avant


def test_a_connection_that_cannot_be_opened_is_left_alone_and_the_question_asked_as_any_other(
    question: QuestionConstante, monkeypatch: pytest.MonkeyPatch
) -> None:
    essais = []

    def refuser(**_: Any) -> None:
        essais.append(1)
        raise psycopg.OperationalError

    connection.ensure_connection()
    monkeypatch.setattr("fce.socle.question.psycopg.connect", refuser)
    assert question.lire()[0][0] == question.lire()[0][0] == qui()
    assert len(essais) == 1


def test_what_a_transaction_has_written_is_read_in_it(question: QuestionConstante) -> None:
    dehors = question.lire()[0][1]
    with transaction.atomic():
        assert question.lire()[0][1] != dehors


def test_what_is_asked_ahead_is_answered_as_of_then_on_the_same_connection(question: QuestionConstante) -> None:
    ((_, pid, _),) = question.lire()
    posees = [question.demander() for _ in range(3)]
    assert question.lire()[0][1] == pid
    # Asked again meanwhile, or never read: each has its own answer, and none is in the way of another.
    assert [reponse.lire()[0][1] for reponse in reversed(posees[1:])] == [pid, pid]
    assert question.demander().lire()[0][1] == pid


def test_threads_that_ask_ahead_each_have_an_answer(question: QuestionConstante) -> None:
    def demander(_: int) -> str:
        try:
            reponse = question.demander()
            sleep(0.001)
            return reponse.lire()[0][0]
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as fils:
        assert {*fils.map(demander, range(200))} == {qui()}


def test_the_server_that_dies_before_it_answers_is_asked_again(question: QuestionConstante) -> None:
    ((_, avant, _),) = question.lire()
    reponse = question.demander()
    with psycopg.connect(**connection.get_connection_params()) as autre:
        autre.execute("SELECT pg_terminate_backend(%s)", [int(avant)])
    sleep(0.05)
    apres = question.demander()
    assert reponse.lire()[0][0] == qui()  # it had answered
    assert apres.lire()[0][1] != avant
    assert question.lire()[0][1] != avant


def test_a_server_that_does_not_answer_what_was_asked_ahead_is_asked_by_another_connection(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    retenue = QuestionConstante(f"{QUI}, pg_advisory_xact_lock_shared(42)::text")
    ((_, avant, *_),) = retenue.lire()
    monkeypatch.setattr("fce.socle.question.REPONSE_S", 0.05)
    with psycopg.connect(**connection.get_connection_params(), autocommit=True) as autre:
        autre.execute("SELECT pg_advisory_lock(42)")
        posee = retenue.demander()
        lacher = Timer(0.3, autre.execute, ["SELECT pg_advisory_unlock(42)"])
        lacher.start()
        ((role, pid, *_),) = posee.lire()
        lacher.join()
    assert posee.lues is None
    assert (role, pid != avant) == (qui(), True)
    retenue.fermer()


def test_nothing_is_asked_ahead_in_a_transaction(question: QuestionConstante) -> None:
    dehors = question.lire()[0][1]
    with transaction.atomic():
        assert question.demander().lire()[0][1] != dehors
