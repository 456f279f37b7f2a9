"""Twelve months, and territories as people write them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, strategies as st

from fce.droits.habilitations.acteurs import DUREE_MAXIMALE
from fce.droits.habilitations.dossiers import departements as lieux
from fce.droits.habilitations.dossiers.duree import dernier_jour
from fce.referentiels.territoires import departements
from fce.socle.erreurs import ParametreInvalide

CODES = [d.code for d in departements()]


@pytest.mark.parametrize(
    ("premier", "dernier"),
    [
        (date(2026, 1, 1), date(2026, 12, 31)),
        (date(2026, 6, 15), date(2027, 6, 14)),
        (date(2027, 3, 1), date(2028, 2, 29)),
        (date(2028, 2, 29), date(2029, 2, 28)),
        (date(2028, 2, 28), date(2029, 2, 27)),
    ],
)
def test_twelve_months_end_on_the_eve_of_the_anniversary(premier: date, dernier: date) -> None:
    assert dernier_jour(premier) == dernier


@given(st.dates(min_value=date(2000, 1, 1), max_value=date(2200, 1, 1)))
def test_twelve_months_are_never_more_than_the_policy_takes(premier: date) -> None:
    duree = dernier_jour(premier) - premier
    assert timedelta(days=364) <= duree <= timedelta(days=365) < timedelta(days=DUREE_MAXIMALE)


@pytest.mark.parametrize(
    ("texte", "codes"),
    [
        ("59", ("59",)),
        ("Nord, Pas-de-Calais", ("59", "62")),
        ("nord ; PAS DE CALAIS\n80", ("59", "62", "80")),
        ("Bretagne", ("22", "29", "35", "56")),
        ("Corse", ("2A", "2B")),
        ("2a", ("2A",)),
        ("La Réunion", ("974",)),
        ("Saint-Martin", ("978",)),
        ("la reunion", ("974",)),
        ("01", ("01",)),
        ("FR", ("FR",)),
        ("59, France entière", ("FR",)),
        ("", ()),
        (" , ;; ", ()),
    ],
)
def test_places_are_read_by_code_and_by_name(texte: str, codes: tuple[str, ...]) -> None:
    assert lieux.lire_lieux(texte) == codes


@pytest.mark.parametrize("texte", ["20", "2", "00", "Lille", "Bretagnne", "59 62", "١٢", "'; DROP TABLE"])
def test_what_names_no_place_is_refused_and_quoted(texte: str) -> None:
    with pytest.raises(ParametreInvalide, match="Ni département ni région"):
        lieux.lire_lieux(texte)


@given(st.text(max_size=80))
def test_any_text_is_read_or_refused(texte: str) -> None:
    try:
        codes = lieux.lire_lieux(texte)
    except ParametreInvalide:
        return
    assert all(lieux.connu(code) for code in codes)


@given(st.sets(st.sampled_from(CODES)))
def test_what_is_written_in_words_is_read_back(codes: set[str]) -> None:
    en_clair = lieux.en_clair(codes)
    sans_codes = ", ".join(mot.rsplit(" (", 1)[0] for mot in en_clair.split(", "))
    assert lieux.lire_lieux(sans_codes) == tuple(sorted(codes))


def test_the_list_of_boxes_has_every_département_once() -> None:
    cases = [code for _, siens in lieux.departements_par_region() for code, _ in siens]
    assert sorted(cases) == sorted(CODES)
