"""The graph of a group, without a database: dates, shares, loops, two parents, size."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from fce.fiche.groupe.graphe import SEUL, DeclarationDeLien, LienDeGroupe, Rang, arbre, du_groupe, liens_au, membres


def detient(haut: str, bas: str, part: float | None, annee: int = 2025, declarant: str = "") -> DeclarationDeLien:
    return DeclarationDeLien(haut, bas, "fisc", declarant or haut, annee, part)


def dirige(haut: str, bas: str, verbe: str = "préside") -> DeclarationDeLien:
    return DeclarationDeLien(haut, bas, "rne", bas, verbe=verbe)


def rangs(ici: str, *declarations: DeclarationDeLien, au: int | None = None) -> list[Rang]:
    liens = liens_au(declarations, au)
    return arbre(ici, du_groupe(ici, liens), str)


def dits(lignes: Sequence[Rang]) -> list[tuple[str, int, bool]]:
    return [(x.cle, x.rang, x.deja) for x in lignes]


def test_the_tree_goes_from_the_head_to_the_last_subsidiary_the_largest_share_first() -> None:
    lignes = rangs("A", detient("H", "A", 60), detient("A", "C", 70), detient("A", "B", 100), detient("B", "D", 51))
    assert dits(lignes) == [("H", -1, False), ("A", 0, False), ("B", 1, False), ("D", 2, False), ("C", 1, False)]


@pytest.mark.parametrize(
    ("part", "verbe", "tient"),
    [
        (50.01, "", True), (50, "", False), (50, "préside", False), (None, "préside", True), (None, "gère", True),
        (None, "administre", False), (None, SEUL, True), (10, SEUL, True), (None, "", False),
    ],
)  # fmt: skip
def test_more_than_half_holds_and_an_office_only_where_no_share_is_known(
    part: float | None, verbe: str, tient: bool
) -> None:
    assert LienDeGroupe("A", "B", part, (verbe,) if verbe else (), 2025, ("x",)).tient is tient


def test_a_small_share_is_shown_of_the_company_itself_and_is_not_crossed() -> None:
    declarations = (detient("A", "B", 30), detient("B", "C", 100), detient("H", "A", 20), detient("H", "S", 100))
    liens = liens_au(declarations)
    assert membres("A", liens) == {"A"}
    assert {(x.haut, x.bas) for x in du_groupe("A", liens)} == {("A", "B"), ("H", "A")}


def test_of_two_declarations_of_one_link_the_latest_wins_then_that_of_the_company_held() -> None:
    (lien,) = liens_au([detient("A", "B", 60, 2024), detient("A", "B", 70, declarant="B"), detient("A", "B", 80)])
    assert lien.part == 70
    assert lien.annee == 2025


def test_what_a_company_no_longer_declares_has_ended_and_comes_back_at_its_date() -> None:
    declarations = [detient("A", "B", 100, 2024), detient("A", "C", 100, 2025), dirige("A", "D")]
    assert [x.bas for x in liens_au(declarations)] == ["C", "D"]
    assert [x.bas for x in liens_au(declarations, 2024)] == ["B", "D"]
    assert [x.bas for x in liens_au(declarations, 2023)] == ["D"]


def test_a_loop_ends_on_a_row_that_says_it_is_above() -> None:
    lignes = rangs("A", dirige("A", "B"), dirige("B", "A"))
    assert dits(lignes) == [("A", 0, False), ("B", 1, False), ("A", 2, True)]


def test_a_company_that_holds_itself_is_one_row() -> None:
    assert dits(rangs("A", detient("A", "A", 5), detient("A", "B", 100))) == [("A", 0, False), ("B", 1, False)]


def test_of_two_parents_the_larger_share_carries_the_row_and_the_other_is_told() -> None:
    lignes = rangs("A", detient("A", "B", 100), detient("A", "C", 60), detient("B", "D", 30), detient("C", "D", 60))
    (ligne,) = [x for x in lignes if x.cle == "D"]
    assert ligne.lien is not None
    assert (ligne.lien.haut, [x.haut for x in ligne.autres]) == ("C", ["B"])


def test_two_thousand_companies_and_a_chain_as_long_are_one_row_each() -> None:
    larges = [detient("A", f"{n:09d}", 100) for n in range(2000)]
    chaine = [detient(f"{n:09d}", f"{n + 1:09d}", 100) for n in range(2000)]
    assert len(rangs("A", *larges)) == 2001
    assert len(rangs(f"{0:09d}", *chaine)) == 2001
