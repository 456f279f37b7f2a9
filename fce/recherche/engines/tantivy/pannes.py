"""Turns the failures of tantivy and of the index files into one error with a French message."""

from contextlib import AbstractContextManager
from types import TracebackType
from typing import Final

import structlog

from fce.socle.erreurs import IndexIllisible, IndexIndisponible

log = structlog.get_logger(__name__)

ILLISIBLE = "L’index de recherche est abîmé ou inaccessible : vérifiez son dossier, puis lancez « fce index --forcer »."


class _Lecture:
    """A class rather than a ``@contextmanager`` generator: entered twenty times per question, a generator would take as
    long as the read itself."""

    def __enter__(self) -> None:
        return

    def __exit__(
        self, genre: type[BaseException] | None, erreur: BaseException | None, trace: TracebackType | None
    ) -> None:
        if erreur is None or isinstance(erreur, IndexIndisponible):
            return
        # A Rust panic is a BaseException, not an Exception.
        if isinstance(erreur, Exception) or type(erreur).__name__ == "PanicException":
            raise illisible(erreur) from erreur


_LECTURE: Final = _Lecture()


def lecture() -> AbstractContextManager[None]:
    """Turn any failure of tantivy or of an index file into ``IndexIllisible``, panics included."""
    return _LECTURE


def illisible(erreur: BaseException) -> IndexIllisible:
    """Log a failure of tantivy and return the error to raise instead."""
    # The message of tantivy may hold a word that somebody searched: log only its type.
    log.error("index illisible : %s", type(erreur).__name__)
    return IndexIllisible(ILLISIBLE)
