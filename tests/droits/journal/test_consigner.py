"""What is written in the journal, and when it is not: no journal, no data (LOG-01, LOG-02, RATE-03)."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import OperationalError, connection, transaction

from fce.droits.journal.models import Consultation as Ligne, Refus
from fce.droits.journal.services import consigner, consigner_refus
from fce.socle.erreurs import JournalIndisponible
from tests.droits.journal.fabrique import MIDI, SERVICE, consultation, siren
from tests.pannes import lever

pytestmark = pytest.mark.usefixtures("journal")


def test_LOG_01_each_consultation_says_who_what_why_when_and_from_where() -> None:
    consigner([consultation(requete="abcd", adresse_ip="192.0.2.7", poids=3)], MIDI)
    ligne = Ligne.objects.get()
    assert ligne.quand == datetime(2026, 6, 15, 10, 0, 0, 123_000, tzinfo=UTC)
    assert (ligne.agent, ligne.siret_administration, ligne.habilitations) == ("agent-1", SERVICE, ["hab-1"])
    assert (ligne.finalite, ligne.sources, ligne.numero) == ("controle-travail", ["wikit-controles"], siren(1))
    assert (ligne.surface, ligne.action, ligne.classe) == ("fiche", "consulter", "C2")
    assert (ligne.lignes, ligne.requete, ligne.adresse_ip, ligne.poids) == (
        {"wikit-controles": 2},
        "abcd",
        "192.0.2.7",
        3,
    )


def test_nothing_to_record_asks_nothing_of_the_database(django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        consigner([], MIDI)


def test_an_instant_without_a_time_zone_is_not_an_instant() -> None:
    with pytest.raises(ValueError):
        consigner([consultation()], MIDI.replace(tzinfo=None))


def test_several_consultations_fit_in_one_round_trip(django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(1):
        consigner([consultation(numero=siren(n)) for n in range(12)], MIDI)
    assert Ligne.objects.count() == 12


def test_each_agent_has_his_chain() -> None:
    consigner([consultation(agent=agent) for agent in ("b", "a", "b", "a", "b")], MIDI)
    rangs = sorted(Ligne.objects.values_list("agent", "rang"))
    assert rangs == [("a", 1), ("a", 2), ("b", 1), ("b", 2), ("b", 3)]
    par_rang = {(ligne.agent, ligne.rang): ligne for ligne in Ligne.objects.all()}
    assert bytes(par_rang["b", 1].empreinte_precedente) == b""
    assert par_rang["b", 3].empreinte_precedente == par_rang["b", 2].empreinte
    assert par_rang["a", 2].empreinte_precedente == par_rang["a", 1].empreinte


@pytest.mark.parametrize("difference", [{"agent": ""}, {"surface": "page"}, {"poids": -1}], ids=str)
def test_a_consultation_by_nobody_or_from_nowhere_does_not_exist(difference: dict[str, Any]) -> None:
    with pytest.raises(ValueError):
        consultation(**difference)


@contextlib.contextmanager
def base_en_panne() -> Iterator[None]:
    with connection.execute_wrapper(lever(OperationalError("could not extend file"))):
        yield


def test_LOG_02_a_database_that_refuses_closes_reserved_data() -> None:
    with base_en_panne(), pytest.raises(JournalIndisponible) as refus:
        consigner([consultation()], MIDI)
    assert refus.value.status == 503
    assert "les données ouvertes restent accessibles" in refus.value.message
    assert "could not" not in refus.value.message


def test_LOG_02_a_text_that_the_database_refuses_closes_too() -> None:
    with pytest.raises(JournalIndisponible):
        consigner([consultation(requete="\x00")], MIDI)


def test_within_a_transaction_nothing_would_be_certain() -> None:
    with transaction.atomic(), pytest.raises(RuntimeError):
        consigner([consultation()], MIDI)


def test_a_refusal_is_counted() -> None:
    consigner_refus("agent-1", "territoire", "wikit-controles", siren(1), "fiche", MIDI, "abcd", "192.0.2.7")
    refus = Refus.objects.get()
    assert (refus.agent, refus.raison_code, refus.source, refus.numero) == (
        "agent-1",
        "territoire",
        "wikit-controles",
        siren(1),
    )
    assert (refus.surface, refus.requete, refus.adresse_ip) == ("fiche", "abcd", "192.0.2.7")
    assert refus.quand == MIDI - timedelta(microseconds=456)


def test_a_refusal_that_cannot_be_counted_hinders_nobody() -> None:
    with base_en_panne():
        consigner_refus("agent-1", "territoire", "wikit-controles", siren(1), "fiche", MIDI)
