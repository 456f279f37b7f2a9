"""Fragments of a large index are asked by several threads: the answer is the same, and what reads little is not handed
over."""

from collections.abc import Iterator
from random import Random
from typing import Any

import pytest

from fce.recherche import selectors, strategie
from fce.recherche.engines.tantivy import moteur as tantivy
from fce.recherche.engines.tantivy import version
from fce.recherche.memoire import MoteurMemoire
from fce.recherche.port import Moteur
from fce.recherche.requete import Requete
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
    monkeypatch.setattr(version, "_SEUIL_THREADS", -1)
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
