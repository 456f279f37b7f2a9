"""Garbage of a process: cycles of objects are looked for once the answer has left, not in the middle of a page, nor
while the application is loaded."""

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


def espacer_la_collecte() -> None:
    """To be called before a command is loaded: loading makes hundreds of thousands of objects that stay, among which
    Python would look for cycles again and again, for a tenth of the time that a process takes to start."""
    gc.set_threshold(SECOURS, MOYENS, VIEUX)


def suspendre_la_collecte() -> None:
    """To be called before the application is loaded: nothing is looked for until ``installer``."""
    gc.disable()


def installer() -> None:
    """To be called once the application is loaded: declarations and code last as long as the process, and looking for
    cycles among them would take a tenth of a second."""
    gc.collect()
    gc.freeze()
    espacer_la_collecte()
    gc.enable()
    request_finished.connect(ranger, dispatch_uid="menage")


def ranger(**_: Any) -> None:
    """Receiver of ``request_finished``, which Django sends when the server has read the whole answer."""
    jeunes, moyens, vieux = gc.get_count()
    if jeunes > JEUNES:
        gc.collect(2 if vieux > VIEUX else 1 if moyens > MOYENS else 0)
