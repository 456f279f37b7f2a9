"""What argparse says to whoever types a command wrong, in French: Python ships no translation of it."""

import argparse
from typing import Any, Final, cast

_PHRASES: Final = {
    "usage: ": "Usage : ",
    "positional arguments": "arguments",
    "options": "options",
    "show this help message and exit": "montrer cette aide",
    "%(prog)s: error: %(message)s\n": "%(prog)s : %(message)s\n",
    "argument %(argument_name)s: %(message)s": "%(argument_name)s : %(message)s",
    "the following arguments are required: %s": "il manque %s",
    "unrecognized arguments: %s": "option ou argument inconnu : %s",
    "one of the arguments %s is required": "il faut l’une de ces options : %s",
    "not allowed with argument %s": "ne va pas avec %s",
    "ambiguous option: %(option)s could match %(matches)s": "%(option)s peut être %(matches)s : précisez",
    "invalid %(type)s value: %(value)r": "%(value)r n’est pas de la forme attendue (%(type)s)",
    "invalid choice: %(value)r (choose from %(choices)s)": "%(value)r n’est pas l’un de : %(choices)s",
    "unknown parser %(parser_name)r (choices: %(choices)s)": "%(parser_name)r n’est pas l’un de : %(choices)s",
    "expected one argument": "une valeur est attendue",
    "expected at most one argument": "une valeur au plus est attendue",
    "expected at least one argument": "une valeur au moins est attendue",
    "ignored explicit argument %r": "ne prend pas de valeur (%r)",
    "expected %s argument": "%s valeur est attendue",
    "expected %s arguments": "%s valeurs sont attendues",
}


def parler_francais() -> None:
    """Replace the two functions by which argparse looks up a translation."""
    module = cast(Any, argparse)
    module._ = lambda phrase: _PHRASES.get(phrase, phrase)
    module.ngettext = lambda un, plusieurs, n: module._(un if n == 1 else plusieurs)
