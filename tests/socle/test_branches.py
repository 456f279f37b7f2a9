"""Many reads in one round trip; when one of them is broken or slow, it alone is lost."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from fce.socle import branches
from fce.socle.branches import Branche, Decompte, Lignes, Prealable, lire

BONNE = Branche("bonne", "SELECT n, %s::date AS jour, n > 1 AS grand FROM generate_series(3, 1, -1) n", ("2026-10-31",))
VIDE = Branche("vide", "SELECT 1 AS n WHERE false")
CASSEE = Branche("cassee", "SELECT * FROM table_qui_n_existe_pas")
LENTE = Branche("lente", "SELECT pg_sleep(5)::text AS n")
LUES = [{"n": n, "jour": "2026-10-31", "grand": n > 1} for n in (3, 2, 1)]


@pytest.mark.django_db(transaction=True)
def test_hors_transaction_tout_tient_en_une_requete() -> None:
    with CaptureQueriesContext(connection) as requetes:
        assert lire([BONNE, VIDE]) == {"bonne": LUES, "vide": []}
    assert len(requetes) == 1
    with CaptureQueriesContext(connection) as requetes:
        # What a replica may read, and what it may not, where there is none.
        assert lire([BONNE, replace(VIDE, fraiche=True)], replicable=True) == {"bonne": LUES, "vide": []}
    assert len(requetes) == 1


@pytest.mark.django_db(transaction=True)
def test_ce_que_plusieurs_branches_regardent_est_lu_une_fois_et_ne_tombe_pas_avec_l_une_d_elles() -> None:
    tirage = Prealable("tirage", "SELECT random() AS x, %s AS mot", ("la même fois",))
    a, b = (Branche(cle, "SELECT x, mot FROM tirage", prealables=(tirage,)) for cle in "ab")
    with CaptureQueriesContext(connection) as requetes:
        lues = lire([a, BONNE, b])
    assert len(requetes) == 1
    assert lues["a"] == lues["b"] != []
    assert lues["a"][0]["mot"] == "la même fois"
    seules = lire([a, CASSEE])
    assert seules["a"]
    assert seules["a"][0]["mot"] == "la même fois"
    assert seules["cassee"] is None


@pytest.mark.django_db(transaction=True)
def test_les_lignes_laissees_par_la_limite_sont_comptees_et_elles_seules() -> None:
    def comptee(limite: int, decalage: int = 0) -> Lignes:
        suite = f"generate_series(%s::int, 1, -1) n LIMIT {limite} OFFSET {decalage}"
        # A count that cannot be run: nothing divides by zero as long as the rows say how many they are.
        compte = Decompte(
            "SELECT %s / count(*) FROM generate_series(1, %s)", (40, int(limite < 5)), 0 if decalage else limite
        )
        lues = lire([Branche("suite", f"SELECT n FROM {suite}", (4,), compte=compte)])["suite"]
        assert lues is not None
        return lues

    assert [x["n"] for x in comptee(5)] == [4, 3, 2, 1]
    assert comptee(5).total == 4
    assert [x["n"] for x in comptee(3)] == [4, 3, 2]
    assert comptee(3).total == comptee(4).total == comptee(2, 2).total == 40


@pytest.mark.django_db
def test_les_lignes_qui_voyagent_sans_leurs_noms_sont_les_memes() -> None:
    etrange = 'a "%s" %% b'
    seule = Branche("x", """SELECT 1 AS n, 'é' AS "a ""%%s"" %%%% b", NULL::date AS jour, 1.50 AS montant""")
    nommee = replace(seule, colonnes=("n", etrange, "jour", "montant"))
    attendue = [{"n": 1, etrange: "é", "jour": None, "montant": 1.5}]
    for preparee in (False, True):
        assert lire([seule], preparee=preparee) == lire([nommee], preparee=preparee) == {"x": attendue}


@pytest.mark.django_db
def test_rien_a_lire_rien_envoye(django_assert_num_queries) -> None:
    with django_assert_num_queries(0):
        assert lire([]) == {}


@pytest.mark.parametrize(
    "contexte",
    [
        pytest.param("page", marks=pytest.mark.django_db(transaction=True)),
        pytest.param("t", marks=pytest.mark.django_db),
    ],
)
def test_une_branche_cassee_ou_lente_est_la_seule_perdue(contexte: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(branches, "DELAI_PAR_BRANCHE", "100ms")
    assert lire([CASSEE, BONNE, LENTE, VIDE]) == {"cassee": None, "bonne": LUES, "lente": None, "vide": []}
    with connection.cursor() as curseur:
        # The short time-out of the fallback does not outlive it.
        curseur.execute("SHOW statement_timeout")
        assert curseur.fetchone() != ("100ms",)


@pytest.mark.django_db
def test_l_echec_est_journalise_sans_les_parametres(caplog: pytest.LogCaptureFixture) -> None:
    lire([Branche("cassee", "SELECT * FROM nulle_part WHERE x = %s", ("552032534",))])
    assert "cassee" in caplog.text
    assert "552032534" not in caplog.text
