"""A person who types a name finds the company, first: measured on INSEE's real samples."""

from collections import Counter
from collections.abc import Iterator

import pytest
from django.http import QueryDict

from fce.recherche.engines.port import Moteur
from fce.recherche.question import elargissement, mots_en_filtres, strategie
from fce.recherche.question.requete import Requete
from tests.partage import partage
from tests.recherche import corpus_reel
from tests.recherche.moteurs import MOTEURS, SUR_UN_DOSSIER, moteur_neuf
from tests.recherche.pertinence.cas import CAS, FILTRES
from tests.recherche.pertinence.collees import CLASSES, PAR_CLASSE, tirer
from tests.recherche.pertinence.mesure import chercher_tape, mesurer, tableau
from tests.recherche.pertinence.naturelles import NATURELLES, SANS_REPONSE, SIRETS
from tests.recherche.pertinence.tapees import TAPEES
from tests.recherche.remplissage import remplir

pytestmark = SUR_UN_DOSSIER  # the pages: these tests ask engines of their own


@pytest.fixture(scope="module", params=MOTEURS)
def moteur(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Moteur]:
    sirene = partage("data/sirene")
    with moteur_neuf(request.param, tmp_path_factory.mktemp("index")) as machine:
        yield remplir(machine, corpus_reel.toutes([sirene / "recents", sirene / "stock_2020"]))


def test_the_cases_are_many_and_varied() -> None:
    assert len(CAS) >= 120
    assert len({cas.classe for cas in CAS}) >= 14
    assert len({cas.requete for cas in CAS}) == len(CAS)


def test_the_company_meant_comes_first(moteur: Moteur) -> None:
    bilans = mesurer(
        CAS, lambda q: [h.siren for h in strategie.interroger(moteur, Requete.depuis({"q": q})).reponse.hits]
    )
    bilan = bilans["tous"]
    assert bilan.un / bilan.total >= 0.98, f"{tableau(bilans)}\n{bilan.echecs}"
    assert bilan.cinq / bilan.total >= 0.99, bilan.echecs
    for classe, b in bilans.items():
        assert b.un / b.total >= 0.85, (classe, b.echecs)


def test_what_is_typed_leads_to_the_company_meant(moteur: Moteur) -> None:
    assert len(TAPEES) >= 60
    assert len({cas.requete for cas in (*CAS, *TAPEES)}) == len(CAS) + len(TAPEES)
    bilan = mesurer(TAPEES, lambda q: chercher_tape(moteur, q))["tous"]
    assert bilan.un / bilan.total >= 0.95, bilan.echecs
    assert bilan.cinq / bilan.total >= 0.98, bilan.echecs


def test_what_is_understood_loses_nothing_of_what_names_find(moteur: Moteur) -> None:
    bilan = mesurer(CAS, lambda q: chercher_tape(moteur, q))["tous"]
    assert bilan.un / bilan.total >= 0.98, bilan.echecs


@pytest.mark.parametrize(("adresse", "attendus"), FILTRES)
def test_the_filters_of_the_sources_find_what_they_say(moteur: Moteur, adresse: str, attendus: frozenset[str]) -> None:
    reponse = strategie.interroger(moteur, Requete.depuis(QueryDict(adresse))).reponse
    assert {h.siren for h in reponse.hits} == attendus


def test_a11_sixty_cases_more_and_none_of_those_of_before(moteur: Moteur) -> None:
    nouvelles = [*(c.requete for c in NATURELLES), *(q for q, _ in SIRETS), *(c.requete for c in SANS_REPONSE)]
    assert len({*nouvelles} - {c.requete for c in (*CAS, *TAPEES)}) == len(nouvelles) >= 60


def test_a11_phrases_people_and_partial_numbers_lead_to_the_company_meant(moteur: Moteur) -> None:
    bilan = mesurer(NATURELLES, lambda q: chercher_tape(moteur, q))["tous"]
    assert bilan.un == bilan.total, bilan.echecs


def test_a11_the_beginning_of_a_siret_lists_its_establishments(moteur: Moteur) -> None:
    for tape, sirets in SIRETS:
        requete = mots_en_filtres.comprendre(moteur, Requete.depuis({"q": tape}))
        assert {h.siret for h in strategie.interroger(moteur, requete).reponse.hits} == sirets, tape


def test_a11_a_place_without_a_match_is_the_answer_and_numbers_around_nest(moteur: Moteur) -> None:
    for cas in SANS_REPONSE:
        requete = mots_en_filtres.comprendre(moteur, Requete.depuis({"q": cas.requete}))
        total = strategie.interroger(moteur, requete).reponse.total
        compris = elargissement.elargir(moteur, requete, total)
        assert total == 0, cas
        assert compris is not None, cas
        assert (compris.titre, tuple(e.nombre for e in compris.lieux)) == (cas.titre, cas.autour)
        assert [*cas.autour] == sorted(cas.autour)
        for autour in compris.lieux:  # the words are never taken more loosely
            assert not strategie.interroger(moteur, autour.requete).approchants, cas


def test_names_glued_split_or_abbreviated_are_among_the_first_five(moteur: Moteur) -> None:
    sirene = partage("data/sirene")
    cas = tirer([sirene / "recents", sirene / "stock_2020"])
    assert Counter(c.classe for c in cas) == dict.fromkeys(CLASSES, PAR_CLASSE)
    manques = [c for c in cas if c.sirens.isdisjoint(_cinq_premiers(moteur, c.tape))]
    assert len(manques) <= 0.03 * len(cas), manques


def _cinq_premiers(moteur: Moteur, texte: str) -> set[str]:
    return {h.siren for h in strategie.interroger(moteur, Requete.depuis({"q": texte})).reponse.hits[:5]}
