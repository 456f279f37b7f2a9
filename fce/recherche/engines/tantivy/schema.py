"""The tantivy schema, derived from the table of fields of the documents."""

from functools import lru_cache

from tantivy import Filter, Index, Schema, SchemaBuilder, TextAnalyzer, TextAnalyzerBuilder, Tokenizer

from fce.recherche.champs import CHAMPS, Indexation
from fce.recherche.engines.tantivy import debuts

DECOUPEUR = "mots"
"""Cuts at white space: the words of a text, and the values of a field that has several. One text costs the engine a
tenth less than as many values."""
SILENCE = "silence"
"""Tokenizer of a text that is only kept: it gives no word."""


@lru_cache(maxsize=1)
def schema() -> Schema:
    """Return the one schema of all the fragments (same field order, so that a query serves them all)."""
    b = SchemaBuilder()
    for nom, champ in CHAMPS.items():
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
    b.add_text_field(debuts.CHAMP, tokenizer_name=DECOUPEUR, index_option="basic")
    return b.build()


@lru_cache(maxsize=1)
def _decoupeur() -> TextAnalyzer:
    # Words arrive analysed: only spaces are left to cut at.
    return TextAnalyzerBuilder(Tokenizer.whitespace()).build()


@lru_cache(maxsize=1)
def _silence() -> TextAnalyzer:
    return TextAnalyzerBuilder(Tokenizer.raw()).filter(Filter.remove_long(1)).build()


def preparer(index: Index) -> Index:
    """Register the tokenizers (they live in the process, not in the folder) and leave reloading to us."""
    index.register_tokenizer(DECOUPEUR, _decoupeur())
    index.register_tokenizer(SILENCE, _silence())
    index.register_fast_field_tokenizer(DECOUPEUR, _decoupeur())
    return index
