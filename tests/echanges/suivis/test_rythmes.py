"""When a mail leaves: hours of Paris, summer and winter, one for each appointment."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, strategies as st

from fce.echanges.suivis.courriels import dernier_rendez_vous, est_du
from fce.echanges.vocabulaire import Rythme
from fce.socle.texte.formats import PARIS

INSTANTS = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC))


@pytest.mark.parametrize(
    ("rythme", "maintenant", "attendu"),
    [
        (Rythme.CHAQUE_JOUR, datetime(2026, 7, 15, 6, 0, tzinfo=UTC), datetime(2026, 7, 15, 8, tzinfo=PARIS)),
        (Rythme.CHAQUE_JOUR, datetime(2026, 1, 15, 6, 59, tzinfo=UTC), datetime(2026, 1, 14, 8, tzinfo=PARIS)),
    ],
)
def test_the_latest_appointment_is_at_the_hour_of_paris(rythme: str, maintenant: datetime, attendu: datetime) -> None:
    assert dernier_rendez_vous(rythme, maintenant) == attendu


def test_a_rhythm_no_longer_offered_is_read_as_each_day() -> None:
    assert len(Rythme) == 3
    assert {Rythme("deux-fois"), Rythme("chaque-semaine")} == {Rythme.CHAQUE_JOUR}


def test_at_once_is_always_due_and_never_never_is() -> None:
    maintenant = datetime(2026, 11, 20, tzinfo=UTC)
    assert est_du(Rythme.TOUT_DE_SUITE, maintenant - timedelta(seconds=1), maintenant)
    assert not est_du(Rythme.JAMAIS, maintenant - timedelta(days=400), maintenant)


@given(st.sampled_from([Rythme.CHAQUE_JOUR, "deux-fois", "chaque-semaine"]), INSTANTS)
def test_once_looked_at_nothing_is_due_until_the_next_appointment(rythme: str, maintenant: datetime) -> None:
    rendez_vous = dernier_rendez_vous(rythme, maintenant)
    assert rendez_vous is not None
    assert rendez_vous <= maintenant < rendez_vous + timedelta(days=1, hours=2)
    assert not est_du(rythme, maintenant, maintenant)
    assert est_du(rythme, rendez_vous - timedelta(seconds=1), maintenant)
