"""Checks of a case of the reference list: a pointer in the answer, an operator, a value."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

ABSENT: Final = object()
_COMPARER: Final[dict[str, Callable[[Any, Any], bool]]] = {
    "eq": operator.eq,
    "ne": operator.ne,
    "gt": operator.gt,
    "gte": operator.ge,
    "lte": operator.le,
    "contains": lambda vu, voulu: voulu in vu,
    "in": lambda vu, voulu: vu in voulu,
    "startswith": lambda vu, voulu: str(vu).startswith(voulu),
    "regex": lambda vu, voulu: re.search(voulu, str(vu)) is not None,
    "exists": lambda vu, _: vu is not ABSENT,
    "absent": lambda vu, _: vu is ABSENT,
    "not_null": lambda vu, _: vu not in (None, ABSENT),
    "len_gt": lambda vu, voulu: len(vu) > voulu,
    "all_len_lte": lambda vu, voulu: len(vu) <= voulu,
    "all_eq": operator.eq,
    "all_ne": operator.ne,
}


def fautes(reponse: Any, verifications: list[Mapping[str, Any]]) -> list[str]:
    """What an answer does not meet of the checks of a case."""
    return [
        f"{v['pointer']} {v['op']} {v.get('value')!r} : {vu!r}"
        for v in verifications
        for vu in _lire(reponse, v["pointer"].split("/")[1:])
        if not _COMPARER[v["op"]](vu, v.get("value"))
    ]


def _lire(objet: Any, chemin: list[str]) -> Iterator[Any]:
    if not chemin:
        yield objet
        return
    tete, *suite = chemin
    if tete == "*":
        for element in objet:
            yield from _lire(element, suite)
    elif isinstance(objet, list):
        yield from _lire(objet[int(tete)] if int(tete) < len(objet) else ABSENT, suite)
    elif isinstance(objet, Mapping):
        yield from _lire(objet.get(tete, ABSENT), suite)
    else:
        yield ABSENT
