"""Nobody is singled out: neither in a small figure, nor in the difference of two, nor between two periods."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from fce.statistiques.secret import SEUIL_AGENTS, Comptee, emboitees, part, parties, publiable

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


@given(EFFECTIFS)
def test_a_total_never_gives_a_small_part_back(effectifs: dict[str, int]) -> None:
    """Whoever subtracts all that is said from the total has left a sum of several parts, one of which is of many: a
    small one may be anything from nobody to all of those that would be too few."""
    dites = parties({cle: Comptee(n, n) for cle, n in effectifs.items()})
    tues = {cle: effectifs[cle] for cle, dite in dites.items() if dite is None}
    reste = sum(effectifs.values()) - sum(d for d in dites.values() if d is not None)
    if any(n < SEUIL_AGENTS for n in tues.values()) and sum(effectifs.values()) >= SEUIL_AGENTS and len(effectifs) > 1:
        assert len(tues) > 1
        assert reste >= SEUIL_AGENTS or len(tues) == len(effectifs)


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
