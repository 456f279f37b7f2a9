"""Two releases side by side, or one after the other, each with its own format of the index."""

import math
from pathlib import Path

import pytest
from django.conf import settings
from django.http import QueryDict
from django.test import Client

from fce.recherche import services
from fce.recherche.engines.opensearch import schema
from fce.recherche.engines.tantivy import dossier
from fce.recherche.question.requete import Requete
from fce.recherche.reponse import selectors
from fce.recherche.reponse.selectors import moteur
from tests.recherche.moteurs import SUR_UN_DOSSIER
from tests.recherche.univers import Univers


def sirens(adresse: str) -> list[str]:
    return [r.entreprise.siren for r in selectors.rechercher(Requete.depuis(QueryDict(adresse))).resultats]


def _changer_le_format(monkeypatch: pytest.MonkeyPatch, pas: int) -> None:
    for module in (dossier, schema):
        monkeypatch.setattr(module, "FORMAT", module.FORMAT + pas)
    selectors._moteur.cache_clear()


def test_the_index_of_the_former_format_answers_while_the_new_one_is_built_and_after_a_way_back(
    univers: Univers, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The new release starts without an index: sheets and exact numbers answer, a search says that it is being built;
    the release before goes on, whatever the new one builds."""
    siren = univers.entreprise("ALPHA")
    univers.indexer()
    _changer_le_format(monkeypatch, 1)
    assert moteur().manifeste() is None
    page = Client().get("/recherche?q=alpha")
    assert page.status_code == 503
    assert "L’index de recherche n’est pas encore construit" in page.content.decode()
    assert Client().get(f"/entreprise/{siren}").status_code == 200
    _changer_le_format(monkeypatch, -1)
    assert sirens("q=alpha") == [siren]
    _changer_le_format(monkeypatch, 1)
    for _ in range(3):  # a build removes the versions that nobody names
        services.indexer(forcer=True)
    assert sirens("q=alpha") == [siren]
    _changer_le_format(monkeypatch, -1)
    assert sirens("q=alpha") == [siren]


@SUR_UN_DOSSIER
def test_the_index_of_a_format_long_gone_is_removed(univers: Univers, monkeypatch: pytest.MonkeyPatch) -> None:
    univers.entreprise("ALPHA")
    univers.indexer()
    _changer_le_format(monkeypatch, 1)
    monkeypatch.setattr(dossier, "AUTRE_FORMAT_S", -math.inf)
    services.indexer()
    racine = Path(settings.FCE_INDEX_DIR)
    assert [p.name for p in racine.glob("courant*")] == [dossier.pointeur(racine).name]
    assert len([*(racine / "versions").iterdir()]) == 1
