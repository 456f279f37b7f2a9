"""Run functions concurrently, each in a thread with its own connection, which commits."""

from __future__ import annotations

import threading
from collections.abc import Callable

from django.db import connection, connections


def ensemble(*travaux: Callable[[], object]) -> list[BaseException]:
    """Start them together; return the exceptions raised."""
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
            connections.close_all()

    fils = [threading.Thread(target=mener, args=(travail,)) for travail in travaux]
    for fil in fils:
        fil.start()
    for fil in fils:
        fil.join()
    return fautes
