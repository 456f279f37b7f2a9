"""The question that each search asks of the database: always answered, under the public role, in few connections."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
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
