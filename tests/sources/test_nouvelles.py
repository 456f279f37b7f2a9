"""What is news between two sets of rows of one unit: a row that appears, a value that changes, a number that moves."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from hypothesis import given, strategies as st

from fce.sources import registre
from fce.sources.acces import Secret
from fce.sources.champs import DIFFUSIBLE, Code, Siren
from fce.sources.declaration import Fait
from fce.sources.nouvelles import Apparition, FaitNouveau, NouvelleValeur, Variation, comparer_lignes
from tests.sources import fabrique

AUJOURD_HUI = date(2026, 11, 15)
JUGEMENT = Apparition("jugement", "Jugement", date="jour", si=lambda x: x["nature"] == "oui", autres=("nature",))
FERMETURE = NouvelleValeur("fermeture", "Fermé", ("etat",), vers=("F",), date="jour")
ADRESSE = NouvelleValeur("adresse", "Adresse", ("commune", "voie"))
EFFECTIF = Variation("effectif", "Effectif", "mois", "total", part=0.20, minimum=10)


def ligne(cle: Any = 1, **champs: Any) -> dict[str, Any]:
    return {
        "cle": cle,
        "jour": date(2026, 11, 2),
        "nature": "oui",
        "etat": "A",
        "commune": "59350",
        "voie": "RUE",
    } | champs


def dits(nouvelle: Any, avant: list[Any], apres: list[Any]) -> list[FaitNouveau]:
    return comparer_lignes([nouvelle], ("cle",), avant, apres, AUJOURD_HUI)


def test_a_row_whose_key_was_not_there_is_news_with_its_day() -> None:
    assert dits(JUGEMENT, [ligne(1)], [ligne(1), ligne(2)]) == [FaitNouveau("jugement", date(2026, 11, 2))]


@pytest.mark.parametrize(
    ("avant", "apres"),
    [
        ([ligne(1)], [ligne(1)]),
        ([ligne(1)], []),  # a row that goes is no news
        ([ligne(1)], [ligne(1, nature="non")]),  # the same row, written otherwise
        ([], [ligne(2, nature="non")]),  # not of the kind that counts
        ([], [ligne(2, jour=date(2024, 1, 1))]),  # history that a file brings
        ([], [ligne(2, jour=None)]),  # nothing says that it is recent
    ],
)
def test_what_is_no_new_row_is_no_news(avant: list[Any], apres: list[Any]) -> None:
    assert dits(JUGEMENT, avant, apres) == []


def test_several_new_rows_are_one_piece_of_news_with_the_latest_day() -> None:
    apres = [ligne(n, jour=date(2026, 10, n)) for n in (1, 3, 2)]
    assert dits(JUGEMENT, [], apres) == [FaitNouveau("jugement", date(2026, 10, 3))]


def test_a_year_is_dated_by_its_last_day() -> None:
    annuelle = Apparition("index", "Index", date="annee", mois=24)
    assert dits(annuelle, [], [ligne(annee=2025)]) == [FaitNouveau("index", date(2025, 12, 31))]
    assert dits(annuelle, [], [ligne(annee=2020)]) == []


@pytest.mark.parametrize(
    ("avant", "apres", "change"),
    [("A", "F", True), ("F", "A", False), ("F", "F", False), (None, "F", False), ("A", None, False)],
)
def test_a_value_that_becomes_the_one_that_counts_is_news(avant: Any, apres: Any, change: bool) -> None:
    assert bool(dits(FERMETURE, [ligne(etat=avant)], [ligne(etat=apres)])) is change


def test_a_row_that_appears_has_changed_nothing() -> None:
    assert dits(FERMETURE, [], [ligne(etat="F")]) == []


@pytest.mark.parametrize(
    ("champs", "change"),
    [
        ({"commune": "62041"}, True),
        ({"voie": "AVENUE"}, True),
        ({"voie": "rue"}, False),  # written otherwise
        ({"voie": None}, False),  # masked since
        ({"voie": None, "commune": "62041"}, True),
    ],
)
def test_an_address_changes_when_something_known_of_it_does(champs: dict[str, Any], change: bool) -> None:
    assert bool(dits(ADRESSE, [ligne()], [ligne(**champs)])) is change


@pytest.mark.parametrize(
    ("avant", "apres", "varie"),
    [
        (100, 80, True), (100, 81, False), (100, 120, True), (100, 119, False), (100, 100, False),
        (5, 9, False), (9, 10, False), (0, 10, True), (12, 0, True), (None, 50, False), (50, None, False),
    ],
)  # fmt: skip
def test_a_number_moves_by_a_fifth_from_or_to_ten_at_least(avant: Any, apres: Any, varie: bool) -> None:
    mois = {"mois": date(2026, 9, 1), "total": avant}, {"mois": date(2026, 10, 1), "total": apres}
    assert EFFECTIF.varie(*mois) is varie


def test_an_older_month_says_nothing_of_a_later_one() -> None:
    assert not EFFECTIF.varie({"mois": date(2026, 10, 1), "total": 100}, {"mois": date(2026, 9, 1), "total": 10})


LIGNES = st.lists(
    st.builds(
        ligne, cle=st.integers(1, 5), etat=st.sampled_from(["A", "F", None]), nature=st.sampled_from(["oui", "non"]),
        commune=st.sampled_from(["59350", "62041", None]), jour=st.none() | st.dates(date(2020, 1, 1), AUJOURD_HUI),
    ),
    unique_by=lambda x: x["cle"],
)  # fmt: skip


@given(LIGNES, LIGNES)
def test_rows_that_did_not_change_weigh_nothing(avant: list[Any], apres: list[Any]) -> None:
    """The engine leaves out what is on both sides: it finds the same news as with everything."""
    nouvelles = [JUGEMENT, FERMETURE, ADRESSE]
    communes = [x for x in avant if x in apres]
    court = [[x for x in cote if x not in communes] for cote in (avant, apres)]
    assert comparer_lignes(nouvelles, ("cle",), avant, apres, AUJOURD_HUI) == comparer_lignes(
        nouvelles, ("cle",), court[0], court[1], AUJOURD_HUI
    )
    assert comparer_lignes(nouvelles, ("cle",), avant, avant, AUJOURD_HUI) == []


def test_every_source_that_alarms_and_is_no_secret_has_news() -> None:
    muettes = {s.nom for s in registre.toutes() if s.alarme and not s.nouvelles and not s.alarme.situe}
    assert all(registre.source(nom).acces.classe == "C3" for nom in muettes)
    assert {s.nom for s in registre.toutes() if s.nouvelles and s.acces.classe == "C3"} == set()


def test_no_piece_of_news_ends_with_a_full_stop_nor_holds_a_straight_apostrophe() -> None:
    phrases = [n.phrase for s in registre.toutes() for n in s.nouvelles]
    assert [p for p in phrases if p.endswith(".") or "'" in p or not p[0].isupper()] == []


class Suivable(Fait):
    siren = Siren("SIREN", "siren", obligatoire=True)
    code = Code("Code", "code", masque=DIFFUSIBLE)
    cache = Code("Caché", "cache", masque=DIFFUSIBLE, acces=Secret("fiscal"))


class SansUnite(Fait):
    code = Code("Code", "code", masque=DIFFUSIBLE)


@pytest.mark.parametrize(
    ("modele", "options", "faute"),
    [
        (
            Suivable,
            {"acces": Secret("fiscal"), "licence": "", "nouvelles": (Apparition("x", "X"),)},
            "pas de nouvelles",
        ),
        (Suivable, {"nouvelles": (NouvelleValeur("x", "X", ("cache",)),)}, "couvert par un secret"),
        (Suivable, {"nouvelles": (NouvelleValeur("x", "X", ("absent",)),)}, "champ qui n'existe pas"),
        (Suivable, {"nouvelles": (Apparition("x", "X"), Apparition("x", "Y"))}, "deux nouvelles"),
        (Suivable, {"nouvelles": (Apparition("X !", "X"),)}, "minuscules et tirets"),
        (SansUnite, {"cle": ("code",), "nouvelles": (Apparition("x", "X"),)}, "de quelle unité"),
    ],
)
def test_a_declaration_whose_news_contradict_it_is_refused_at_start(modele: Any, options: Any, faute: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=faute):
        fabrique.declarer("essai-nouvelles", modele, **{"cle": ("siren",), **options})
