"""Pages rendered by a process of their own, in the environment of a data folder; what they write is undone."""

import os
from collections.abc import Callable
from typing import TypeVar

Lue = TypeVar("Lue")


def rendre(pages: Callable[[], dict[str, Lue]]) -> dict[str, Lue]:
    """What ``pages`` returns, in a transaction that is undone, the embedded server running."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "fce.config.settings"
    from fce.config import menage

    menage.espacer_la_collecte()
    import django
    from django.conf import settings
    from django.db import connections, transaction

    django.setup()
    settings.ALLOWED_HOSTS.append("testserver")
    with settings.CLUSTER_EMBARQUE.en_marche():
        # As a test case opens it: the journal is written in it, and undone with it.
        essai = transaction.atomic()
        essai._from_testcase = True  # type: ignore[attr-defined]
        with essai:
            rendues = pages()
            transaction.set_rollback(True)
        connections.close_all()
    return rendues
