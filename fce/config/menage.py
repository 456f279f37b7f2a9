"""Garbage of a web process: cycles of objects are looked for once the answer has left, not in the middle of a page."""

import gc
from typing import Any, Final

from django.core.signals import request_finished

# A page leaves a few hundred objects that hold each other. Looked for by fifteen thousand, they are found in a few
# milliseconds, once in twenty pages.
JEUNES: Final = 15_000
# Collections of one age before those older are looked at.
MOYENS, VIEUX = 50, 20
# Whatever a single request makes, memory stays within bounds: beyond, Python looks by itself.
SECOURS: Final = 100_000


def installer() -> None:
    """To be called once the application is loaded: declarations and code last as long as the process, and looking for
    cycles among them would take a tenth of a second."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(SECOURS, MOYENS, VIEUX)
    request_finished.connect(ranger, dispatch_uid="menage")


def ranger(**_: Any) -> None:
    """Receiver of ``request_finished``, which Django sends when the server has read the whole answer."""
    jeunes, moyens, vieux = gc.get_count()
    if jeunes > JEUNES:
        gc.collect(2 if vieux > VIEUX else 1 if moyens > MOYENS else 0)
