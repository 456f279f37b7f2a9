"""Compiles the words of a question into a tantivy query: what a document must hold, and the score of each word in each
field.

The score of a word is the sum of its scores in the fields that hold it. tantivy scores a union of fields for every
document that holds the word, thousands at a time, even when another word or a filter leaves few of them. So when
something else restricts the documents, the words are first required without a score, then the score is added field by
field on the remaining documents. A word alone, without filter, is scored at once; with filters, each field is searched
apart, and a document scores the same whichever field found it.
"""

from collections.abc import Callable, Iterator, Sequence
from itertools import chain
from typing import NamedTuple

from msgspec.structs import replace
from tantivy import Occur, Query

from fce.recherche.engines import classement
from fce.recherche.engines.analyse import Mot
from fce.recherche.engines.port import EtapeDeRecherche, Question
from fce.recherche.engines.tantivy import blancs, debuts
from fce.recherche.engines.tantivy.schema import schema


class _Piste(NamedTuple):
    """A word in a field: the query that finds it and the query that scores it."""

    champ: str
    presence: Query
    note: Query


def compiler(question: Question, filtres: Sequence[Query] = ()) -> Query:
    """The query of the words of a question, among the documents that the unscored ``filtres`` keep."""
    requis, _, partielle, lieux = classement.exigence(question)
    larges = [_larges(mot, question) for mot in requis]
    if len(requis) == 1 and question.genre == "entreprises":
        return _un_seul(requis[0], larges[0], question, filtres)
    pistes = [_pistes(mot, question, lieux=lieux) for mot in requis]
    if partielle:
        sommes = [(Occur.Should, _somme(*du_mot)) for du_mot in zip(pistes, larges, strict=True)]
        assez = Query.boolean_query(sommes, minimum_number_should_match=classement.minimum(len(requis)))
        return _ajouter(tous([*filtres, assez]), _en_plus(question))
    exiges = [*filtres]
    for siennes, autour in zip(pistes, larges, strict=True):
        exiges.append(_somme(siennes, autour) if autour else _ajouter(*_separer(siennes)))
    if lieux:
        # A company with establishments everywhere would match any list of place names: require one word in its name.
        dans_un_nom = [p.presence for siennes in pistes for p in siennes if p.champ in ("nom", "enseigne")]
        exiges.append(sans_score(un([*dans_un_nom, *chain.from_iterable(larges)])))
    return _ajouter(tous(exiges), _en_plus(question))


def _un_seul(mot: Mot, larges: Sequence[Query], question: Question, filtres: Sequence[Query]) -> Query:
    """One word: scored at once, or field by field when there are filters."""
    pistes = _pistes(mot, question, lieux=False)
    if filtres and not larges:
        return _place_par_place(_par_champ(pistes), filtres, _en_plus(question))
    # Many documents, read in order: a union with the bonus clauses is faster than a lookup per document.
    tous_ceux = (Occur.Must, tous([*filtres, _somme(pistes, larges)]))
    return Query.boolean_query([tous_ceux, *((Occur.Should, note) for note in _en_plus(question))])


def _par_champ(pistes: Sequence[_Piste]) -> list[list[Query]]:
    champs: dict[str, list[Query]] = {}
    for piste in pistes:
        champs.setdefault(piste.champ, []).append(piste.note)
    return [*champs.values()]


def _place_par_place(places: Sequence[Sequence[Query]], filtres: Sequence[Query], notes: Sequence[Query]) -> Query:
    """One word, searched in each place apart among what the filters keep. A document found in several places scores the
    same in each."""
    choix = []
    for rang, ici in enumerate(places):
        ailleurs = [note for place in (*places[:rang], *places[rang + 1 :]) for note in place]
        choix.append(_ajouter(tous([*filtres, un(ici)]), [*ailleurs, *notes]))
    return Query.disjunction_max_query(choix)


def _en_plus(question: Question) -> list[Query]:
    """Bonus clauses: optional words, street number, whole name."""
    facultatifs = classement.exigence(question).facultatifs
    notes = [Query.boost_query(terme("nom", m.formes[0]), classement.POIDS_FACULTATIF) for m in facultatifs]
    numeros = [
        Query.const_score_query(terme("mots", n), classement.NUMERO_DE_VOIE)
        for n in classement.numeros_de_voie(question)
    ]
    return notes + numeros + _exacts(question)


def _ajouter(requete: Query, notes: Sequence[Query]) -> Query:
    """The documents of a query; each of ``notes`` adds to their score."""
    for note in notes:
        requete = Query.boolean_query([(Occur.Must, requete), (Occur.Should, note)])
    return requete


def noms(question: Question, *, commencent: bool) -> Query:
    """Documents of which the question is a whole name, with the same score as in the full query. With ``commencent``,
    also those that hold the word, and those whose name begins with it."""
    (mot,) = classement.requis(question.mots)
    pistes, larges = _pistes(mot, question, lieux=False), _larges(mot, question)
    nommes = _exacts(replace(question, etape=EtapeDeRecherche.STRICTE))
    if commencent:
        gardes = sans_score(un([*nommes, _debut_de_nom(question), *(piste.presence for piste in pistes)]))
        return _place_par_place([*_par_champ(pistes), *([large] for large in larges)], [gardes], _en_plus(question))
    return _place_par_place(_par_champ(pistes), [sans_score(un(nommes))], [*larges, *_en_plus(question)])


def places(question: Question) -> Iterator[list[tuple[str, str]]]:
    """Yield, for each required word, the ``(field, term)`` pairs where it may be as typed."""
    requis, _, _, lieux = classement.exigence(question)
    for mot in requis:
        yield [(champ, forme) for champ, forme, _ in _places(mot, question, lieux=lieux)]


def presence(question: Question) -> Query:
    """Documents that hold the one word of the question, unscored."""
    (mot,) = classement.requis(question.mots)
    return sans_score(un([piste.presence for piste in _pistes(mot, question, lieux=False)]))


def nom_entier(question: Question) -> Query:
    """All the words in the name, or all of them in the trade name (enseigne)."""
    requis = classement.requis(question.mots)
    champs = [tous([un_terme(champ, mot.formes) for mot in requis]) for champ in ("nom", "enseigne")]
    return Query.const_score_query(un(champs), classement.NOM_ENTIER)


def terme(champ: str, valeur: str) -> Query:
    return Query.term_query(schema(), champ, blancs.encoder(valeur), index_option="basic")


def un_terme(champ: str, valeurs: Sequence[str]) -> Query:
    return un([terme(champ, valeur) for valeur in valeurs])


def sans_score(query: Query) -> Query:
    """Match the query's documents with a constant score of 0 (a filter)."""
    return Query.const_score_query(query, 0.0)


def tous(queries: Sequence[Query]) -> Query:
    """All of these queries."""
    return queries[0] if len(queries) == 1 else Query.boolean_query([(Occur.Must, q) for q in queries])


def un(queries: Sequence[Query]) -> Query:
    """At least one of these queries."""
    return queries[0] if len(queries) == 1 else Query.boolean_query([(Occur.Should, q) for q in queries])


def _pistes(mot: Mot, question: Question, *, lieux: bool) -> list[_Piste]:
    """Where a word may be, as typed."""
    return [_piste(*place) for place in _places(mot, question, lieux=lieux)]


def _places(mot: Mot, question: Question, *, lieux: bool) -> Iterator[tuple[str, str, float]]:
    yield from classement.places_du_mot(mot, question)
    if lieux:
        yield from (("lieux", forme, classement.POIDS_LIEUX) for forme in mot.formes)


def _piste(champ: str, mot: str, poids: float) -> _Piste:
    ici = terme(champ, mot)
    note = Query.const_score_query(ici, poids) if champ == "lieux" else Query.boost_query(ici, poids)
    return _Piste(champ, ici, note)


def _separer(pistes: Sequence[_Piste]) -> tuple[Query, list[Query]]:
    """Split into the query that finds the documents of a word, and the queries that add to its score.

    The field ``mots`` holds all the words of a document: when it is there, it finds them alone, and is scored at once.
    """
    partout = [piste.note for piste in pistes if piste.champ == "mots"]
    if partout:
        return un(partout), [piste.note for piste in pistes if piste.champ != "mots"]
    return sans_score(un([piste.presence for piste in pistes])), [piste.note for piste in pistes]


def _somme(pistes: Sequence[_Piste], larges: Sequence[Query]) -> Query:
    """One word, scored wherever it is or may be."""
    return un([*(piste.note for piste in pistes), *larges])


def _larges(mot: Mot, question: Question) -> list[Query]:
    """Words that begin like this one, or differ from it by one typo, at the search steps that allow it."""
    pistes: list[Query] = []
    if _inacheve(mot, question):
        poids = classement.poids_des_debuts(question)
        courts = [terme(*code) for code in debuts_courts(mot, question)]
        places = courts or [debut(champ, mot.brut) for champ in poids]
        pistes += [Query.const_score_query(la, p) for la, p in zip(places, poids.values(), strict=True)]
    fautes = classement.places_des_fautes(mot, question)
    return pistes + [Query.const_score_query(un_terme(c, voisins), p) for c, voisins, p in fautes]


def _inacheve(mot: Mot, question: Question) -> bool:
    """Whether ``mot`` is the last word, at a step that completes it."""
    assez = len(mot.brut) >= classement.LONGUEUR_MIN_PREFIXE
    return question.etape >= EtapeDeRecherche.PREFIXE and mot is question.mots[-1] and assez


def debuts_courts(mot: Mot, question: Question) -> list[tuple[str, str]]:
    """Return the ``(field, term)`` pairs of ``debuts`` for an unfinished word of two or three letters, one per source
    field; empty for a longer word."""
    if question.genre != "entreprises" or len(mot.brut) not in debuts.LONGUEURS or not _inacheve(mot, question):
        return []
    return [(debuts.CHAMP, debuts.MARQUES[champ] + mot.brut) for champ in classement.poids_des_debuts(question)]


def debut(champ: str, mot: str) -> Query:
    """Prefix query on a field."""
    return Query.fuzzy_term_query(schema(), champ, mot, 0, prefix=True)


def _exacts(question: Question) -> list[Query]:
    comparer: dict[classement.Comparaison, Callable[[str, str], Query]] = {
        "terme": terme,
        "debut": lambda _champ, _cle: _debut_de_nom(question),
        "faute": lambda champ, cle: Query.fuzzy_term_query(schema(), champ, cle, 1),
    }
    noms = classement.noms_exacts(question)
    return [Query.const_score_query(comparer[c](champ, cle), poids) for c, champ, cle, poids in noms]


def _debut_de_nom(question: Question) -> Query:
    if question.genre == "entreprises" and len(question.cle) in debuts.LONGUEURS_DE_NOM:
        return terme(debuts.CHAMP, debuts.MARQUE_DE_NOM + question.cle)
    return debut("exact", question.cle)
