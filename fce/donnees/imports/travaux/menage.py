"""Clean-up: partial downloads, folders of dead jobs, files of withdrawn sources, archived deposits."""

import datetime
import shutil
import time
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from fce.donnees.imports.travaux import seau, surveillance
from fce.sources import registre

JOURS_PARTIELS = 7


def nettoyer(maintenant: float | None = None) -> int:
    limite = (maintenant or time.time()) - JOURS_PARTIELS * 86_400
    racine: Path = settings.FCE_DATA_DIR
    vieux = [
        *racine.glob("telechargements/**/.partiel-*"),
        *racine.glob("telechargements/**/.trie-*"),
        *racine.glob("travaux/depot-*"),
    ]
    ouvertes = {source.nom for source in registre.toutes() if source.acces.classe == "C0"}
    # Files downloaded or published for a source that was withdrawn or is no longer open.
    dossiers = [d for d in (*racine.glob("telechargements/*"), *racine.glob("publication/*")) if d.is_dir()]
    vieux += [d for d in dossiers if d.name not in {*ouvertes, "metadonnees", "datagouv"}]
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


def purger_depots(maintenant: datetime.datetime | None = None) -> int:
    """Delete files archived more than ``FCE_DEPOT_CONSERVATION`` days ago in the folder and the bucket; return their
    number.

    Their rows are in the database or were refused: restricted data need no second copy.
    """
    avant = (maintenant or timezone.now()) - datetime.timedelta(days=settings.FCE_DEPOT_CONSERVATION)
    retires = surveillance.purger(settings.FCE_DEPOTS_DIR, avant) if settings.FCE_DEPOTS_DIR else 0
    return retires + (seau.purger(avant) if settings.FCE_DEPOTS_S3 else 0)
