"""libfaketime shifts one clock, for Python and PostgreSQL."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from fce.socle.texte import paris
from tests.sql import executer

pytestmark = pytest.mark.horloge_reelle


@pytest.mark.django_db
def test_v18_the_database_has_the_clock_of_the_tests_and_the_day_of_paris() -> None:
    avant = timezone.now()
    instant, jour = executer(f"SELECT clock_timestamp(), {paris.SQL_AUJOURD_HUI}")[0]
    assert abs(instant - avant) < timedelta(hours=1)
    assert jour in (paris.jour_de(avant), paris.aujourd_hui())
