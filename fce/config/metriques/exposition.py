"""The port of the metrics: a small HTTP server of its own, on loopback or a private address."""

import threading
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.conf import settings

from fce.config.metriques import processus
from fce.config.metriques.adresse import lire
from fce.socle.postgres.ecoute import verifier_port


def exposer(*, partages: bool = False) -> None:
    """Serve the metrics at ``FCE_METRIQUES`` from a thread, until the process ends; do nothing when it is empty.

    ``partages``: the meters are those of the processes started from now on; else those of this one. Raises
    ParametreInvalide when the port is taken.
    """
    if not settings.FCE_METRIQUES:
        return
    from prometheus_client import start_http_server

    hote, port = lire(settings.FCE_METRIQUES)
    verifier_port(hote, port, "FCE_METRIQUES")
    dossier: Path | None = None
    if partages:
        # By port, because the instances of a machine share their data folder.
        dossier = settings.FCE_DATA_DIR / "metriques" / str(port)
        processus.partager(dossier)
    else:
        processus.brancher()
    start_http_server(port, hote, RegistreExpose(dossier))


class RegistreExpose:
    """The meters of the processes, then what the collector reads, as one registry of prometheus-client."""

    def __init__(self, dossier: Path | None) -> None:
        from fce.config.metriques.collecteur import Collecteur

        self._dossier, self._collecteur = dossier, Collecteur()
        # The files of the workers are read whole: one scrape at a time.
        self._verrou = threading.Lock()

    def restricted_registry(self, names: Iterable[str]) -> Any:
        """Return the whole registry: the parameter ``name[]`` of a scrape is ignored."""
        return self

    def collect(self) -> Iterable[Any]:
        with self._verrou:
            yield from processus.registre(self._dossier).collect()
            yield from self._collecteur.collect()
