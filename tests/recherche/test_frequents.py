"""A frequent word asked alone: the same page as if every document had been read, and a total that is only told beyond
what is counted."""

from itertools import product
from random import Random

import pytest

from fce.recherche.engines.classement import poser_texte
from fce.recherche.engines.port import CodeCherche, EtapeDeRecherche, Moteur, Question
from fce.recherche.engines.tantivy import frequents
from fce.recherche.index.documents.rangs import rang_d_une_entreprise
from fce.recherche.reponse import selectors
from fce.recherche.reponse.memoire import MoteurMemoire
from fce.referentiels import effectifs
from tests.recherche.moteurs import SUR_UN_DOSSIER
from tests.recherche.test_moteur import document, remplir

PLAFOND = 5
ALPHA = poser_texte(Question("entreprises"), "alpha")
FILTREE = poser_texte(Question("entreprises", groupes=((CodeCherche("codes", "n:A"),),)), "alpha")


@pytest.fixture
def moteur(monkeypatch: pytest.MonkeyPatch) -> Moteur:
    monkeypatch.setattr(frequents, "BEAUCOUP", 0)
    return selectors.moteur()


def page(moteur: Moteur, question: Question, plafond: int | None = None, **bornes: int) -> list[tuple[str, float]]:
    return [(h.siren, h.score) for h in moteur.search(question, plafond=plafond, **bornes).hits]


@pytest.mark.parametrize("graine", range(4))
def test_a_page_is_the_same_whether_the_total_must_be_exact_or_not(moteur: Moteur, graine: int) -> None:
    alea = Random(graine)
    noms = ["alpha", "alpha", "beta", "alpha beta", "beta gamma alpha", "alpha sarl", "gamma"]
    tires = [(alea.choice(noms), alea.randrange(90)) for _ in range(120)]
    remplir(moteur, *(document(n, nom, rang=rang) for n, (nom, rang) in enumerate(tires, 1)), fragments=2)
    textes = ("alpha", "alpha sarl", "sarl alpha", "beta", "alpha beta", "delta", "alph")
    for texte, etape in product(textes, (EtapeDeRecherche.STRICTE, EtapeDeRecherche.PREFIXE)):
        question = poser_texte(Question("entreprises", etape=etape), texte)
        entiere = moteur.search(question, limite=1).total
        for decalage, limite in ((0, 1), (0, 10), (10, 10), (30, 20), (100, 20)):
            bornes = {"decalage": decalage, "limite": limite}
            rendus, attendus = (page(moteur, question, plafond, **bornes) for plafond in (PLAFOND, None))
            assert [siren for siren, _ in rendus] == [siren for siren, _ in attendus], (texte, etape, bornes)
            # Added in another order, notes differ by their last bit.
            assert [note for _, note in rendus] == pytest.approx([note for _, note in attendus], rel=1e-6)
            dit = moteur.search(question, plafond=PLAFOND, **bornes).total
            assert (dit > PLAFOND) if entiere > PLAFOND else (dit == entiere)


@pytest.mark.parametrize(("graine", "beaucoup"), [*product(range(3), (0, 40))])
def test_a_page_of_names_that_begin_so_is_the_same_whatever_is_scored(
    moteur: Moteur, monkeypatch: pytest.MonkeyPatch, graine: int, beaucoup: int
) -> None:
    """« de ro »: names that begin so, others that hold such a word, and the rare ones that hold the word itself."""
    monkeypatch.setattr(frequents, "BEAUCOUP", beaucoup)
    alea = Random(graine)
    noms = ["de rochas", "derouet", "ro", "de ro", "rochas de gaz", "rome gaz", "gaz de rome", "gaz rome", "gaz"]
    poids = [8, 4, 1, 1, 8, 20, 20, 20, 10]
    enseignes = ({}, {}, {}, {"enseigne": "rome"}, {"enseigne": "ro", "exact": ["gazro", "ro|e"]})
    tires = [(alea.choices(noms, poids)[0], alea.choice(enseignes), alea.randrange(90)) for _ in range(200)]
    remplir(moteur, *(document(n, nom, rang=rang, **autre) for n, (nom, autre, rang) in enumerate(tires, 1)))
    for texte, noms_seuls in product(("de ro", "la ro", "ro", "de r", "gaz ro", "ro de", "de rom"), (False, True)):
        question = poser_texte(Question("entreprises", etape=EtapeDeRecherche.PREFIXE, noms_seuls=noms_seuls), texte)
        for bornes in ({"limite": 1}, {"limite": 7}, {"decalage": 7, "limite": 7}, {"limite": 100}):
            rendus, attendus = (page(moteur, question, plafond, **bornes) for plafond in (0, None))
            assert [siren for siren, _ in rendus] == [siren for siren, _ in attendus], (texte, noms_seuls, bornes)
            assert [note for _, note in rendus] == pytest.approx([note for _, note in attendus], rel=1e-6)


@SUR_UN_DOSSIER
def test_only_names_that_begin_so_are_read_when_they_fill_the_page(
    moteur: Moteur, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(frequents, "BEAUCOUP", 10)
    remplir(
        moteur,
        *(document(n, "de rochas", rang=10) for n in range(1, 9)),
        *(document(n, "gaz rome", rang=10) for n in range(9, 40)),
    )
    question = poser_texte(Question("entreprises", etape=EtapeDeRecherche.PREFIXE), "de ro")
    assert moteur.search(question, limite=8, plafond=0).total == 1
    assert moteur.search(question, limite=9, plafond=0).total == 39
    assert moteur.search(question, limite=8).total == 39


@SUR_UN_DOSSIER
def test_a_very_large_company_comes_before_small_ones_of_which_the_name_begins_so(
    moteur: Moteur, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(frequents, "BEAUCOUP", 10)
    petites = [document(n, "de rochas", rang=0) for n in range(1, 9)]
    autres = [document(n, "gaz rome", rang=0) for n in range(10, 40)]
    remplir(moteur, *petites, *autres, document(9, "gaz rome", rang=frequents.RANG_MAX))
    question = poser_texte(Question("entreprises", etape=EtapeDeRecherche.PREFIXE), "de ro")
    assert page(moteur, question, plafond=0, limite=1)[0][0] == "000000009"


@SUR_UN_DOSSIER
def test_only_those_that_the_word_names_are_read_when_they_fill_the_page(moteur: Moteur) -> None:
    remplir(moteur, *(document(n, "alpha") for n in range(1, 9)), *(document(n, "alpha beta") for n in range(9, 30)))
    assert moteur.search(ALPHA, limite=8, plafond=PLAFOND).total == PLAFOND + 1
    assert moteur.search(ALPHA, limite=9, plafond=PLAFOND).total == 29  # one more than are named so
    assert moteur.search(ALPHA, limite=8).total == 29


@SUR_UN_DOSSIER
def test_a_total_that_may_be_told_is_exact_even_when_only_those_that_the_word_names_are_scored(moteur: Moteur) -> None:
    ailleurs = [document(n, "beta", enseigne="alpha", commune="alpha") for n in range(30, 40)]
    remplir(moteur, *(document(n, "alpha") for n in range(1, 9)), *ailleurs)
    assert moteur.search(ALPHA, limite=8, plafond=100).total == 18


@SUR_UN_DOSSIER
def test_what_the_dictionaries_do_not_tell_is_counted(moteur: Moteur) -> None:
    """Filters, several words: how many documents answer is known once they are read."""
    remplir(moteur, *(document(n, "alpha beta", codes=["n:A"] if n < 4 else []) for n in range(1, 30)))
    assert moteur.search(FILTREE, limite=1, plafond=PLAFOND).total == 3
    deux = poser_texte(Question("entreprises"), "alpha beta")
    assert moteur.search(deux, limite=1, plafond=PLAFOND).total == 29


def test_a_request_that_wants_the_exact_total_does_not_take_a_rough_one(moteur: Moteur) -> None:
    remplir(moteur, *(document(n, "alpha") for n in range(1, 30)))
    memoire = MoteurMemoire(moteur)
    assert memoire.search(ALPHA, limite=5, plafond=PLAFOND).total > PLAFOND
    assert memoire.search(ALPHA, limite=5).total == 29
    assert memoire.search(ALPHA, limite=5, plafond=PLAFOND).total == 29


def test_no_company_has_a_larger_rank_than_the_bound_of_scores_reckons_with() -> None:
    plus_grande = max((x.code for x in effectifs.liste()), key=effectifs.rang)
    assert rang_d_une_entreprise("A", plus_grande, "GE", employeur=True, ouverts=10**9) < frequents.RANG_MAX
