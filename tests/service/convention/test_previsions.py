"""What will be missing, or left, at the term; when the committees are."""

from __future__ import annotations

import itertools
from datetime import date, timedelta

import pytest
from hypothesis import given, strategies as st

from fce.service.convention.previsions import (
    Attendu,
    avis_a_donner,
    effet_du_preavis,
    jours_de_comite,
    projections,
    semestre_du,
)
from fce.service.convention.regles import CadreBudgetaire, Mouvement, Plafond
from fce.service.convention.vocabulaire import GenreAvis, GenreEcriture

DEBUT, FIN = date(2026, 7, 1), date(2026, 12, 31)
CADRE = CadreBudgetaire(DEBUT, (Plafond(DEBUT, 1000, 1000, FIN),))


def lignes(engage: int, paye: int = 0, quand: date = date(2026, 7, 10)) -> list[Mouvement]:
    return [Mouvement(GenreEcriture.ENGAGEMENT, quand, engage, 1), Mouvement(GenreEcriture.PAIEMENT, quand, paye, 1)]


def test_what_is_expected_is_added_to_what_is_done() -> None:
    lues = projections(CADRE, lignes(400, 300), [Attendu(date(2026, 10, 1), 500, 600)], date(2026, 9, 15))
    assert (lues.ae.consomme, lues.ae.prevu, lues.ae.ecart) == (400, 500, 100)
    assert (lues.cp.consomme, lues.cp.prevu, lues.cp.ecart) == (300, 600, 100)


def test_of_this_month_only_what_has_not_come_is_still_expected_and_nothing_of_those_before() -> None:
    attendus = [Attendu(date(2026, 8, 1), 900, 0), Attendu(date(2026, 9, 1), 500, 0)]
    quand = date(2026, 9, 3)
    assert projections(CADRE, lignes(200, quand=quand), attendus, quand).ae.prevu == 300
    assert projections(CADRE, lignes(600, quand=quand), attendus, quand).ae.prevu == 0


def avis(engage: int, paye: int, jour: date, *attendus: Attendu) -> GenreAvis | None:
    return avis_a_donner(CADRE, projections(CADRE, lignes(engage, paye), attendus, jour), jour, 3)


def test_what_will_miss_is_said_at_once_of_either_credit() -> None:
    assert avis(400, 0, DEBUT, Attendu(date(2026, 11, 1), 601, 0)) is GenreAvis.INSUFFISANCE
    assert avis(400, 0, DEBUT, Attendu(date(2026, 11, 1), 0, 1001)) is GenreAvis.INSUFFISANCE
    assert avis(400, 0, DEBUT, Attendu(date(2026, 11, 1), 600, 1000)) is None


def test_what_will_be_left_is_said_in_the_last_months_only_and_when_it_is_worth_it() -> None:
    assert avis(900, 900, date(2026, 9, 29)) is None
    assert avis(900, 900, date(2026, 9, 30)) is GenreAvis.RELIQUAT
    assert avis(990, 990, date(2026, 12, 1)) is None
    assert avis(989, 990, date(2026, 12, 1)) is GenreAvis.RELIQUAT


def test_the_notice_brings_the_term_nearer() -> None:
    cadre = CadreBudgetaire(DEBUT, CADRE.plafonds, finit_le=date(2026, 10, 15))
    jour = date(2026, 7, 20)
    assert avis_a_donner(cadre, projections(cadre, lignes(500), [], jour), jour, 3) is GenreAvis.RELIQUAT


@pytest.mark.parametrize(
    ("jour", "semestre"), [(date(2026, 6, 30), "2026-S1"), (date(2026, 7, 1), "2026-S2"), (date(2027, 1, 1), "2027-S1")]
)
def test_a_half_year_is_of_the_calendar(jour: date, semestre: str) -> None:
    assert semestre_du(jour) == semestre


@given(st.dates(date(2020, 1, 1), date(2030, 1, 1)), st.integers(0, 2000))
def test_committees_are_six_months_apart_at_most_and_the_last_one_is_at_the_term(debut: date, duree: int) -> None:
    fin = debut + timedelta(days=duree)
    jours = [debut, *jours_de_comite(debut, fin)]
    assert jours[-1] == fin
    assert all(timedelta(0) <= apres - avant <= timedelta(days=184) for avant, apres in itertools.pairwise(jours))


def test_a_notice_of_three_months_given_at_the_end_of_one_ends_at_the_end_of_another() -> None:
    assert effet_du_preavis(date(2026, 11, 30), 3) == date(2027, 2, 28)
