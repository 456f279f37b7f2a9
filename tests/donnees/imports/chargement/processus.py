"""Run ``fce`` in a separate process on the database of the tests, so that a test can kill it.

``lancer`` starts this module with one JSON argument: the database, the arguments of ``fce``, and the pause between
batches. Prints "prêt" when the command begins.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from typing import Any

TAILLE_LENTE = 50
CATALOGUE = "catalogue"


def lancer(*arguments: object, pause: float = 0, mode: str = "") -> "subprocess.Popen[str]":
    """Start ``fce <arguments>`` on the database of the tests; ``pause``: seconds after each 50 rows (0 = none).

    ``mode``: name of one of ``test_modes.MODES``, whose source is then the only one known; CATALOGUE = the real ones.
    """
    from django.db import connection

    base = {nom: connection.settings_dict[nom] for nom in ("NAME", "USER", "HOST", "PORT")}
    ordre = json.dumps({"base": base, "arguments": [str(a) for a in arguments], "pause": pause, "mode": mode})
    processus = subprocess.Popen(
        [sys.executable, "-m", __name__, ordre],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )
    assert processus.stdout
    premiere = processus.stdout.readline()
    assert premiere == "prêt\n", premiere + processus.communicate()[0]
    return processus


def _principal(ordre: dict[str, Any]) -> int:
    from django.conf import settings

    settings.DATABASES["default"].update(ordre["base"])
    settings.CLUSTER_EMBARQUE = None

    import django

    django.setup()
    from fce.config.commande import main
    from fce.sources import lecture, registre
    from tests.sources import fabrique

    if ordre["mode"] != CATALOGUE:
        source = fabrique.source_essai()
        if ordre["mode"]:
            from tests.donnees.imports.chargement.test_modes import declaree, partager

            source = declaree(ordre["mode"])
            partager(ordre["mode"], setattr)
        registre.par_nom = lambda: {source.nom: source}  # type: ignore[assignment]
    if ordre["pause"]:
        lecture.lire = _ralentir(lecture.lire, ordre["pause"])
    sys.stdout.write("prêt\n")
    return main(ordre["arguments"])


def _ralentir(lire: Any, pause: float) -> Any:
    def lentement(*args: Any, copie: Any, gardees: Any, **options: Any) -> Iterator[Any]:
        for lot in lire(*args, **options):
            for debut in range(0, lot.lignes.height, TAILLE_LENTE):
                part = lot.lignes.slice(debut, TAILLE_LENTE)
                yield lecture_lot(part.select(gardees), part.select(copie))
                time.sleep(pause)

    from fce.sources.lecture import Lot

    def lecture_lot(part: Any, copiees: Any) -> Lot:
        return Lot(part, [], copiees.height, texte=copiees.write_csv(include_header=False).encode())

    return lentement


if __name__ == "__main__":
    sys.exit(_principal(json.loads(sys.argv[1])))
