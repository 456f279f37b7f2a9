"""The side-by-side bench: what is compared is what both ways answer, and a plain index is asked the whole question."""

import json
import subprocess
import sys
from typing import Any
from urllib.request import urlopen

import pytest

from bench.national.lectures import Exemple, requetes
from bench.paires import ordinaire
from bench.paires.bilan import BRUT, COUCHE, FCE, LEGER, REUSSITES, bilan
from bench.paires.couche import Couche
from bench.paires.mesures import _succes, horloge, processeur, travail
from tests.recherche.opensearch.serveur import servir

EXEMPLE = Exemple(
    "732829320", "73282932000074", "ATELIER DU LAC", "12 RUE DU LAC", "ANNECY", "74", "62.01Z", "JULIE MARTIN"
)
HIT = {
    "_id": EXEMPLE.siren,
    "_source": {
        "siren": EXEMPLE.siren,
        "nom": EXEMPLE.nom,
        "dirigeants": [{"nom": "MARTIN", "prenoms": "JULIE", "qualite": "Gérant"}],
    },
    "inner_hits": {"etablissements": {"hits": {"hits": [{"_source": {"siret": EXEMPLE.siret}}]}}},
}


def _mesure(temps: list[float], repondues: list[bool]) -> dict[str, object]:
    return {
        "temps": temps,
        "repondues": repondues,
        "processeur": [1.0, 1.0, 1.0, 9.0],
        **dict.fromkeys(REUSSITES, 50.0),
    }


def _bilan(repondues: list[bool]) -> str:
    notre = _mesure([1.0, 1.0, 1.0, 1.0], [True] * 4)
    debit = {"1": {"par_s": 9.0, "processeur_ms": 1.0}}
    classe = {FCE: notre, BRUT: notre, COUCHE: _mesure([3.0, 3.0, 90.0, 90.0], repondues), LEGER: notre}
    return bilan(
        {
            "entreprises": 1_000, "machine": "2 cœurs", "le": "2026-01-01T00:00", "charge_apres": 0.1, "exemples": 60,
            "classes": {"nom exact": classe}, "debit": dict.fromkeys(classe, debit),
            "index": {"fce": {"s": 1.0, "octets": 10**6, "memoire": 5}}, "memoire": {nom: [1] for nom in classe},
            "pages": {"suggestions": [1.0, 2.0]},
        }
    )  # fmt: skip


def test_a_ratio_compares_the_questions_that_both_ways_answer() -> None:
    assert "| 1,0 (1,0) | 3,0 (3,0) | 1,0 (1,0) |" in _bilan([True, True, False, False])
    assert "| 1,0 (1,0) | 46,5 (90,0) | 1,0 (1,0) |" in _bilan([True] * 4)


def test_a_way_that_leaves_more_than_half_a_class_without_an_answer_has_no_ratio_and_its_share_is_said() -> None:
    lu = _bilan([True, False, False, False])
    assert "| 1,0 (1,0) | – | 1,0 (1,0) |" in lu
    assert "– 25 % |" in lu


def test_processor_is_told_request_by_request() -> None:
    assert "| nom exact | 1,0 (3,0) |" in _bilan([True] * 4)


def test_the_processor_of_a_process_is_what_it_has_worked_and_none_once_it_has_ended() -> None:
    with subprocess.Popen([sys.executable, "-c", "sum(range(10**7)); print(flush=True); input()"], text=True,
                          stdin=subprocess.PIPE, stdout=subprocess.PIPE) as enfant:  # fmt: skip
        assert enfant.stdout is not None
        sien = horloge(enfant.pid)
        avant = processeur([sien])
        enfant.stdout.readline()
        apres = processeur([sien])
        assert 10 < travail(avant, apres) < 10_000
        enfant.kill()
    assert processeur([sien]) == {}
    assert travail(avant, {}) == 0


def test_success_is_also_told_without_the_part_of_chance() -> None:
    """Two companies of the same name: whichever is put first, one question in two is drawn from it."""
    homonymes, elle = frozenset(("1", "2")), [frozenset("1")]
    for liste in (["1", "2"], ["2", "1"]):
        succes = _succes([liste], elle, [homonymes])
        assert (succes["moyen_un"], succes["moyen_cinq"]) == (50.0, 100.0)
        assert (succes["juste_un"], succes["juste_cinq"]) == (100.0, 100.0)
        assert succes["un"] == (100.0 if liste[0] == "1" else 0.0)
    seule = _succes([["3", "1"]], elle, elle)
    assert [seule[nom] for nom in REUSSITES] == [0.0, 100.0] * 3


@pytest.mark.parametrize("forme", [ordinaire.corps, ordinaire.corps_leger])
@pytest.mark.parametrize("classe", [*requetes([EXEMPLE])])
def test_each_parameter_of_a_question_is_asked_of_the_plain_index(classe: str, forme: Any) -> None:
    question = {c: v for c, v in requetes([EXEMPLE])[classe][0].items() if c != "vue"}
    corps = forme(question)
    dit = json.dumps(corps, ensure_ascii=False)
    for parametre, valeur in question.items():
        if parametre == "page":
            assert corps["from"] == ordinaire.TAILLE * (int(valeur) - 1) > 0
        else:
            assert all(mot in dit for mot in valeur.split()), parametre
    assert {"term": {"etat": "A"}} in corps["query"]["bool"]["filter"]


def test_a_département_holds_on_the_company_and_on_the_establishment_that_matches() -> None:
    dit = json.dumps(ordinaire.corps({"q": "lac", "departement": "74"}))
    assert dit.count('{"term": {"etablissements.departement": "74"}}') == 2


@pytest.mark.parametrize(("lus", "relation", "total"), [(41, "eq", 3), (10_000, "gte", 10_000)])
def test_the_thin_layer_answers_in_the_shape_of_the_api_over_real_http(lus: int, relation: str, total: int) -> None:
    """Companies are counted when documents are few enough to be told."""
    from http.server import ThreadingHTTPServer
    from threading import Thread

    page = {"hits": {"total": {"value": lus, "relation": relation}, "hits": [HIT]}}
    reponses = iter([page, {"aggregations": {"entreprises": {"value": 3}}}])
    with servir(lambda _: (200, next(reponses))) as noeud:
        Couche.noeud = noeud
        couche = ThreadingHTTPServer(("127.0.0.1", 0), Couche)
        couche.daemon_threads = True
        fil = Thread(target=couche.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        fil.start()
        try:
            with urlopen(f"http://127.0.0.1:{couche.server_port}/recherche?q=lac&page=2", timeout=10) as lue:
                rendue = json.loads(lue.read())
        finally:
            couche.shutdown()
            couche.server_close()
            fil.join()
    (resultat,) = rendue.pop("resultats")
    assert rendue == {"total": total, "total_exact": relation == "eq", "page": 2, "pages": -(-total // 20)}
    assert resultat["siren"] == EXEMPLE.siren
    assert resultat["etablissement"] == {"siret": EXEMPLE.siret}
    assert resultat["dirigeants"] == ["JULIE MARTIN, Gérant"]
