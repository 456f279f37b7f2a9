"""Uses of data sets are told by month, service and purpose: never what a few people did, nor what would betray it."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, strategies as st

from fce.droits.journal.services import consigner
from fce.droits.journal.usages import UsagesDuMois, usages, usages_publies
from fce.socle.texte.secret_statistique import SEUIL_AGENTS, SEUIL_SERVICES
from tests.droits.journal.fabrique import consultation

MOIS = date(2026, 6, 1)
Ligne = tuple[date, str, str, str, int, int]

lignes = st.lists(
    st.tuples(
        st.sampled_from([MOIS, date(2026, 7, 1)]),
        st.sampled_from(["s1", "s2", "s3", "s4", "s5"]),
        st.sampled_from(["f1", "f2", "f3"]),
        st.integers(1, 40).map(lambda n: f"a{n}"),
        st.integers(1, 9),
        st.integers(0, 99),
    ),
    max_size=150,
)


def derriere(parmi: list[Ligne], rang: int, cles: set[str]) -> tuple[set[str], set[str]]:
    """(agents, services) behind the cells of these keys."""
    concernees = [x for x in parmi if x[rang] in cles]
    return {x[3] for x in concernees}, {x[1] for x in concernees}


@given(lignes)
def test_no_cell_and_no_difference_points_at_a_few_people(tirees: list[Ligne]) -> None:
    par_mois: dict[date, list[Ligne]] = defaultdict(list)
    for ligne in tirees:
        par_mois[ligne[0]].append(ligne)
    for dit in usages_publies(tirees):
        siennes = par_mois[dit.mois]
        agents, services = {x[3] for x in siennes}, {x[1] for x in siennes}
        if dit.total is None:
            assert len(agents) < SEUIL_AGENTS or len(services) < SEUIL_SERVICES
            assert (dit.par_service, dit.par_finalite) == ((), ())
            continue
        assert (len(agents) >= SEUIL_AGENTS, len(services) >= SEUIL_SERVICES) == (True, True)
        for rang, cellules in ((1, dit.par_service), (2, dit.par_finalite)):
            montrees = {c.cle for c in cellules}
            for cle in montrees:
                restes, venus = derriere(siennes, rang, {cle})
                assert len(restes) >= SEUIL_AGENTS
                assert rang == 1 or len(venus) >= SEUIL_SERVICES
            # What the total leaves once the cells shown are taken away: nothing, or enough people of enough services.
            caches = {x[rang] for x in siennes} - montrees
            if caches:
                restes, venus = derriere(siennes, rang, caches)
                assert len(caches) > 1 or len(montrees) == 0
                assert len(restes) >= SEUIL_AGENTS
                assert len(venus) >= SEUIL_SERVICES


@given(lignes)
def test_what_is_shown_is_true(tirees: list[Ligne]) -> None:
    for dit in usages_publies(tirees):
        siennes = [x for x in tirees if x[0] == dit.mois]
        if dit.total:
            assert (dit.total.consultations, dit.total.lignes) == (
                sum(x[4] for x in siennes),
                sum(x[5] for x in siennes),
            )
        for rang, cellules in ((1, dit.par_service), (2, dit.par_finalite)):
            for cellule in cellules:
                memes = [x for x in siennes if x[rang] == cellule.cle]
                assert cellule.consultations == sum(x[4] for x in memes)
                assert cellule.lignes == sum(x[5] for x in memes)


def tirees(*services: int, mois: date = MOIS) -> list[Any]:
    """Each service with so many agents, under one purpose."""
    return [(mois, f"s{n}", "f", f"s{n}-a{a}", 2, 10) for n, combien in enumerate(services, 1) for a in range(combien)]


def test_a_service_kept_back_keeps_others_back_with_it() -> None:
    (dit,) = usages_publies(tirees(9, 8, 7, 6, 1))
    # One alone would be the difference: two more are kept back, for three services to be behind it; the first ones by
    # their number, not the smallest, which would bound what is hidden with them.
    assert [c.cle for c in dit.par_service] == ["s3", "s4"]
    assert dit.tus == (3, 0)


def test_a_month_with_too_few_readers_tells_nothing() -> None:
    (dit,) = usages_publies(tirees(40, 2))
    assert dit == UsagesDuMois(MOIS, None)


def test_all_are_named_when_all_are_enough() -> None:
    (dit,) = usages_publies(tirees(5, 5, 5))
    assert len(dit.par_service) == 3
    assert dit.total is not None
    assert dit.total.consultations == 30


@pytest.mark.django_db(transaction=True)
def test_the_journal_is_added_up_over_whole_months_and_the_sources_asked_for() -> None:
    maintenant = datetime(2026, 7, 20, 10, 0, tzinfo=UTC)
    en_juin, en_juillet = maintenant - timedelta(days=30), maintenant - timedelta(days=1)
    for n in range(3):
        for a in range(5):
            consulte = consultation(
                agent=f"agent-{n}-{a}",
                siret_administration=f"0000000{n}000001",
                finalite="controle-fiscal",
                sources=("dgfip-chiffre-affaires", "bodacc"),
                lignes={"dgfip-chiffre-affaires": 4, "bodacc": 7},
            )
            consigner([consulte], en_juin)
            consigner([consulte], en_juillet)
    (dit,) = usages(["dgfip-chiffre-affaires"], maintenant)
    assert dit.mois == MOIS
    assert dit.total is not None
    assert (dit.total.consultations, dit.total.lignes) == (15, 60)
    assert [c.cle for c in dit.par_finalite] == ["controle-fiscal"]
    assert usages(["rne-dirigeants"], maintenant) == []
