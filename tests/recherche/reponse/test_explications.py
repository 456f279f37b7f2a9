"""Why a company was found: an establishment is looked for only when it may explain what the name does not."""

from collections import Counter
from typing import Any

import pytest
from django.http import QueryDict

from fce.recherche.engines.tantivy import MoteurTantivy
from fce.recherche.question.requete import Requete
from fce.recherche.reponse import selectors
from fce.recherche.reponse.resultats import Resultat
from tests.recherche.moteurs import SUR_UN_DOSSIER
from tests.recherche.univers import BREST, Univers


def trouver(q: str) -> list[Resultat]:
    return list(selectors.rechercher(Requete.depuis(QueryDict(f"q={q}"))).resultats)


@pytest.fixture
def posees(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """How many times the engine was asked for a page of each kind, and for a count."""
    comptes: Counter[str] = Counter()
    page, nombre = MoteurTantivy.search, MoteurTantivy.nombre

    def chercher(self: MoteurTantivy, question: Any, **bornes: Any) -> Any:
        comptes[question.genre] += 1
        return page(self, question, **bornes)

    def compter(self: MoteurTantivy, question: Any) -> int:
        comptes["nombre"] += 1
        return nombre(self, question)

    monkeypatch.setattr(MoteurTantivy, "search", chercher)
    monkeypatch.setattr(MoteurTantivy, "nombre", compter)
    return comptes


@SUR_UN_DOSSIER
def test_a_typo_that_no_document_holds_is_not_looked_for_in_an_establishment(
    univers: Univers, posees: Counter[str]
) -> None:
    univers.entreprise("GARAGE MERLAN")
    univers.indexer()
    (trouvee,) = trouver("garagx merlan")
    assert (trouvee.motif, trouvee.etablissement) == (None, None)
    assert posees["etablissements"] == 0


@SUR_UN_DOSSIER
def test_a_word_that_the_name_ends_is_explained_by_it(univers: Univers, posees: Counter[str]) -> None:
    siren = univers.entreprise("GARAGE MERLAN")
    univers.etablissement(siren, 2, **BREST, enseigne_1="MERLE BLANC")
    univers.indexer()
    (trouvee,) = trouver("garage merl")
    assert (trouvee.motif, trouvee.etablissement) == (None, None)
    assert posees["etablissements"] == 0


@pytest.mark.parametrize("q", ["garage merlan brest", "garagx merlan brest", "garage brest merl"])
def test_what_the_name_does_not_hold_is_found_in_an_establishment(univers: Univers, q: str) -> None:
    siren = univers.entreprise("GARAGE MERLAN")
    univers.etablissement(siren, 2, **BREST)
    univers.indexer()
    (trouvee,) = trouver(q)
    assert trouvee.motif == "Établissement à BREST"


@SUR_UN_DOSSIER
def test_a_whole_name_is_known_before_anything_is_counted(univers: Univers, posees: Counter[str]) -> None:
    """What begins so in the other state is counted only to tell whether to look further, which is not done."""
    univers.entreprise("GARAGE MERLAN")
    univers.entreprise("GARAGE MERLAN DORE")
    univers.indexer()
    assert [r.entreprise.nom for r in trouver("garage merlan do")] == ["GARAGE MERLAN DORE"]
    assert posees["nombre"] == 0
