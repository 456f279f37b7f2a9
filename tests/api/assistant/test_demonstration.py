"""What an assistant is told in the demonstration: the words of the pages, and answers to what agents ask."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from fce.api.assistant.faits import OCTETS_MAX
from tests.api.assistant.rendues import PERSONNES
from tests.e2e.serveur import dossier_de_demonstration

pytestmark = pytest.mark.epreuve
RACINE = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="module")
def demonstration() -> Iterator[dict[str, str]]:
    with dossier_de_demonstration("assistant") as environnement:
        yield environnement


def compter(quoi: str, environnement: dict[str, str]) -> dict[str, Any]:
    commande = [sys.executable, "-m", "tests.api.assistant.rendues", quoi]
    fini = subprocess.run(commande, cwd=RACINE, env=environnement, capture_output=True, text=True, timeout=1500)
    assert fini.returncode == 0, fini.stderr[-3000:]
    return dict(json.loads(fini.stdout))


def test_twelve_people_and_forty_companies_each_fact_is_the_words_of_their_page(demonstration: dict[str, str]) -> None:
    lus = compter("faits", demonstration)
    assert len(PERSONNES) == 12
    assert lus["fautes"] == []
    assert len(lus["faits"]) == 8
    assert lus["appels"] >= 12 * 7 * 40
    assert sum(lus["faits"].values()) > 10_000


def test_sixty_questions_are_answered_in_three_short_calls(demonstration: dict[str, str]) -> None:
    lus = compter("questions", demonstration)
    assert lus["fautes"] == []
    assert lus["questions"] == 60
    assert max(map(int, lus["appels"])) <= 3
    assert lus["octets"] <= OCTETS_MAX
