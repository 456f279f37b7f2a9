"""Ask the application whether it accepts a request before reading its body: who may send, and how much.

The application runs a first time without the body. Either it answers, which is a refusal, or it tries to read the body:
the server then receives the body whole and runs the application again. A slow sender, or one that announces a gibibyte
and sends nothing, thus holds no thread. Whatever a view does before reading the form runs twice, so it must only check;
rate counters count one run only.
"""

import io
from collections.abc import Callable, Iterable
from typing import Any, Final, NoReturn

from django.core.signals import request_finished

from fce.socle.web import compteurs

CONTINUER: Final = "100 Continue"
"""Status that means: the application wants the body."""


class _CorpsDemande(BaseException):
    """Raised by reading the missing body. A BaseException, so that no view or middleware catches it."""


class _CorpsAVenir(io.BufferedIOBase):
    """The missing body: any read raises _CorpsDemande."""

    def read(self, taille: int | None = -1) -> NoReturn:
        raise _CorpsDemande

    read1 = readline = readlines = read

    def __next__(self) -> NoReturn:
        raise _CorpsDemande


CORPS_A_VENIR: Final = _CorpsAVenir()


def demander_sans_corps(
    application: Callable[..., Iterable[bytes]], environ: dict[str, Any], commencer: Any
) -> Iterable[bytes]:
    """Run the WSGI application without its body. Return its answer, or an empty one with the status ``CONTINUER``."""
    with compteurs.en_suspens() as comptes:
        try:
            reponse = application(environ, commencer)
        except _CorpsDemande:
            # Django releases its connections when an answer is closed; there is none here.
            request_finished.send(sender=demander_sans_corps)
            commencer(CONTINUER, [])
            return ()
    for compter in comptes:
        compter()
    return reponse
