"""Garbage collection of a web process: runs between two requests, never during one nor while the application loads."""

import gc
from typing import Any, Final

from django.core.signals import request_finished

# A page leaves a few hundred objects in cycles. With this threshold, a collection takes a few milliseconds, once in
# twenty pages.
JEUNES: Final = 15_000
# Collections of a generation before the next one is collected.
MOYENS, VIEUX = 50, 20
# Limit for a single request: beyond it, Python collects during the request.
SECOURS: Final = 100_000


def espacer_la_collecte() -> None:
    """Call before loading a command: loading creates hundreds of thousands of lasting objects, and Python's collections
    would take a tenth of the start-up time."""
    gc.set_threshold(SECOURS, MOYENS, VIEUX)


def suspendre_la_collecte() -> None:
    """Call before loading the application: no collection until ``installer``."""
    gc.disable()


def installer() -> None:
    """Call once the application is loaded: freeze its objects, which last as long as the process, so that collections
    skip them."""
    gc.collect()
    gc.freeze()
    espacer_la_collecte()
    gc.enable()
    request_finished.connect(ranger, dispatch_uid="menage")


def ranger(**_: Any) -> None:
    """Receiver of ``request_finished``: collect once the server has read the whole answer."""
    jeunes, moyens, vieux = gc.get_count()
    if jeunes > JEUNES:
        gc.collect(2 if vieux > VIEUX else 1 if moyens > MOYENS else 0)
