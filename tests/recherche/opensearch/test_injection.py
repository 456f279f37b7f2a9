"""What a reader types is a value in a query of OpenSearch, never a part of it: no operator, script or other line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Final

import msgspec
import pytest
from django.http import QueryDict
from hypothesis import given, strategies as st

from fce.recherche.engines.opensearch import questions
from fce.recherche.engines.opensearch.client import _SERIALISER
from fce.recherche.engines.port import EtapeDeRecherche, Question, Quidam
from fce.recherche.question import filtrage
from fce.recherche.question.requete import Requete
from fce.socle.erreurs import ParametreInvalide

CLAUSES: Final = frozenset(
    {
        *("bool", "must", "must_not", "should", "filter", "minimum_should_match", "boost", "term", "terms", "range"),
        *("prefix", "wildcard", "fuzzy", "constant_score", "dis_max", "queries", "match_all", "match_none"),
        *("function_score", "functions", "query", "field_value_factor", "field", "modifier", "missing", "weight"),
        *("boost_mode", "value", "fuzziness", "max_expansions", "gt", "gte", "lte"),
    }
)
CHAMPS: Final = frozenset(
    {
        *("nom", "enseigne", "mots", "exact", "noyau", "personnes", "lieux", "commune", "codes", "siren", "siret"),
        *("creation", "rang", "filtres"),
    }
)
HOSTILES: Final = (
    '"}},{"match_all":{}}', "*:*", 'nom:(a OR b) AND NOT c', "a* ?b \\*", "/.*/", "_exists_:siren",
    '{"script":{"source":"1"}}', '\n{"index":"autre"}\n{"query":{"match_all":{}}}\n', "\u2028{}\r\n", "_search?q=*",
    "../../_cluster/settings", "boulangerie~2^9", "[* TO *]", "\x00nom", "𝕒\ud83d",
)  # fmt: skip


def cles(requete: Any) -> Iterator[str]:
    """The keys of a query, at all its depths."""
    if isinstance(requete, dict):
        for cle, valeur in requete.items():
            yield cle
            yield from cles(valeur)
    elif isinstance(requete, list):
        for valeur in requete:
            yield from cles(valeur)


def posees(texte: str) -> Iterator[Question]:
    """The questions of a text, at each step: typed as words, then as each filter that does not refuse it."""
    for nom in ("q", "dirigeant", "lieu", "naf", "departement", "code_postal", "forme", "effectif", "etat", "tri"):
        parametres = QueryDict(mutable=True)
        parametres.update({"q": "moulin", nom: texte} if nom != "q" else {"q": texte})
        try:
            posee = filtrage.question(Requete.depuis(parametres))
        except ParametreInvalide:
            continue
        for etape in EtapeDeRecherche:
            yield msgspec.structs.replace(posee, etape=etape)


def verifier(texte: str) -> None:
    for posee in posees(texte):
        for requete in (questions.compiler(posee), questions.pesee(posee), questions.nom_entier(posee)):
            inconnues = set(cles(requete)) - CLAUSES - CHAMPS
            assert inconnues == set(), texte
            ligne = _SERIALISER(requete)
            assert b"\n" not in ligne
            assert b"\r" not in ligne
            assert json.loads(ligne) == json.loads(json.dumps(requete))


@pytest.mark.parametrize("texte", HOSTILES)
def test_an_operator_that_is_typed_is_a_word(texte: str) -> None:
    verifier(texte)


@given(st.text(max_size=40))
def test_no_text_adds_a_clause_a_field_or_a_line(texte: str) -> None:
    verifier(texte)


def test_a_star_in_the_name_of_somebody_is_a_star() -> None:
    """The one clause with a pattern."""
    quidam = Quidam(codes=(), debut="du*po?n\\t", avec="je*an", score=1.0)
    requete = json.dumps(questions._quidam(quidam))
    assert json.dumps("du\\*po\\?n\\\\t*_je\\*an") in requete
