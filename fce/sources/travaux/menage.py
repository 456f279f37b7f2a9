"""What time leaves behind: partial downloads given up, temporary folders of dead jobs, files of sources withdrawn."""

import shutil
import time
from pathlib import Path

from django.conf import settings

from fce.sources import registre

JOURS_PARTIELS = 7


def nettoyer(maintenant: float | None = None) -> int:
    """Remove them; how many. Never touches a file that a job of the last week wrote."""
    limite = (maintenant or time.time()) - JOURS_PARTIELS * 86_400
    racine: Path = settings.FCE_DATA_DIR
    vieux = [
        *racine.glob("telechargements/**/.partiel-*"),
        *racine.glob("telechargements/**/.trie-*"),
        *racine.glob("travaux/depot-*"),
    ]
    connues = {source.nom for source in registre.toutes()}
    vieux += [d for d in racine.glob("telechargements/*") if d.is_dir() and d.name not in connues]
    retires = 0
    for chemin in vieux:
        try:
            if chemin.stat().st_mtime >= limite:
                continue
        except FileNotFoundError:
            continue
        shutil.rmtree(chemin, ignore_errors=True) if chemin.is_dir() else chemin.unlink(missing_ok=True)
        retires += 1
    return retires
