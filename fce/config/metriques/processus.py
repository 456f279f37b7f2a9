"""Meters of the processes: prometheus-client in multi-process mode, one set of memory-mapped files per worker.

A worker reserves its files when it starts: a write to a mapped file that a full disk cannot extend would kill the
process (SIGBUS).
"""

import os
import shutil
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import structlog

from fce.socle.travaux import mesures

if TYPE_CHECKING:
    from prometheus_client import CollectorRegistry

DOSSIER: Final = "PROMETHEUS_MULTIPROC_DIR"
"""Environment variable that prometheus-client reads when it is imported."""
OCTETS: Final = 1024**2
"""Size of a file: what prometheus-client creates, five times what all the views of the site write."""
_GENRES: Final = ("counter", "histogram", "gauge_livesum")
log = structlog.get_logger("fce.metriques")


def partager(dossier: Path) -> None:
    """Have the processes started from now on share their meters in ``dossier``, emptied of a former run."""
    shutil.rmtree(dossier, ignore_errors=True)
    dossier.mkdir(mode=0o700, parents=True)
    os.environ[DOSSIER] = str(dossier)


def brancher() -> None:
    """Plug the meters into this process; without room for their files, serve without them."""
    if DOSSIER in os.environ and not _reserver(Path(os.environ[DOSSIER])):
        return
    import prometheus_client as p

    fabriques: dict[str, Any] = {"compteur": p.Counter, "jauge": p.Gauge, "histogramme": p.Histogram}
    propres = {"jauge": {"multiprocess_mode": "livesum"}}
    for mesure in mesures.TOUTES:
        if mesure.compteur_reel is None:
            options = {"buckets": mesure.seaux} if mesure.seaux else propres.get(mesure.genre, {})
            mesure.compteur_reel = fabriques[mesure.genre](mesure.nom, mesure.aide, mesure.etiquettes, **options)


def _reserver(dossier: Path) -> bool:
    try:
        for genre in _GENRES:
            descripteur = os.open(dossier / f"{genre}_{os.getpid()}.db", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            try:
                os.posix_fallocate(descripteur, 0, OCTETS)
            finally:
                os.close(descripteur)
    except OSError as erreur:
        log.error("metriques_indisponibles", erreur=type(erreur).__name__)
        return False
    return True


def registre(dossier: Path | None) -> "CollectorRegistry":
    """The meters to expose: those shared in ``dossier``, else those of this process alone."""
    import prometheus_client as p
    from prometheus_client import multiprocess

    if dossier is None:
        return p.REGISTRY
    ensemble = p.CollectorRegistry()
    _oublier_les_morts(dossier)
    multiprocess.MultiProcessCollector(ensemble, path=str(dossier))
    return ensemble


def _oublier_les_morts(dossier: Path) -> None:
    """Delete the gauges of the workers that have died; their counters stay, since a counter never decreases."""
    for fichier in dossier.glob("gauge_live*_*.db"):
        pid = int(fichier.stem.rpartition("_")[2])
        if not Path(f"/proc/{pid}").exists():
            with suppress(FileNotFoundError):
                fichier.unlink()
