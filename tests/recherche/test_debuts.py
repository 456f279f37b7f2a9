"""What begins like what is typed, found by its first letters kept apart or by the dictionaries: the same."""

from random import Random

from fce.recherche.engines.analyse import cle
from fce.recherche.engines.classement import EXACT_PREFIXE, poser_texte
from fce.recherche.engines.port import EtapeDeRecherche, Moteur, Question
from tests.recherche.test_moteur import document, remplir

SYLLABES = ("al", "alp", "be", "bet", "ga", "g", "del")


def test_a_beginning_of_any_length_finds_the_words_and_the_whole_names_that_begin_so(moteur: Moteur) -> None:
    alea = Random(3)
    mots = ["".join(alea.choices(SYLLABES, k=alea.randint(1, 4))) for _ in range(60)]
    noms = {n: " ".join(alea.choices(mots, k=alea.randint(1, 3))) for n in range(1, 200)}
    remplir(moteur, *(document(n, nom, exact=[cle(nom)]) for n, nom in noms.items()))
    for entier in noms.values():
        for longueur in range(2, min(10, len(entier))):
            texte = entier[:longueur]
            posee = poser_texte(Question("entreprises", etape=EtapeDeRecherche.PREFIXE), texte)
            if " " in texte:
                continue
            hits = moteur.search(posee, limite=200).hits
            voulus = {n for n, nom in noms.items() if any(mot.startswith(texte) for mot in nom.split())}
            assert {int(h.siren) for h in hits} == voulus, texte
            if longueur >= 4:
                devant = {n for n in voulus if cle(noms[n]).startswith(texte)}
                assert {int(h.siren) for h in hits if h.score > EXACT_PREFIXE} == devant, texte
