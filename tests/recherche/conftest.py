from collections.abc import Iterator
from typing import Any

import pytest

from fce.recherche import services
from fce.recherche.engines.port import Moteur
from fce.recherche.index import a_retoucher
from fce.recherche.reponse import selectors
from tests.recherche import moteurs
from tests.recherche.repertoire import MOTS, VILLES, Repertoire
from tests.recherche.univers import Univers


@pytest.fixture(autouse=True, params=moteurs.MOTEURS)
def moteur_en_place(request: pytest.FixtureRequest, settings: Any) -> Iterator[str]:
    """The engine that the pages of the test ask: each test runs on every engine that is there.

    A rule of one engine alone (``moteurs.SUR_UN_DOSSIER``) says so.
    """
    if request.param == "tantivy":
        settings.FCE_SEARCH_URL = ""
        yield request.param
        return
    with moteurs.prefixe_neuf() as adresse:
        settings.FCE_SEARCH_URL = adresse
        yield request.param


@pytest.fixture
def univers(db: None) -> Univers:
    """An empty register to fill."""
    return Univers()


@pytest.fixture
def alpha(univers: Univers) -> None:
    """The register of one company, ALPHA, in an index."""
    univers.entreprise("ALPHA")
    univers.indexer()


@pytest.fixture
def dix(univers: Univers) -> None:
    """The register of ten mills, in an index."""
    for n in range(10):
        univers.entreprise(f"MOULIN {n}")
    univers.indexer()


@pytest.fixture
def moteur() -> Moteur:
    return selectors.moteur()


@pytest.fixture
def petit_repertoire(monkeypatch: pytest.MonkeyPatch) -> None:
    """A register of a few companies is amended as the national one is."""
    monkeypatch.setattr(a_retoucher, "LIGNES_MIN", 0)
    monkeypatch.setattr(a_retoucher, "PART_DES_UNITES", 1.0)
    monkeypatch.setattr(a_retoucher, "PART_DES_LIGNES", 100.0)


@pytest.fixture
def repertoire(db: None, settings: Any) -> Repertoire:
    """A hundred companies and their people, in an index."""
    # Words have a frequency of their own in each fragment, which companies are not dealt to alike.
    settings.FCE_INDEX_FRAGMENTS = 1
    r = Repertoire()
    for n in range(1, 121):
        siren = r.entreprise(n, f"{MOTS[n % len(MOTS)]} {MOTS[n % 4]} {n}", VILLES[n % 3])
        r.dirigeant(siren, 1, MOTS[n % 5], "ELODIE")
    r.placer()
    services.indexer(forcer=True)
    return r
