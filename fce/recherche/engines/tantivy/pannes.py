"""What goes wrong with the files of an index, said in one sentence whatever the library makes of it."""

from contextlib import AbstractContextManager
from types import TracebackType
from typing import Final

import structlog

from fce.socle.erreurs import IndexIllisible, IndexIndisponible

log = structlog.get_logger(__name__)

ILLISIBLE = "L’index de recherche est abîmé ou inaccessible : vérifiez son dossier, puis lancez « fce index --forcer »."


class _Lecture:
    """Entered some twenty times for one question: a generator would take as long as what it watches."""

    def __enter__(self) -> None:
        return

    def __exit__(
        self, genre: type[BaseException] | None, erreur: BaseException | None, trace: TracebackType | None
    ) -> None:
        if erreur is None or isinstance(erreur, IndexIndisponible):
            return
        # A panic of the library is not even an Exception.
        if isinstance(erreur, Exception) or type(erreur).__name__ == "PanicException":
            raise illisible(erreur) from erreur


_LECTURE: Final = _Lecture()


def lecture() -> AbstractContextManager[None]:
    """Turn what goes wrong inside the library, or in a file of the index, into ``IndexIllisible``: whatever a damaged
    file makes it raise."""
    return _LECTURE


def illisible(erreur: BaseException) -> IndexIllisible:
    """The expected error that stands for one of the library."""
    # Its message may hold a word that somebody searched.
    log.error("index illisible : %s", type(erreur).__name__)
    return IndexIllisible(ILLISIBLE)
