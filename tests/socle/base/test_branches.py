"""Many reads in one round trip; when one of them is broken or slow, it alone is lost."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from typing import Any

import pytest
from django.db import DatabaseError, connection
from django.test.utils import CaptureQueriesContext

from fce.donnees.imports.chargement import connexions
from fce.socle.base import branches
from fce.socle.base.branches import Branche, Decompte, Lignes, Prealable, lignes_de

BONNE = Branche("bonne", "SELECT n, %s::date AS jour, n > 1 AS grand FROM generate_series(3, 1, -1) n", ("2026-10-31",))
VIDE = Branche("vide", "SELECT 1 AS n WHERE false")
CASSEE = Branche("cassee", "SELECT * FROM table_qui_n_existe_pas")
LENTE = Branche("lente", "SELECT pg_sleep(5)::text AS n")
LUES = [{"n": n, "jour": "2026-10-31", "grand": n > 1} for n in (3, 2, 1)]


@pytest.mark.django_db(transaction=True)
def test_outside_a_transaction_everything_fits_in_one_query() -> None:
    with CaptureQueriesContext(connection) as requetes:
        assert lignes_de([BONNE, VIDE]) == {"bonne": LUES, "vide": []}
    assert len(requetes) == 1
    with CaptureQueriesContext(connection) as requetes:
        # What a replica may read, and what it may not, where there is none.
        assert lignes_de([BONNE, replace(VIDE, fraiche=True)], replicable=True) == {"bonne": LUES, "vide": []}
    assert len(requetes) == 1


@pytest.mark.django_db(transaction=True)
def test_what_several_branches_look_at_is_read_once_and_does_not_fall_with_one() -> None:
    tirage = Prealable("tirage", "SELECT random() AS x, %s AS mot", ("la même fois",))
    a, b = (Branche(cle, "SELECT x, mot FROM tirage", prealables=(tirage,)) for cle in "ab")
    with CaptureQueriesContext(connection) as requetes:
        lues = lignes_de([a, BONNE, b])
    assert len(requetes) == 1
    assert lues["a"] == lues["b"] != []
    assert lues["a"][0]["mot"] == "la même fois"
    seules = lignes_de([a, CASSEE])
    assert seules["a"]
    assert seules["a"][0]["mot"] == "la même fois"
    assert seules["cassee"] is None


@pytest.mark.django_db(transaction=True)
def test_only_the_rows_left_by_the_limit_are_counted() -> None:
    def comptee(limite: int, decalage: int = 0) -> Lignes:
        suite = f"generate_series(%s::int, 1, -1) n LIMIT {limite} OFFSET {decalage}"
        # A count that cannot be run: nothing divides by zero as long as the rows say how many they are.
        compte = Decompte(
            "SELECT %s / count(*) FROM generate_series(1, %s)", (40, int(limite < 5)), 0 if decalage else limite
        )
        lues = lignes_de([Branche("suite", f"SELECT n FROM {suite}", (4,), compte=compte)])["suite"]
        assert lues is not None
        return lues

    assert [x["n"] for x in comptee(5)] == [4, 3, 2, 1]
    assert comptee(5).total == 4
    assert [x["n"] for x in comptee(3)] == [4, 3, 2]
    assert comptee(3).total == comptee(4).total == comptee(2, 2).total == 40


@pytest.mark.django_db
def test_rows_that_travel_without_their_names_are_the_same() -> None:
    etrange = 'a "%s" %% b'
    seule = Branche("x", """SELECT 1 AS n, 'é' AS "a ""%%s"" %%%% b", NULL::date AS jour, 1.50 AS montant""")
    nommee = replace(seule, colonnes=("n", etrange, "jour", "montant"))
    attendue = [{"n": 1, etrange: "é", "jour": None, "montant": 1.5}]
    for preparee in (False, True):
        assert lignes_de([seule], preparee=preparee) == lignes_de([nommee], preparee=preparee) == {"x": attendue}


@pytest.mark.django_db
def test_nothing_to_read_nothing_sent(django_assert_num_queries) -> None:
    with django_assert_num_queries(0):
        assert lignes_de([]) == {}


@pytest.mark.parametrize(
    "contexte",
    [
        pytest.param("page", marks=pytest.mark.django_db(transaction=True)),
        pytest.param("t", marks=pytest.mark.django_db),
    ],
)
def test_a_broken_or_slow_branch_is_the_only_one_lost(contexte: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(branches, "DELAI_PAR_BRANCHE", "100ms")
    assert lignes_de([CASSEE, BONNE, LENTE, VIDE]) == {"cassee": None, "bonne": LUES, "lente": None, "vide": []}
    with connection.cursor() as curseur:
        # The short time-out of the fallback does not outlive it.
        curseur.execute("SHOW statement_timeout")
        assert curseur.fetchone() != ("100ms",)


@pytest.mark.django_db
def test_the_failure_is_logged_without_the_parameters(caplog: pytest.LogCaptureFixture) -> None:
    lignes_de([Branche("cassee", "SELECT * FROM nulle_part WHERE x = %s", ("552032534",))])
    assert "cassee" in caplog.text
    assert "552032534" not in caplog.text


@pytest.mark.django_db(transaction=True)
def test_v33_a_reading_that_met_a_switch_is_tried_whole_again() -> None:
    """The table is held until the first attempt gave up: the second one is whole, in one statement."""
    with closing(connexions.ouvrir("bascule")) as autre, connection.cursor() as curseur:
        autre.execute("CREATE TABLE tenue AS SELECT 1 AS n")
        curseur.execute("SET lock_timeout = '50ms'")
        autre.execute("BEGIN; LOCK TABLE tenue IN ACCESS EXCLUSIVE MODE")
        demandees: list[str] = []

        def suivre(execute: Any, requete: Any, *reste: Any) -> Any:
            demandees.append(str(requete))
            try:
                return execute(requete, *reste)
            except DatabaseError:
                autre.execute("ROLLBACK")
                raise

        try:
            with connection.execute_wrapper(suivre):
                lues = lignes_de([BONNE, Branche("tenue", "SELECT n FROM tenue")])
            assert lues == {"bonne": LUES, "tenue": [{"n": 1}]}
            assert len(demandees) == 2
            assert len({*demandees}) == 1
        finally:
            autre.execute("DROP TABLE tenue")
            curseur.execute("RESET lock_timeout")
