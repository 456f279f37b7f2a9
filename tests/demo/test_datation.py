"""A demonstration keeps the day it was made on, and says when that was long ago."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from fce.demo import datation
from fce.demo.calendrier import Calendrier, aujourd_hui
from fce.donnees.imports.models import Import, VersionEnPlace


def en_place() -> None:
    importation = Import.objects.create(source=datation.REPERE, statut=Import.Statut.EN_PLACE)
    VersionEnPlace.objects.create(source=datation.REPERE, en_place=importation)


@pytest.mark.django_db
def test_a_demonstration_in_place_keeps_its_day(tmp_path: Path) -> None:
    ancien = Calendrier(date(2026, 11, 3))
    datation.noter(tmp_path / "demo", ancien)
    # Its data are gone, or never came: it is of today.
    assert datation.du_dossier(tmp_path / "demo") == (aujourd_hui(), True)
    en_place()
    assert datation.du_dossier(tmp_path / "demo") == (ancien, True)


@pytest.mark.django_db
@pytest.mark.parametrize("note", [None, "", "hier\n", "2026-13-45\n", "é"])
def test_one_made_before_days_were_noted_is_of_the_day_it_was_imported(tmp_path: Path, note: str | None) -> None:
    en_place()
    if note is not None:
        (tmp_path / "jour").write_text(note, encoding="utf-8")
    assert datation.du_dossier(tmp_path) == (aujourd_hui(), False)


@pytest.mark.parametrize(("age", "dite"), [(0, False), (30, False), (31, True), (400, True), (-5, False)])
def test_it_says_that_it_is_old_after_thirty_days_and_what_to_do(age: int, dite: bool) -> None:
    avis = datation.avis(Calendrier(date.today() - timedelta(days=age)))
    assert bool(avis) == dite
    if dite:
        assert f"il y a {age} jours" in avis
        assert "fce demo --refaire" in avis


def test_one_that_cannot_be_written_again_says_so_whatever_its_age() -> None:
    assert "version précédente" in datation.avis(aujourd_hui(), exacte=False)
