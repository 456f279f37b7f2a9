"""Compiles a question of the port into a tantivy query. User text is never parsed: only analysed words become terms."""

import re
from collections.abc import Iterator, Sequence

from tantivy import FieldType, Occur, Query

from fce.recherche.engines import classement
from fce.recherche.engines.port import CodeCherche, Plage, Question, Quidam
from fce.recherche.engines.tantivy import mots
from fce.recherche.engines.tantivy.mots import terme
from fce.recherche.engines.tantivy.schema import schema

PEU_DE_SIRENS = 200
"""Up to this number, SIREN are looked up one by one: tantivy turns a set of terms into an automaton, which takes 1
ms."""


def compiler(question: Question) -> Query:
    filtres = [mots.sans_score(filtre) for filtre in _filtres(question)]
    if question.mots and not (question.sirens or question.epingles or question.quidams):
        return mots.compiler(question, filtres)  # nothing but its words may answer
    if question.mots or question.sirens:
        return mots.tous([_texte(question), *filtres])
    reste = mots.tous(filtres) if filtres else Query.all_query()
    return _mieux(Query.const_score_query(reste, 1.0), question.usuels, 1.0) if question.notee else reste


def _filtres(question: Question) -> Iterator[Query]:
    yield from (_un_de(groupe) for groupe in question.groupes)
    if question.seulement:
        yield _sirens(question.seulement)
    if question.entre is not None:
        yield Query.range_query(schema(), question.numero, FieldType.Unsigned, *question.entre)
    if question.apres is not None:
        apres = question.apres
        yield Query.range_query(schema(), question.numero, FieldType.Unsigned, apres, None, include_lower=False)
    minimum, maximum = question.creation
    if minimum is not None or maximum is not None:
        yield Query.range_query(schema(), "creation", FieldType.Unsigned, minimum, maximum)


def _texte(question: Question) -> Query:
    texte = mots.compiler(question) if question.mots else None
    if texte is not None and question.nommement:
        # Rank a name that holds all the words first, then people with these names, then words found in several fields.
        entier = [(Occur.Must, mots.nom_entier(question)), (Occur.Should, texte)]
        texte = Query.disjunction_max_query([Query.boolean_query(entier), Query.boost_query(texte, classement.EPARS)])
    ailleurs = [
        *(Query.const_score_query(_numero(question, n), score) for n, score in classement.epingles(question)),
        *map(_quidam, question.quidams),
        *(Query.const_score_query(_sirens(s), score) for s, score in classement.par_etablissement(question)),
    ]
    if not ailleurs:
        return texte or Query.empty_query()
    return Query.disjunction_max_query([texte, *ailleurs] if texte else ailleurs)


def _numero(question: Question, numero: int) -> Query:
    return Query.term_query(schema(), question.numero, numero, index_option="basic")


def _quidam(quidam: Quidam) -> Query:
    exiges = [terme("personnes", code) for code in quidam.codes]
    if quidam.debut:
        exiges.append(_debut_de_personne(quidam.debut, quidam.avec))
    exiges += [mots.un([terme(c, forme) for forme in mot.formes for c in ("commune", "lieux")]) for mot in quidam.lieux]
    return _mieux(Query.const_score_query(mots.tous(exiges), quidam.score), quidam.usuels, quidam.score)


def _mieux(query: Query, usuels: Sequence[str], score: float) -> Query:
    """Score the matching documents ``score``, or more when the person is usually called by one of ``usuels``."""
    if not (usuels and score):
        return query
    appeles = mots.un([terme("personnes", code) for code in usuels])
    bonus = Query.const_score_query(appeles, (classement.USUEL - 1) * score)
    return Query.boolean_query([(Occur.Must, query), (Occur.Should, bonus)])


def _debut_de_personne(debut: str, avec: str) -> Query:
    inacheve, suite = re.escape(debut), "[a-z0-9]*"  # compiles ten times faster than "[^_]*"
    if not avec:
        # A person indexed by a pair is also indexed by each word alone: the many times more numerous pairs need not be
        # read.
        return Query.regex_query(schema(), "personnes", inacheve + suite)
    if len(debut) < classement.LONGUEUR_MIN_PAIRE:
        return mots.debut("personnes", f"{avec}_{debut}")
    # A pair of words is stored in alphabetical order: with an unfinished word, either may come first.
    entier = re.escape(avec)
    return Query.regex_query(schema(), "personnes", f"{inacheve}{suite}_{entier}|{entier}_{inacheve}{suite}")


def _un_de(groupe: tuple[CodeCherche | Quidam | Plage, ...]) -> Query:
    return mots.un([_quidam(c) if isinstance(c, Quidam) else _code(c) for c in groupe])


def _code(code: CodeCherche | Plage) -> Query:
    if isinstance(code, Plage):
        return Query.range_query(schema(), "carreau", FieldType.Unsigned, code.de, code.a)
    cherche = terme(code.champ, code.valeur)
    if code.absent:
        return Query.boolean_query([(Occur.Must, Query.all_query()), (Occur.MustNot, cherche)])
    if code.sauf is None:
        return cherche
    return Query.boolean_query([(Occur.Must, cherche), (Occur.MustNot, terme("codes", code.sauf))])


def _sirens(sirens: tuple[str, ...]) -> Query:
    if len(sirens) <= PEU_DE_SIRENS:
        return mots.un([Query.term_query(schema(), "siren", int(s), index_option="basic") for s in sirens])
    return Query.term_set_query(schema(), "siren", [int(s) for s in sirens])
