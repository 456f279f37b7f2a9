"""An old SIREN leads to the one in use, always the same one, whatever the shape of the file of duplicates."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from fce.donnees.entreprises import selectors
from fce.donnees.entreprises.doublons import Arete, remplacant
from tests.donnees.entreprises import fabrique as f


def liens(*couples: str, actives: str = "", absentes: str = "") -> list[Arete]:
    """``"ab"`` = a is the old number of b; ``"ab2"`` adds the date of last processing."""
    return [Arete(c[0], c[1], c[2:], presente=c[1] not in absentes, active=c[1] in actives) for c in couples]


@pytest.mark.parametrize(
    ("aretes", "attendu"),
    [
        (liens(), None),
        (liens("xy"), None),
        (liens("aa"), None),
        (liens("ab"), "b"),
        (liens("ab", absentes="b"), None),
        (liens("ab", "bc", "cd"), "d"),
        (liens("ab", "bc", absentes="c"), "b"),
        (liens("ab", "bc", absentes="b"), "c"),
        (liens("ab", "ac"), "b"),
        (liens("ab2020", "ac2024"), "c"),
        (liens("ab2020", "ac2024", actives="b"), "b"),
        (liens("ab", "ba"), None),
        (liens("ab", "ba", actives="b"), "b"),
        (liens("ab", "bc", "cb"), "b"),
        (liens("ab", "bc", "cb", actives="c"), "c"),
        (liens("ab", "bc", "cb", "cd"), "d"),
    ],
)
def test_known_cases(aretes: list[Arete], attendu: str | None) -> None:
    assert remplacant("a", aretes) == attendu


SOMMETS = "abcdef"
graphes = st.lists(
    st.tuples(st.sampled_from(SOMMETS), st.sampled_from(SOMMETS), st.sampled_from(["", "2020", "2024"])), max_size=14
)


@given(graphes, st.sets(st.sampled_from(SOMMETS)), st.sets(st.sampled_from(SOMMETS)))
def test_a_replacement_is_never_replaced_and_the_order_of_rows_does_not_count(
    couples: list[tuple[str, str, str]], presentes: set[str], actives: set[str]
) -> None:
    aretes = [Arete(a, c, d, c in presentes, c in presentes & actives) for a, c, d in couples]
    for depart in SOMMETS:
        trouve = remplacant(depart, aretes)
        assert trouve == remplacant(depart, aretes[::-1])
        if trouve is not None:
            assert trouve in presentes
            assert remplacant(trouve, aretes) is None


@pytest.mark.django_db
def test_chain_and_cycle_are_read_in_one_round_trip(django_assert_num_queries) -> None:
    a, b, c, d = (f.siren_no(n) for n in range(4))
    f.unites(f.unite(c), f.unite(d, etat_administratif="C"))
    f.doublons((a, b), (b, c), (c, d), (d, c))
    # One read, inside its savepoint as any read of a test's transaction.
    with django_assert_num_queries(3):
        assert selectors.siren_de_remplacement(a) == c
    assert selectors.siren_de_remplacement(d) == c
    assert selectors.siren_de_remplacement(c) is None
    assert selectors.siren_de_remplacement(f.siren_no(9)) is None
