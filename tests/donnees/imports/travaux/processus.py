"""A real ``fce worker`` in a separate process on the database of the tests, to be stopped or killed."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

NOM = "essai-ouvert"


def source() -> Any:
    """Source added to the catalogue of these workers."""
    from tests.sources import fabrique

    return fabrique.declarer(NOM, fabrique.Essai, adresses=("https://exemple.fr/essai.csv",))


def lancer(
    *options: str, reglages: dict[str, str], pause: float = 0, silence: float = 30, arret: float = 5
) -> "subprocess.Popen[str]":
    """``pause``: seconds after each batch of rows; ``silence``: see ``taches.SILENCE_S``; ``arret``: seconds left to
    running jobs when the worker stops."""
    from django.db import connection

    base = {nom: connection.settings_dict[nom] for nom in ("NAME", "USER", "HOST", "PORT")}
    ordre = json.dumps({"base": base, "options": options, "pause": pause, "silence": silence, "arret": arret})
    return subprocess.Popen(
        [sys.executable, "-m", __name__, ordre],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1", **reglages},
    )


def attendre(condition: Callable[[], Any], processus: "subprocess.Popen[str]", delai_s: float = 90) -> None:
    """Wait for ``condition``; fail with the worker's output if it died or took too long."""
    fin = time.monotonic() + delai_s
    while not condition():
        if processus.poll() is not None or time.monotonic() > fin:
            processus.kill()
            raise AssertionError(processus.communicate()[0])
        time.sleep(0.1)


def _principal(ordre: dict[str, Any]) -> int:
    from django.conf import settings

    settings.DATABASES["default"].update(ordre["base"])
    settings.CLUSTER_EMBARQUE = None
    settings.FCE_INDEX_DIR = Path(settings.FCE_DATA_DIR) / "index"
    import django

    django.setup()
    from fce.config.commande import main
    from fce.donnees.imports.management.commands import worker
    from fce.donnees.imports.travaux import taches
    from fce.sources import registre

    seule = source()
    catalogue = registre.par_nom()
    registre.par_nom = lambda: {**catalogue, seule.nom: seule}  # type: ignore[assignment]
    taches.SILENCE_S = ordre["silence"]
    worker._DELAI_D_ARRET_S = ordre["arret"]
    if ordre["pause"]:
        from fce.sources import lecture

        lecture.lire = _ralentir(lecture.lire, ordre["pause"])
    return main(["worker", *ordre["options"]])


def _ralentir(lire: Any, pause: float) -> Any:
    """Batches of 50 rows, with a pause and a heartbeat after each, as with a long file."""
    from fce.sources.lecture import Lot

    def lentement(*args: Any, progression: Any, copie: Any, gardees: Any, **options: Any) -> Iterator[Any]:
        for lot in lire(*args, progression=progression, **options):
            for debut in range(0, lot.lignes.height, 50):
                part = lot.lignes.slice(debut, 50)
                texte = part.select(copie).write_csv(include_header=False).encode()
                yield Lot(part.select(gardees), [], part.height, texte=texte)
                time.sleep(pause)
                progression(debut, lot.lignes.height)

    return lentement


if __name__ == "__main__":
    sys.exit(_principal(json.loads(sys.argv[1])))
