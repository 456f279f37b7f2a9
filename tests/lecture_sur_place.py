"""Readings of the tests, in their own process: the child of each import would cost a second of processor.

All the rest is real: the declaration is sent, the batches come back as the bytes and the JSON of the child. The child
itself is run by ``tests/socle/test_processus_borne.py``, ``tests/sources/lecture/test_isolee.py`` (every source) and
the tests marked ``processus_borne``.
"""

from __future__ import annotations

import json
import pickle
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from fce.socle.erreurs import FCEError
from fce.socle.processus_borne import BornesDuFils, RefusDuFils


def executer_sur_place(
    fonction: Callable[..., Iterable[tuple[Any, bytes]]],
    *arguments: object,
    bornes: BornesDuFils,
    preparer: Callable[[], None] | None = None,
) -> Iterator[tuple[Any, bytes]]:
    """``processus_borne.executer`` without a process, nor its limits."""
    try:
        for dit, octets in fonction(*pickle.loads(pickle.dumps(arguments))):
            yield json.loads(json.dumps(dit)), octets
    except FCEError as erreur:
        raise RefusDuFils(erreur.message, json.loads(json.dumps(erreur.details))) from erreur
