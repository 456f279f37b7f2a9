"""Both engines, on INSEE's real samples: as many documents answer, with the same counts.

ADR 0045 says what may differ: the order of documents that are worth nearly the same.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.http import QueryDict

from fce.recherche.engines.port import Moteur
from fce.recherche.question import strategie
from fce.recherche.question.requete import Requete
from fce.recherche.reponse.memoire import MoteurMemoire
from tests.partage import partage
from tests.recherche import corpus_reel
from tests.recherche.moteurs import MOTEURS, VOULUE, moteur_neuf
from tests.recherche.pertinence.cas import CAS, FILTRES
from tests.recherche.pertinence.tapees import TAPEES
from tests.recherche.remplissage import remplir

pytestmark = pytest.mark.skipif(not VOULUE, reason="un seul moteur ici : « make test-opensearch » démarre le second")
DEBUTS = (3, 5, 8)
"""Letters of the names being typed."""


@pytest.fixture(scope="module")
def moteurs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Moteur]]:
    sirene = partage("data/sirene")
    documents = list(corpus_reel.toutes([sirene / "recents", sirene / "stock_2020"]))
    with moteur_neuf(MOTEURS[0], tmp_path_factory.mktemp("index")) as un, moteur_neuf(MOTEURS[1], Path()) as autre:
        yield [remplir(machine, documents) for machine in (un, autre)]


def requetes() -> Iterator[Requete]:
    for cas in (*CAS, *TAPEES):
        yield Requete.depuis({"q": cas.requete})
    for cas in CAS:
        yield Requete.depuis({"q": cas.requete, "vue": "etablissements"})
    for cas in CAS[:60]:
        yield from (Requete.depuis({"q": cas.requete[:lettres]}) for lettres in DEBUTS)
    yield from (Requete.depuis(QueryDict(adresse)) for adresse, _ in FILTRES)


def test_as_many_documents_answer_with_the_same_counts(moteurs: list[Moteur]) -> None:
    ecarts = []
    for requete in requetes():
        lus = []
        for machine in map(MoteurMemoire, moteurs):
            trouvaille = strategie.interroger(machine, requete)
            posee = trouvaille.question
            lus.append((trouvaille.reponse.total, posee.etape, machine.facettes(posee)))
        if lus[0] != lus[1]:
            ecarts.append((requete.q, requete.vue, *(lu[:2] for lu in lus)))
    assert ecarts == []


def test_what_is_sorted_by_a_field_comes_in_the_same_order(moteurs: list[Moteur]) -> None:
    """Equals apart, which come in the order of their number."""
    for tri in ("nom", "effectif", "creation", "commune"):
        for inverse in (False, True):
            requete = Requete.depuis({"departement": "59", "tri": f"-{tri}" if inverse else tri})
            pages = [[hit.score for hit in strategie.interroger(m, requete).reponse.hits] for m in moteurs]
            assert pages[0] == pages[1], (tri, inverse)
