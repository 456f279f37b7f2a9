"""Entry of an indexing process: imported in a fresh interpreter, before Django knows its applications."""

import gc
import os
from typing import Any


def travailler(chantier: Any, fragment: int, parts: list[tuple[str | None, str | None]], base: str, canal: Any) -> None:
    """Write one fragment from the database ``base``; say on ``canal`` how far, then the counts or the error."""
    import django

    django.setup()
    from django.db import connection

    from fce.recherche.fragments import ecrire_fragment

    connection.settings_dict["NAME"] = base
    # Documents hold no cycle: looking for some would cost a tenth of the time.
    gc.disable()
    pere = os.getppid()

    def dire(n: int) -> None:
        if os.getppid() != pere:  # killed: nobody will switch to what we write
            os._exit(1)
        canal.put((fragment, "lecture", n))

    try:
        canal.put((fragment, "fini", ecrire_fragment(chantier, fragment, parts, dire)))
    except Exception as erreur:
        canal.put((fragment, "erreur", type(erreur).__name__))
        raise
