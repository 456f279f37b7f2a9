"""Entry point of an indexing process: imported in a fresh interpreter, before ``django.setup()``."""

import gc
import os
from typing import Any


def travailler(geste: str, chantier: Any, fragment: int, quoi: Any, base: str, canal: Any) -> None:
    """Write one fragment from the database ``base`` with the function ``geste`` of ``fragments``.

    Sends its progress, then the counts or the error, to ``canal``.
    """
    # There is already one process per processor: a second polars thread would only wait.
    os.environ.setdefault("POLARS_MAX_THREADS", "1")
    import django

    django.setup()
    from django.db import connection

    from fce.recherche.index import fragments
    from fce.socle.travaux import priorite

    connection.settings_dict["NAME"] = base
    priorite.ceder()
    connection.ensure_connection()
    priorite.ceder_avec(connection.connection)
    # Documents form no reference cycle: the collector would cost a tenth of the time.
    gc.disable()
    pere = os.getppid()

    def dire(n: int) -> None:
        if os.getppid() != pere:  # killed: nobody will switch to what we write
            os._exit(1)
        canal.put((fragment, "lecture", n))

    try:
        canal.put((fragment, "fini", getattr(fragments, geste)(chantier, fragment, quoi, dire)))
    except Exception as erreur:
        canal.put((fragment, "erreur", type(erreur).__name__))
        raise
