"""Messages of argparse in French: Python ships no translation of them."""

import argparse
from typing import Any, Final, cast

_PHRASES: Final = {
    "usage: ": "Usage : ",
    "positional arguments": "arguments",
    "show this help message and exit": "montrer cette aide",
    "%(prog)s: error: %(message)s\n": "%(prog)s : %(message)s\n",
    "argument %(argument_name)s: %(message)s": "%(argument_name)s : %(message)s",
    "the following arguments are required: %s": "il manque %s",
    "unrecognized arguments: %s": "option ou argument inconnu : %s",
    "invalid %(type)s value: %(value)r": "%(value)r n’est pas de la forme attendue (%(type)s)",
    "invalid choice: %(value)r (choose from %(choices)s)": "%(value)r n’est pas l’un de : %(choices)s",
    "expected one argument": "une valeur est attendue",
    "expected at least one argument": "une valeur au moins est attendue",
}


def parler_francais() -> None:
    """Replace the function by which argparse looks up a translation."""
    cast(Any, argparse)._ = lambda phrase: _PHRASES.get(phrase, phrase)
