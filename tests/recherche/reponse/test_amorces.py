"""What begins like what is being typed, found in several questions to an engine that others change meanwhile."""

from typing import Any

import pytest

from fce.recherche.engines.port import Question, ReponseDuMoteur
from fce.recherche.reponse import amorces, selectors
from fce.recherche.reponse.lignes import LignesDeResultats
from tests.recherche import moteurs
from tests.recherche.univers import Univers

pytestmark = pytest.mark.django_db


class Remplace:
    """The engine, of which the index is built again after each question."""

    def __init__(self, univers: Univers) -> None:
        self._univers, self._moteur = univers, selectors.moteur()

    def search(self, question: Question, **bornes: Any) -> ReponseDuMoteur:
        reponse = self._moteur.search(question, **bornes)
        self._univers.indexer()
        return reponse

    def __getattr__(self, nom: str) -> Any:
        return getattr(self._moteur, nom)


@moteurs.SUR_UN_DOSSIER
def test_lines_of_two_versions_of_the_index_are_not_believed(univers: Univers) -> None:
    """What a version says is worth the data that it was made of: the database says what the lines cannot."""
    ouverte = univers.entreprise("MOULIN DU PRE")
    cessee = univers.entreprise("MOULIN DU BOIS", etat_administratif="C")
    univers.indexer()
    moteur: Any = selectors.moteur()
    d_une_version = amorces.chercher(moteur, "moulin", 7)
    de_deux = amorces.chercher(Remplace(univers), "moulin", 7)  # type: ignore[arg-type]
    assert [h.siren for h in d_une_version.hits] == [h.siren for h in de_deux.hits] == [ouverte, cessee]
    assert d_une_version.manifeste is not None
    assert de_deux.manifeste is None
    vues = LignesDeResultats(moteur).entreprises_des([de_deux])
    assert {siren: vue.nom for siren, vue in vues.items()} == {ouverte: "MOULIN DU PRE", cessee: "MOULIN DU BOIS"}
