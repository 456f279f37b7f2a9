"""Render pages in a separate process on a data folder, then roll back what they write."""

import os
from collections.abc import Callable
from typing import TypeVar

Lue = TypeVar("Lue")


def rendre(pages: Callable[[], dict[str, Lue]]) -> dict[str, Lue]:
    """Result of ``pages``, run in a rolled-back transaction while the embedded server runs."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "fce.config.settings"
    from fce.exploitation.serveur import menage

    menage.espacer_la_collecte()
    import django
    from django.conf import settings
    from django.db import connections, transaction

    django.setup()
    settings.ALLOWED_HOSTS.append("testserver")
    with settings.CLUSTER_EMBARQUE.en_marche():
        # Marked as a test case's transaction: the journal then writes in it, and is rolled back too.
        essai = transaction.atomic()
        essai._from_testcase = True  # type: ignore[attr-defined]
        with essai:
            rendues = pages()
            transaction.set_rollback(True)
        connections.close_all()
    return rendues
