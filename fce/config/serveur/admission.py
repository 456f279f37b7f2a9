"""Ask the application, before its body is read, whether it accepts a request: who may send it, and how much.

The application is run a first time on a body that is not there. Either it answers, which is a refusal, or its first
read of the body stops it: the body may come, and the application is run again once it is here, whole. A sender
that is slow, or announces a gibibyte and sends nothing, thus holds no thread. What a view does before it reads the
form is done twice: it only checks, and counters of requests count one run.
"""

import io
from collections.abc import Callable, Iterable
from typing import Any, Final, NoReturn

from django.core.signals import request_finished

from fce.socle import compteurs

CONTINUER: Final = "100 Continue"
"""Status of an application that wants to read the body."""


class _CorpsDemande(BaseException):
    """The body is asked for. Not an Exception: no view nor middleware takes it for an error of its own."""


class _CorpsAVenir(io.BufferedIOBase):
    """A body that is not there: whoever reads it raises _CorpsDemande."""

    def read(self, taille: int | None = -1) -> NoReturn:
        raise _CorpsDemande

    read1 = readline = readlines = read

    def __next__(self) -> NoReturn:
        raise _CorpsDemande


CORPS_A_VENIR: Final = _CorpsAVenir()


def demander_sans_corps(
    application: Callable[..., Iterable[bytes]], environ: dict[str, Any], commencer: Any
) -> Iterable[bytes]:
    """Run the application (WSGI) without its body; its answer, or an empty one whose status is ``CONTINUER``."""
    with compteurs.en_suspens() as comptes:
        try:
            reponse = application(environ, commencer)
        except _CorpsDemande:
            # Django gives its connections back when an answer is closed, and there is none to close.
            request_finished.send(sender=demander_sans_corps)
            commencer(CONTINUER, [])
            return ()
    for compter in comptes:
        compter()
    return reponse
