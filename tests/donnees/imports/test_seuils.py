"""The counts that refuse a whole file."""

import pytest

from fce.donnees.imports.seuils import verifier_seuils
from fce.socle.erreurs import ImportRefuse
from fce.sources.declaration import Seuils
from tests.sources import fabrique


@pytest.mark.parametrize(
    ("lues", "cles", "rejets", "precedent"),
    [
        (1000, 0, 0, None),
        (1000, 10, 10, None),
        (1000, 0, 50, None),
        (980, 0, 0, 1000),
        (1500, 0, 0, 1000),
        (1, 0, 0, 0),
    ],
)
def test_what_is_within_thresholds_passes(lues: int, cles: int, rejets: int, precedent: int | None) -> None:
    verifier_seuils(fabrique.source_essai(), lues, cles, rejets, precedent)


@pytest.mark.parametrize(
    ("lues", "cles", "rejets", "precedent", "seuil"),
    [
        (0, 0, 0, None, "vide"),
        (1000, 0, 1000, None, "vide"),
        (1000, 11, 11, None, "cles"),
        (1000, 0, 51, None, "quarantaine"),
        (979, 0, 0, 1000, "baisse"),
        (1000, 0, 30, 1000, "baisse"),
        (1501, 0, 0, 1000, "hausse"),
    ],
)
def test_what_is_beyond_is_refused(lues: int, cles: int, rejets: int, precedent: int | None, seuil: str) -> None:
    with pytest.raises(ImportRefuse) as capture:
        verifier_seuils(fabrique.source_essai(), lues, cles, rejets, precedent)
    assert capture.value.details["seuil"] == seuil


def test_a_source_may_declare_its_own_thresholds() -> None:
    tolerante = fabrique.declarer("essai-tolerante", fabrique.Essai, seuils=Seuils(cles=0.5, quarantaine=0.9, baisse=0))
    verifier_seuils(tolerante, 1000, 500, 900, 1000)


def test_the_sentence_gives_figures_in_french() -> None:
    with pytest.raises(ImportRefuse, match="1 500 lignes sur 10 000 .15,0 %. portent un SIREN".replace(" ", r"\s")):
        verifier_seuils(fabrique.source_essai(), 10_000, 1500, 1500, None)


def test_too_many_emptied_values_refuse_the_file():
    source = fabrique.declarer("essai-tolerant", fabrique.Essai, tolerante=True)
    verifier_seuils(source, 1000, 0, 0, None, vidages=50)
    with pytest.raises(ImportRefuse, match="illisibles"):
        verifier_seuils(source, 1000, 0, 0, None, vidages=51)
