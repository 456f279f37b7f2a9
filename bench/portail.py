"""A portal for a bench: sets this process up on an empty data folder with an embedded database."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path

from bench.dossiers import dossier_de_mesure

SANS_LIMITES = {"FCE_DEBIT": "0", "FCE_VOLUMES": "10000000/604800"}
"""A bench reads more per minute than any reader may."""


@contextmanager
def portail(
    nom: str, dossier: Path | None = None, remplir: Callable[[Path], None] | None = None, **reglages: str
) -> Iterator[Path]:
    """Yield the data folder of a running portal: temporary, or ``dossier``, kept between runs.

    ``remplir`` fills a new folder while its database is stopped; without it, only the schema is made.
    """
    with dossier_de_mesure(nom) as temporaire:
        var = (dossier or Path(temporaire) / "var").absolute()
        with ouvert(var, remplir, **reglages):
            yield var


@contextmanager
def ouvert(var: Path, remplir: Callable[[Path], None] | None = None, **reglages: str) -> Iterator[bool]:
    """Set this process up on a data folder and start its database; tell whether the folder is new.

    No module of the portal may be imported before, because Django reads its settings once. The process may write unless
    ``FCE_ROLE`` is ``web``.
    """
    neuf = not var.is_dir()
    os.environ |= {"FCE_DATA_DIR": str(var), "FCE_ROLE": "tache", "DJANGO_SETTINGS_MODULE": "fce.config.settings"}
    os.environ |= reglages
    for ailleurs in ("DATABASE_URL", "FCE_SEARCH_URL"):
        os.environ.pop(ailleurs, None)
    import django

    if os.environ["FCE_ROLE"] == "web":
        import_module("fce.config.wsgi")  # as the server does
    else:
        django.setup()
    from django.conf import settings
    from django.core.management import call_command
    from django.db import connection

    assert settings.CLUSTER_EMBARQUE is not None
    if neuf and remplir:
        remplir(var)
    with settings.CLUSTER_EMBARQUE.en_marche():
        if neuf and not remplir:
            call_command("migrate", verbosity=0, skip_checks=True)
        yield neuf
        connection.close()
