"""Fragments of a large index are asked by several threads: the answer is the same, and what reads little is not handed
over."""

from collections.abc import Iterator
from random import Random
from typing import Any

import pytest

from fce.recherche.engines.classement import poser_texte
from fce.recherche.engines.port import Moteur, Question
from fce.recherche.engines.tantivy import frequents, moteur as tantivy, version
from fce.recherche.question import strategie
from fce.recherche.question.requete import Requete
from fce.recherche.reponse import selectors
from fce.recherche.reponse.memoire import MoteurMemoire
from tests.recherche.moteurs import SUR_UN_DOSSIER
from tests.recherche.test_moteur import document, remplir

pytestmark = SUR_UN_DOSSIER
COURANTS = ("alpha", "beta", "gamma")
RARE = "zygomatique"


@pytest.fixture
def moteur() -> Moteur:
    alea = Random(5)
    noms = [" ".join(alea.sample(COURANTS, 2)) for _ in range(60)] + [f"{RARE} gamma"] * 8
    remplir(selectors.moteur(), *(document(n, nom, rang=n) for n, nom in enumerate(noms, 1)), fragments=2)
    return selectors.moteur()


@pytest.fixture
def confies(monkeypatch: pytest.MonkeyPatch, moteur: Moteur) -> Iterator[list[Any]]:
    """What is handed over to a thread, the index being taken for a large one."""
    monkeypatch.setattr(version, "SEUIL_THREADS", -1)
    monkeypatch.setattr(tantivy, "RARE", 20)
    vus: list[Any] = []
    executeur = moteur._executeur
    confier = executeur.submit
    monkeypatch.setattr(executeur, "submit", lambda action, s: vus.append(s) or confier(action, s))
    return vus


def sirens(moteur: Moteur, q: str) -> list[str]:
    reponse = strategie.interroger(MoteurMemoire(moteur), Requete.depuis({"q": q})).reponse
    return [hit.siren for hit in reponse.hits]


@pytest.mark.parametrize("q", ["alpha", "alpha beta", "beta alfa", RARE, f"{RARE} gamma", "zygomat", "rien du tout"])
def test_the_answer_is_the_same_whoever_asks_the_fragments(
    moteur: Moteur, monkeypatch: pytest.MonkeyPatch, q: str, request: pytest.FixtureRequest
) -> None:
    seul = sirens(moteur, q)
    confies = request.getfixturevalue("confies")
    assert sirens(moteur, q) == seul
    assert bool(confies) == (q not in (RARE, f"{RARE} gamma"))


def test_words_are_counted_for_one_request_only(moteur: Moteur) -> None:
    """The engine of a process lives as long as it: it keeps nothing of what was typed."""
    sirens(moteur, f"{RARE} alpha")
    assert moteur.absents(["alpha"]) == frozenset()
    assert moteur._portes is None


def test_the_names_of_a_common_word_are_looked_for_in_all_fragments_at_once(
    moteur: Moteur, confies: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    nommes = [document(n, "alpha", rang=80) for n in range(1, 31)]
    remplir(moteur, *nommes, *(document(n, "alpha beta") for n in range(31, 120)), fragments=2)
    question = poser_texte(Question("entreprises"), "alpha")
    attendues = moteur.search(question, limite=5, plafond=20)
    confies.clear()
    monkeypatch.setattr(frequents, "BEAUCOUP", 20)
    # The others are told by the dictionaries: nothing but the names is asked.
    reponse = moteur.search(question, limite=5, plafond=20)
    assert len(confies) == 1
    assert reponse.hits == attendues.hits
    assert attendues.total == 119
    assert reponse.total == 21
