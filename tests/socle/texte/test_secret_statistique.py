"""Nobody is singled out: neither in a small figure, nor in the difference of two, nor between two periods."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from hypothesis import given, strategies as st

from fce.socle.texte.secret_statistique import SEUIL_AGENTS, Comptee, emboitees, part, parties, publiable

EFFECTIFS = st.dictionaries(st.sampled_from("abcdefgh"), st.integers(0, 30), min_size=1)


@given(agents=st.integers(0, 20), services=st.integers(0, 6) | st.none())
def test_a_figure_is_of_five_agents_and_three_services_at_least(agents: int, services: int | None) -> None:
    dite = publiable(Comptee(1, agents, services))
    assert dite is (agents >= 5 and (services is None or services >= 3))


@given(EFFECTIFS)
def test_no_small_part_is_said(effectifs: dict[str, int]) -> None:
    dites = parties({cle: Comptee(n, n) for cle, n in effectifs.items()})
    assert set(dites) == set(effectifs)
    assert all(dite is None or dite == effectifs[cle] >= SEUIL_AGENTS for cle, dite in dites.items())


@pytest.mark.parametrize(("nombre", "totaux"), [(1, 25), (2, 40), (3, 24), (4, 20), (5, 14)])
def test_a_total_never_gives_a_small_part_back(nombre: int, totaux: int) -> None:
    """Whoever knows the rule and tries every world that makes a total finds several numbers for each part hidden."""
    for total in range(SEUIL_AGENTS, totaux + 1):
        par_dites: dict[Any, list[tuple[int, ...]]] = defaultdict(list)
        for monde in _mondes(nombre, total):
            par_dites[tuple(_dites(dict(enumerate(monde))).items())].append(monde)
        for dites, mondes in par_dites.items():
            for cle, dite in dites:
                possibles = {monde[cle] for monde in mondes}
                # A lone part is its total.
                assert dite is not None or len(possibles) > 1, (total, dites, mondes)


def _mondes(nombre: int, total: int) -> Iterator[tuple[int, ...]]:
    if nombre == 1:
        yield (total,)
        return
    for premier in range(total + 1):
        yield from ((premier, *reste) for reste in _mondes(nombre - 1, total - premier))


def _dites(effectifs: Mapping[Any, int]) -> dict[Any, float | None]:
    return parties({cle: Comptee(n, n) for cle, n in effectifs.items()})


@given(st.lists(st.integers(0, 40), min_size=1, max_size=6))
def test_sets_inside_one_another_leave_nobody_apart(tailles: list[int]) -> None:
    etapes = sorted(tailles, reverse=True)
    dites = emboitees([Comptee(n, n) for n in etapes])
    connues = [d for d in dites if d is not None]
    assert all(d >= SEUIL_AGENTS for d in connues)
    ecarts = [a - b for n, a in enumerate(connues) for b in connues[n + 1 :]]
    assert all(ecart == 0 or ecart >= SEUIL_AGENTS for ecart in ecarts)
    assert all(dite in (None, vraie) for dite, vraie in zip(dites, etapes, strict=True))


@given(st.integers(0, 40), st.integers(0, 40))
def test_a_part_that_is_said_leaves_many_or_nobody_on_both_sides(partie: int, reste: int) -> None:
    dite = part(partie, partie + reste)
    assert dite is None or all(n == 0 or n >= SEUIL_AGENTS for n in (partie, reste))
    assert dite in (None, partie)
