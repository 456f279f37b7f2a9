"""RATE-03, RATE-05: an agent reads the restricted data of so many companies in a window, and not one more."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, strategies as st

from fce.droits.journal import volumes
from fce.droits.journal.models import Consultation as Ligne, Refus
from fce.droits.journal.services import consigner
from fce.droits.journal.volumes import LimiteVolume, duree, lire_limites, phrase
from fce.socle.erreurs import ConfigurationInvalide, VolumeDepasse
from tests.droits.journal.fabrique import MIDI, consultation, siren

pytestmark = pytest.mark.usefixtures("journal")


def voir(rang: int, maintenant: datetime, **differences: Any) -> None:
    consigner([consultation(numero=siren(rang), **differences)], maintenant)


def refuse(rang: int, maintenant: datetime, **differences: Any) -> VolumeDepasse:
    with pytest.raises(VolumeDepasse) as refus:
        voir(rang, maintenant, **differences)
    return refus.value


def seconde(secondes: float) -> datetime:
    return MIDI + timedelta(seconds=secondes)


def test_RATE_03_a_thousand_siren_in_a_row_in_ten_minutes_stop_at_two_hundred() -> None:
    vus = 0
    for rang in range(1_000):
        try:
            voir(rang, seconde(rang * 0.5))
        except VolumeDepasse:
            break
        vus += 1
    assert vus == 200
    assert Ligne.objects.count() == 200


def test_RATE_03_a_refusal_writes_only_the_refusal_and_says_when_to_come_back(settings: Any) -> None:
    settings.FCE_VOLUMES = "2/600"
    voir(1, seconde(0))
    voir(2, seconde(240))
    refus = refuse(3, seconde(300), requete="abcd")
    assert refus.status == 429
    assert refus.details == {"retry_after": 300}
    assert refus.message == (
        "Vous avez consulté les données réservées de beaucoup d’entreprises : la limite est de 2 entreprises en "
        "10 minutes. Réessayez dans 5 minutes. Les données ouvertes restent accessibles."
    )
    assert Ligne.objects.count() == 2
    compte = Refus.objects.get()
    assert (compte.agent, compte.raison_code, compte.source) == ("agent-1", "volume", "wikit-controles")
    assert (compte.numero, compte.surface, compte.requete) == (siren(3), "fiche", "abcd")


def test_the_window_slides_to_the_second(settings: Any) -> None:
    settings.FCE_VOLUMES = "2/600"
    voir(1, seconde(0))
    voir(2, seconde(240))
    refuse(3, seconde(599))
    voir(3, seconde(600))
    assert refuse(4, seconde(601)).details["retry_after"] == 239
    voir(4, seconde(840))


@pytest.mark.parametrize("fenetre", [60, 600, 3_600, 86_400])
def test_no_window_holds_more_than_the_limit(settings: Any, fenetre: int) -> None:
    settings.FCE_VOLUMES = f"3/{fenetre}"
    accordees: list[int] = []
    for rang in range(40):
        instant = rang * fenetre // 6
        try:
            voir(rang, seconde(instant))
            accordees.append(instant)
        except VolumeDepasse as refus:
            attente = refus.details["retry_after"]
            assert isinstance(attente, int)
            assert 0 < attente <= fenetre
    assert accordees
    for instant in accordees:
        assert sum(instant - fenetre < autre <= instant for autre in accordees) <= 3
    # As many as may be: the window is full again as soon as it can be.
    assert len(accordees) >= 3 * 5


def test_the_limit_with_the_longest_wait_is_told(settings: Any) -> None:
    settings.FCE_VOLUMES = "1/600,1/3600"
    voir(1, seconde(0))
    assert refuse(2, seconde(60)).details["retry_after"] == 3_540


def test_a_request_larger_than_the_limit_has_no_wait(settings: Any) -> None:
    settings.FCE_VOLUMES = "10/600,100/3600"
    refus = refuse(1, MIDI, surface="csv", poids=11)
    assert refus.details == {}
    assert refus.message.startswith("Cette demande porte sur 11 entreprises")


def test_RATE_05_an_export_counts_its_companies_not_its_request(settings: Any) -> None:
    settings.FCE_VOLUMES = "10/600"
    consigner([consultation(numero="", surface="csv", poids=9)], MIDI)
    voir(2, seconde(1))
    refuse(3, seconde(2))


def test_several_purposes_of_one_request_count_together(settings: Any) -> None:
    settings.FCE_VOLUMES = "1/600"
    with pytest.raises(VolumeDepasse):
        consigner([consultation(finalite="a"), consultation(finalite="b")], MIDI)
    assert not Ligne.objects.exists()
    consigner([consultation(finalite="a"), consultation(finalite="b", poids=0)], MIDI)


@pytest.mark.parametrize("surface", ["direct", "fragment"])
def test_the_blocks_of_a_sheet_already_seen_do_not_count(settings: Any, surface: str) -> None:
    settings.FCE_VOLUMES = "1/600"
    voir(1, seconde(0))
    voir(1, seconde(5), surface=surface)
    consigner([consultation(numero=siren(1) + "00017", surface=surface)], seconde(6))
    assert list(Ligne.objects.order_by("id").values_list("poids", flat=True)) == [1, 0, 0]
    refuse(2, seconde(7), surface=surface)
    refuse(1, seconde(7), surface="fiche")


def test_ten_minutes_later_a_block_counts_again() -> None:
    voir(1, seconde(0))
    voir(1, seconde(600), surface="direct")
    assert list(Ligne.objects.order_by("id").values_list("poids", flat=True)) == [1, 1]


def test_a_block_follows_the_sheet_of_its_request_but_not_another_agent_s() -> None:
    consigner([consultation(), consultation(surface="direct")], MIDI)
    consigner([consultation(agent="agent-2", surface="direct")], MIDI)
    assert list(Ligne.objects.order_by("id").values_list("poids", flat=True)) == [1, 0, 1]


def test_a_list_without_a_number_always_counts() -> None:
    consigner([consultation(numero="", surface="fragment") for _ in range(2)], MIDI)
    assert list(Ligne.objects.values_list("poids", flat=True)) == [1, 1]


def test_RATE_07_an_agent_does_not_hinder_another(settings: Any) -> None:
    settings.FCE_VOLUMES = "1/600"
    voir(1, MIDI)
    voir(2, MIDI, agent="agent-2")
    refuse(3, MIDI)


def test_an_agent_beyond_his_limit_stops_all_that_is_recorded_with_him(settings: Any) -> None:
    settings.FCE_VOLUMES = "1/600"
    voir(1, MIDI)
    with pytest.raises(VolumeDepasse):
        consigner([consultation(agent="agent-2"), consultation(numero=siren(2))], MIDI)
    assert list(Ligne.objects.values_list("agent", flat=True)) == ["agent-1"]


def test_without_a_limit_nothing_is_refused(settings: Any) -> None:
    settings.FCE_VOLUMES = ""
    consigner([consultation(numero="", surface="csv", poids=1_000_000)], MIDI)


def test_the_default_setting_is_that_of_the_rule(settings: Any) -> None:
    assert lire_limites(settings.FCE_VOLUMES) == (
        LimiteVolume(200, 600),
        LimiteVolume(400, 3_600),
        LimiteVolume(2_400, 86_400),
        LimiteVolume(10_000, 604_800),
    )


@pytest.mark.parametrize("texte", ["200", "200/", "/600", "0/600", "200/0", "-1/600", "deux/600", "200/600;400/3600"])
def test_a_badly_written_limit_is_refused(texte: str) -> None:
    with pytest.raises(ConfigurationInvalide, match="FCE_VOLUMES"):
        volumes.lire_limites(texte)


@pytest.mark.parametrize(
    ("secondes", "dite"),
    [
        (1, "1 seconde"),
        (45, "45 secondes"),
        (60, "1 minute"),
        (61, "2 minutes"),
        (600, "10 minutes"),
        (3_600, "1 heure"),
        (3_660, "1 h 01"),
        (7_200, "2 heures"),
        (86_400, "1 jour"),
        (604_800, "1 semaine"),
    ],
)
def test_a_duration_is_read(secondes: int, dite: str) -> None:
    assert duree(secondes) == dite


@given(st.integers(1, 10**9), st.integers(1, 10**6), st.integers(1, 10**9), st.none() | st.integers(1, 10**6))
def test_the_sentence_always_tells_the_limit(poids: int, secondes: int, demande: int, attente: int | None) -> None:
    dite = phrase(LimiteVolume(poids, secondes), demande, attente)
    assert duree(secondes) in dite
    assert dite.endswith(".")


def poids(**differences: Any) -> int:
    """The weight of a reading of the first company, as it is written."""
    voir(1, differences.pop("maintenant"), **differences)
    return Ligne.objects.order_by("-id")[0].poids


@pytest.mark.parametrize(("surface", "minutes"), [("fragment", 10), ("direct", 10), ("operation", 60), ("liste", 60)])
def test_a7_a_block_or_a_list_weighs_nothing_only_after_its_company_was_weighed(surface: str, minutes: int) -> None:
    assert poids(maintenant=seconde(0), poids=0, surface="note") == 0
    assert poids(maintenant=seconde(1), surface=surface) == 1
    assert poids(maintenant=seconde(2), surface=surface) == 0
    # What was free opens nothing longer: only what weighed does.
    assert poids(maintenant=seconde(60 * minutes), surface=surface) == 0
    assert poids(maintenant=seconde(60 * minutes + 2), surface=surface) == 1


def test_a7_in_one_answer_too_a_line_without_weight_opens_nothing() -> None:
    consigner([consultation(poids=0), consultation(surface="fragment")], MIDI)
    assert [ligne.poids for ligne in Ligne.objects.order_by("id")] == [0, 1]


def test_a7_a_territory_read_motive_by_motive_discloses_no_other_company(settings: Any) -> None:
    settings.FCE_VOLUMES = "50/600"
    page = [consultation(numero=siren(n), surface="liste") for n in range(1, 41)]
    for n in range(8):
        consigner(page, seconde(10 * n))
    assert sum(Ligne.objects.values_list("poids", flat=True)) == 40
    with pytest.raises(VolumeDepasse):
        consigner([consultation(numero=siren(n), surface="liste") for n in range(41, 52)], seconde(100))
