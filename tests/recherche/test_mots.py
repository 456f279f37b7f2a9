"""What a word is worth: the same whether it is asked alone or among what a filter keeps."""

from random import Random

import pytest
from msgspec.structs import replace

from fce.recherche.engines.champs import Document
from fce.recherche.engines.classement import noms_avec_un_lieu, poser_texte
from fce.recherche.engines.port import CodeCherche, EtapeDeRecherche, Genre, Question
from fce.recherche.reponse import selectors
from tests.recherche.test_moteur import document, remplir

MOTS = ("alpha", "beta", "gamma", "delta", "lilas")
TOUS = (CodeCherche("codes", "n:A"),)
"""A filter that every document meets."""


def au_hasard(alea: Random, n: int, genre: Genre) -> Document:
    nom, enseigne, commune = (
        " ".join(dict.fromkeys(alea.choices(MOTS, k=alea.randrange(borne)))) for borne in (4, 3, 3)
    )
    champs = {"enseigne": enseigne, "rang": alea.randrange(90), "codes": ["n:A"]}
    if genre == "entreprises":
        return document(n, nom, commune=commune, **champs)
    partout = " ".join(dict.fromkeys(f"{nom} {enseigne} {commune} rue".split()))
    return document(n, nom, siret=100_000 + n, mots=partout, **champs)


@pytest.mark.parametrize("genre", ["entreprises", "etablissements"])
@pytest.mark.parametrize("graine", range(3))
def test_a_filter_that_all_meet_changes_neither_order_nor_scores(graine: int, genre: Genre) -> None:
    alea, moteur = Random(graine), selectors.moteur()
    remplir(moteur, *(au_hasard(alea, n, genre) for n in range(1, 150)), fragments=1)
    for texte in ("alpha", "alpha beta", "gamma sarl", "la delta", "lilas alpha gamma", "lil"):
        for etape in (EtapeDeRecherche.STRICTE, EtapeDeRecherche.PREFIXE):
            libre = poser_texte(Question(genre, etape=etape), texte)
            filtree = replace(libre, groupes=(TOUS,))
            attendus, rendus = (moteur.search(question, limite=200) for question in (libre, filtree))
            assert rendus.total == attendus.total, (texte, etape)
            notes = {h.siren: h.score for h in attendus.hits}
            assert {h.siren: h.score for h in rendus.hits} == pytest.approx(notes, rel=1e-4), (texte, etape)


def test_a_word_is_worth_what_it_is_in_each_field_added() -> None:
    moteur = selectors.moteur()
    remplir(moteur, document(1, "alpha"), document(2, "alpha", enseigne="alpha"), document(3, "beta"), fragments=1)
    hits = moteur.search(poser_texte(Question("entreprises"), "alpha beta"), limite=3).hits
    assert not hits
    deux, un = moteur.search(poser_texte(Question("entreprises"), "alpha"), limite=3).hits
    assert (deux.siren, un.siren) == ("000000002", "000000001")
    assert deux.score > un.score


@pytest.mark.parametrize("lieu", ["Lille", "Saint-Louis", "VOISINES", "saint denis 97400"])
def test_what_comes_before_a_town_may_be_a_whole_name_be_there_several_such_towns(lieu: str) -> None:
    assert "atelier dupre" in noms_avec_un_lieu(f"DUPRÉ ATELIER {lieu}")


def test_what_comes_before_any_other_word_is_no_whole_name() -> None:
    assert noms_avec_un_lieu("DUPRÉ ATELIER FORGE") == ("atelier dupre forge",)
