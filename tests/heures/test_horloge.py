"""The clock that ``tests.heures`` shifts is one for Python and PostgreSQL."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from fce.socle import paris
from tests.heures.__main__ import HEURES


@pytest.mark.django_db
def test_v18_the_database_has_the_clock_of_the_tests_and_the_day_of_paris() -> None:
    avant = timezone.now()
    with connection.cursor() as curseur:
        curseur.execute(f"SELECT clock_timestamp(), {paris.SQL_AUJOURD_HUI}")
        instant, jour = curseur.fetchone()
    assert abs(instant - avant) < timedelta(hours=1)
    assert jour in (paris.jour_de(avant), paris.aujourd_hui())


@pytest.mark.parametrize("annee", range(2026, 2034))
def test_v18_each_hour_of_the_drill_is_what_its_name_says(annee: int) -> None:
    jours = {nom: paris.jour_de(heure(annee)) for nom, heure in HEURES.items()}
    assert (jours["31-decembre"].month, jours["31-decembre"].day) == (12, 31)
    assert (jours["29-fevrier"].month, jours["29-fevrier"].day) == (2, 29)
    for nom in ("heure-d-ete", "heure-d-hiver"):
        change = HEURES[nom](annee) + timedelta(minutes=5)
        avant, apres = (i.astimezone(paris.PARIS).utcoffset() for i in (change - timedelta(seconds=1), change))
        assert avant != apres
    assert all(HEURES[nom](annee).day == jours[nom].day - 1 for nom in ("soir", "nuit"))
