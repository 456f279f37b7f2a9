"""A word that many documents bear, asked alone: those of which it is the whole name come first, whatever the others
are. When they fill the page, they are all that has to be scored; the others are counted, unless the dictionaries tell
that the total is beyond what is counted.

So do the names that begin with what is typed, when its last word is two or three letters long: hundreds of thousands
of others hold a word that begins so (« de ro »).
"""

from collections.abc import Sequence
from math import log, log2

from msgspec.structs import replace
from tantivy import Searcher

from fce.recherche import classement
from fce.recherche.champs import SUFFIXE_ENSEIGNE
from fce.recherche.engines.tantivy import blancs, debuts, mots
from fce.recherche.port import EtapeDeRecherche, Question

BEAUCOUP = 3_000
"""Documents below which scoring them all costs less."""
RANG_MAX = 126
"""More than the static rank of any document."""
_K1 = 1.2
"""Of BM25, as tantivy sets it."""


def concerne(question: Question) -> bool:
    """Tell whether a question is about one word of the names of companies, without filter."""
    nue = Question(question.genre, etats=question.etats)
    return (
        question.genre == "entreprises"
        and question.etape <= EtapeDeRecherche.PREFIXE
        and len(classement.requis(question.mots)) == 1
        and replace(question, etape=nue.etape, noms_seuls=False)
        == replace(nue, mots=question.mots, cle=question.cle, noyaux=question.noyaux)
    )


def suffisent(question: Question, searchers: Sequence[Searcher], bout: int, partis: int, plafond: int | None) -> bool:
    """Tell whether those that the word names may fill a page that ends at ``bout``, and the others are many.

    What begins like the word is not counted apart, but for two or three letters: more than ``plafond`` must bear the
    word itself.
    """
    beaucoup = BEAUCOUP
    if question.etape is EtapeDeRecherche.PREFIXE:
        if plafond is None:
            return False
        beaucoup = max(plafond, BEAUCOUP)
    return plus_que(beaucoup, question, searchers, partis) and nommes(question, searchers) >= bout


def plus_que(nombre: int, question: Question, searchers: Sequence[Searcher], partis: int) -> bool:
    """Tell whether the dictionaries say that more documents hold the word; ``partis``: gone, and that they still
    count."""
    return au_moins(question, searchers) - partis > nombre


def au_moins(question: Question, searchers: Sequence[Searcher]) -> int:
    """Return how many documents the dictionaries tell that a question finds, at least; those that are gone included."""
    (mot,) = classement.requis(question.mots)
    champs = classement.poids_des_mots(question)
    debut = [_ensemble(searchers, *code) for code in mots.debuts_courts(mot, question)]
    return max(debut + [_ensemble(searchers, champ, forme) for champ in champs for forme in mot.formes])


def commencent(question: Question, searchers: Sequence[Searcher]) -> bool:
    """Tell whether names are looked for by their beginning: the last word is two or three letters long, and hardly any
    document bears it whole."""
    (mot,) = classement.requis(question.mots)
    porteurs = sum(_ensemble(searchers, c, f) for c in classement.poids_des_mots(question) for f in mot.formes)
    return (
        bool(mots.debuts_courts(mot, question))
        and len(question.cle) in debuts.LONGUEURS_DE_NOM
        and porteurs <= BEAUCOUP
    )


def nommes(question: Question, searchers: Sequence[Searcher]) -> int:
    """Return how many documents the words of a question are a whole name of, at most."""
    cles = [("exact", question.cle), ("exact", question.cle + SUFFIXE_ENSEIGNE)]
    cles += [("noyau", noyau) for noyau, _ in question.noyaux]
    if commencent(question, searchers):
        cles.append((debuts.CHAMP, debuts.MARQUE_DE_NOM + question.cle))
    return sum(_ensemble(searchers, champ, cle) for champ, cle in cles)


def au_plus(question: Question, searchers: Sequence[Searcher], partis: int) -> float:
    """Return a score that no document reaches but those of ``mots.noms``: BM25 is below ``(1 + k1) idf``.

    ``partis``: documents that are gone, and that rarity is still reckoned with.
    """
    (mot,) = classement.requis(question.mots)
    facultatifs = [m.formes[0] for m in question.mots if m is not mot]
    poids = classement.poids_des_mots(question)
    constante = 0.0
    if question.etape is EtapeDeRecherche.PREFIXE:
        constante = sum(classement.poids_des_debuts(question).values())
        if commencent(question, searchers):
            poids = {}  # those that bear the word are scored
        else:
            constante += classement.EXACT_PREFIXE
    bornes = []
    for s in searchers:
        pistes = constante + sum(p * _bm25(s, c, f, partis) for c, p in poids.items() for f in mot.formes)
        bornes.append(pistes + sum(classement.POIDS_FACULTATIF * _bm25(s, "nom", f, partis) for f in facultatifs))
    return log2(2 + RANG_MAX) * max(bornes)


def _ensemble(searchers: Sequence[Searcher], champ: str, mot: str) -> int:
    return sum(s.doc_freq(champ, blancs.ecrire(mot)) for s in searchers)


def _bm25(searcher: Searcher, champ: str, mot: str, partis: int) -> float:
    porteurs = searcher.doc_freq(champ, mot)
    return (1 + _K1) * log(1 + (searcher.num_docs + partis - porteurs + 0.5) / (porteurs + 0.5)) if porteurs else 0.0
