"""The clocks that ``tests.heures`` sets."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from fce.socle.texte import paris
from tests import horloge
from tests.heures.__main__ import CINQ_ANS, DIFFICILES, HORLOGES, fichiers_de, instant_de, tirer

RACINE = horloge.TESTS.parent
MAINTENANT = datetime(2026, 12, 2, 15, 0, tzinfo=UTC)


def test_each_test_begins_at_the_instant_of_the_suite() -> None:
    assert abs(timezone.now() - (horloge.NUIT if horloge.de_nuit() else horloge.INSTANT)) < timedelta(hours=1)
    assert paris.aujourd_hui() == paris.jour_de(horloge.INSTANT)


@pytest.mark.parametrize("annee", range(2026, 2034))
def test_v18_each_difficult_hour_is_what_its_name_says(annee: int) -> None:
    jours = {nom: paris.jour_de(heure(annee)) for nom, heure in DIFFICILES.items()}
    assert (jours["31-decembre"].month, jours["31-decembre"].day) == (12, 31)
    assert (jours["29-fevrier"].month, jours["29-fevrier"].day) == (2, 29)
    for nom in ("heure-d-ete", "heure-d-hiver"):
        change = DIFFICILES[nom](annee) + timedelta(minutes=5)
        avant, apres = (i.astimezone(paris.PARIS).utcoffset() for i in (change - timedelta(seconds=1), change))
        assert avant != apres
    assert DIFFICILES["soir"](annee).day == jours["soir"].day - 1
    assert paris.jour_de(HORLOGES["nuit"](MAINTENANT)) == paris.jour_de(MAINTENANT) + timedelta(days=2)


def test_a_drawn_instant_is_within_five_years() -> None:
    tires = [tirer(MAINTENANT, random.Random(graine)) for graine in range(300)]
    assert all(MAINTENANT < un < MAINTENANT + CINQ_ANS for un in tires)
    assert len({*tires}) > 100
    assert {un.year for un in tires} >= {*range(2027, 2031)}


def test_an_instant_may_be_named_counted_in_days_or_written() -> None:
    assert instant_de("+3", MAINTENANT) == MAINTENANT + timedelta(days=3)
    assert instant_de("quarante-jours", MAINTENANT) == MAINTENANT + timedelta(days=40)
    assert instant_de("2028-02-29T10:00", MAINTENANT) == datetime(2028, 2, 29, 10, 0, tzinfo=UTC)
    with pytest.raises(ValueError, match="demain"):
        instant_de("demain", MAINTENANT)


@pytest.mark.parametrize(
    ("touche", "tests"),
    [
        ("fce/socle/texte/markdown.py", ["tests/socle/texte/test_markdown.py"]),
        ("tests/heures/test_horloge.py", ["tests/heures/test_horloge.py"]),
        ("tests/conftest.py", []),
        ("docs/glossaire.md", []),
        ("pyproject.toml", []),
    ],
)
def test_the_tests_of_a_file_of_the_commit_are_found(touche: str, tests: list[str]) -> None:
    assert [str(f.relative_to(RACINE)) for f in fichiers_de(Path(touche))] == tests
