"""Things done at once for real: one thread and one connection each, every one committing what it does."""

from __future__ import annotations

import threading
from collections.abc import Callable

from django.db import connection


def ensemble(*travaux: Callable[[], object]) -> list[BaseException]:
    """Run them in threads that start together, each with its connection; return what they raised."""
    fautes: list[BaseException] = []
    depart = threading.Barrier(len(travaux))

    def mener(travail: Callable[[], object]) -> None:
        try:
            connection.ensure_connection()
            depart.wait(30)
            travail()
        except BaseException as faute:
            fautes.append(faute)
        finally:
            connection.close()

    fils = [threading.Thread(target=mener, args=(travail,)) for travail in travaux]
    for fil in fils:
        fil.start()
    for fil in fils:
        fil.join()
    return fautes
