"""Shortcut for a single word that many documents hold: those of which it is the whole name always come first. When they
fill the page, only they are scored; the others are counted, unless the term dictionaries already show that the total
exceeds the cap.

The same applies to names that begin with the text typed when its last word has two or three letters (« de ro »):
hundreds of thousands of other documents hold a word that begins so.
"""

from collections.abc import Sequence
from math import log, log2

from msgspec.structs import replace
from tantivy import Searcher

from fce.recherche.engines import classement
from fce.recherche.engines.champs import SUFFIXE_ENSEIGNE
from fce.recherche.engines.port import EtapeDeRecherche, Question
from fce.recherche.engines.tantivy import blancs, debuts, mots

BEAUCOUP = 3_000
"""Documents below which scoring all of them costs less."""
RANG_MAX = 126
"""Above the static rank of any document."""
_K1 = 1.2
"""Parameter of BM25, as tantivy sets it."""


def concerne(question: Question) -> bool:
    """Whether the question is one word in company names, without any filter."""
    nue = Question(question.genre, etats=question.etats)
    return (
        question.genre == "entreprises"
        and question.etape <= EtapeDeRecherche.PREFIXE
        and len(classement.requis(question.mots)) == 1
        and replace(question, etape=nue.etape, noms_seuls=False)
        == replace(nue, mots=question.mots, cle=question.cle, noyaux=question.noyaux)
    )


def suffisent(question: Question, searchers: Sequence[Searcher], bout: int, partis: int, plafond: int | None) -> bool:
    """Whether the documents named by the word may fill a page that ends at ``bout`` while many others match.

    At the PREFIXE step, the documents that hold a longer word are not counted, except for two or three letters: more
    than ``plafond`` documents must hold the word itself.
    """
    beaucoup = BEAUCOUP
    if question.etape is EtapeDeRecherche.PREFIXE:
        if plafond is None:
            return False
        beaucoup = max(plafond, BEAUCOUP)
    return plus_que(beaucoup, question, searchers, partis) and nommes(question, searchers) >= bout


def plus_que(nombre: int, question: Question, searchers: Sequence[Searcher], partis: int) -> bool:
    """Whether the dictionaries show that more than ``nombre`` documents hold the word.

    ``partis``: deleted documents, which the dictionaries still count.
    """
    return au_moins(question, searchers) - partis > nombre


def au_moins(question: Question, searchers: Sequence[Searcher]) -> int:
    """Lower bound, from the dictionaries, of the documents that the question matches; deleted documents are
    included."""
    (mot,) = classement.requis(question.mots)
    champs = classement.poids_des_mots(question)
    debut = [_ensemble(searchers, *code) for code in mots.debuts_courts(mot, question)]
    return max(debut + [_ensemble(searchers, champ, forme) for champ in champs for forme in mot.formes])


def commencent(question: Question, searchers: Sequence[Searcher]) -> bool:
    """Whether to look for names by their beginning: the last word has two or three letters, and few documents hold it
    as a whole word."""
    (mot,) = classement.requis(question.mots)
    porteurs = sum(_ensemble(searchers, c, f) for c in classement.poids_des_mots(question) for f in mot.formes)
    return (
        bool(mots.debuts_courts(mot, question))
        and len(question.cle) in debuts.LONGUEURS_DE_NOM
        and porteurs <= BEAUCOUP
    )


def nommes(question: Question, searchers: Sequence[Searcher]) -> int:
    """Upper bound of the documents of which the question is a whole name."""
    cles = [("exact", question.cle), ("exact", question.cle + SUFFIXE_ENSEIGNE)]
    cles += [("noyau", noyau) for noyau, _ in question.noyaux]
    if commencent(question, searchers):
        cles.append((debuts.CHAMP, debuts.MARQUE_DE_NOM + question.cle))
    return sum(_ensemble(searchers, champ, cle) for champ, cle in cles)


def au_plus(question: Question, searchers: Sequence[Searcher], partis: int) -> float:
    """Score that only the documents of ``mots.noms`` can reach. A BM25 score is below ``(1 + k1) idf``.

    ``partis``: deleted documents, which still count in the rarity of a word.
    """
    (mot,) = classement.requis(question.mots)
    facultatifs = [m.formes[0] for m in question.mots if m is not mot]
    poids = classement.poids_des_mots(question)
    constante = 0.0
    if question.etape is EtapeDeRecherche.PREFIXE:
        constante = sum(classement.poids_des_debuts(question).values())
        if commencent(question, searchers):
            poids = {}  # documents that hold the word are scored
        else:
            constante += classement.EXACT_PREFIXE
    bornes = []
    for s in searchers:
        pistes = constante + sum(p * _bm25(s, c, f, partis) for c, p in poids.items() for f in mot.formes)
        bornes.append(pistes + sum(classement.POIDS_FACULTATIF * _bm25(s, "nom", f, partis) for f in facultatifs))
    return log2(2 + RANG_MAX) * max(bornes)


def _ensemble(searchers: Sequence[Searcher], champ: str, mot: str) -> int:
    return sum(s.doc_freq(champ, blancs.encoder(mot)) for s in searchers)


def _bm25(searcher: Searcher, champ: str, mot: str, partis: int) -> float:
    porteurs = searcher.doc_freq(champ, mot)
    return (1 + _K1) * log(1 + (searcher.num_docs + partis - porteurs + 0.5) / (porteurs + 0.5)) if porteurs else 0.0
