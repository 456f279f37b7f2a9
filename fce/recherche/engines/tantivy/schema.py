"""The tantivy schema, derived from ``documents.CHAMPS``."""

from functools import lru_cache

from tantivy import Filter, Index, Schema, SchemaBuilder, TextAnalyzer, TextAnalyzerBuilder, Tokenizer

from fce.recherche.engines.champs import CHAMPS, Indexation
from fce.recherche.engines.tantivy import debuts

DECOUPEUR = "mots"
"""Tokenizer that splits on white space: the words of a text, or the values of a multi-valued field. One joined text
costs tantivy a tenth less than separate values."""
SILENCE = "silence"
"""Tokenizer of a stored-only text: it yields no token."""


@lru_cache(maxsize=1)
def schema() -> Schema:
    """The schema shared by all fragments: with the same field order, one query serves them all."""
    b = SchemaBuilder()
    for nom, champ in CHAMPS.items():
        if nom == "carreau":
            # Later fields come last: those of an index built before keep their rank.
            b.add_text_field(debuts.CHAMP, tokenizer_name=DECOUPEUR, index_option="basic")
        match champ:
            case Indexation.MOTS | Indexation.CODES | Indexation.CODE:
                b.add_text_field(nom, tokenizer_name=DECOUPEUR, index_option="basic")
            case Indexation.CODE_COMPTE | Indexation.CODE_TRI:
                b.add_text_field(nom, tokenizer_name=DECOUPEUR, index_option="basic", fast=True)
            case Indexation.ENTIER:
                b.add_unsigned_field(nom, fast=True)
            case Indexation.GARDE:
                b.add_text_field(nom, stored=True, tokenizer_name=SILENCE, index_option="basic")
            case Indexation.NUMERO:
                b.add_unsigned_field(nom, stored=True, indexed=True, fast=True)
            case Indexation.LIGNE:
                b.add_bytes_field(nom, stored=True)
    return b.build()


@lru_cache(maxsize=1)
def _decoupeur() -> TextAnalyzer:
    # Words arrive analysed: only split on spaces.
    return TextAnalyzerBuilder(Tokenizer.whitespace()).build()


@lru_cache(maxsize=1)
def _silence() -> TextAnalyzer:
    return TextAnalyzerBuilder(Tokenizer.raw()).filter(Filter.remove_long(1)).build()


def preparer(index: Index) -> Index:
    """Register the tokenizers (tantivy keeps them per process, not in the folder); readers are reloaded by hand."""
    index.register_tokenizer(DECOUPEUR, _decoupeur())
    index.register_tokenizer(SILENCE, _silence())
    index.register_fast_field_tokenizer(DECOUPEUR, _decoupeur())
    return index
