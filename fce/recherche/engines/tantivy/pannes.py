"""What goes wrong with the files of an index, said in one sentence whatever the library makes of it."""

from collections.abc import Iterator
from contextlib import contextmanager

import structlog

from fce.socle.erreurs import IndexIllisible, IndexIndisponible

log = structlog.get_logger(__name__)

ILLISIBLE = "L’index de recherche est abîmé ou inaccessible : vérifiez son dossier, puis lancez « fce index --forcer »."


@contextmanager
def lecture() -> Iterator[None]:
    """Turn what goes wrong inside the library, or in a file of the index, into ``IndexIllisible``.

    Whatever a damaged file makes it raise; a panic of the library is not even an Exception.
    """
    try:
        yield
    except IndexIndisponible:
        raise
    except Exception as erreur:
        raise illisible(erreur) from erreur
    except BaseException as erreur:
        if type(erreur).__name__ == "PanicException":
            raise illisible(erreur) from erreur
        raise


def illisible(erreur: BaseException) -> IndexIllisible:
    """The expected error that stands for one of the library."""
    # Its message may hold a word that somebody searched.
    log.error("index illisible : %s", type(erreur).__name__)
    return IndexIllisible(ILLISIBLE)
