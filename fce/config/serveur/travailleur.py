"""A worker process of ``fce serve``: what it loads before it listens, and how it stops."""

import asyncio
import resource
import signal
import sys
from collections.abc import Awaitable, Callable
from typing import Any, Final

from fce.config.serveur import prises

DELAI_D_ARRET_S: Final = 5.0
"""Seconds left to the current answers before their connections are closed."""
DESCRIPTEURS: Final = 8192
_PAS_S: Final = 0.05
TOUR_S: Final = 0.001
"""Seconds before a computing thread yields the interpreter. With Python's default of 5 ms, a request, which crosses
three threads, would wait 5 ms three times behind a page being rendered."""
Asgi = Callable[[dict[str, Any], Any, Any], Awaitable[None]]


def charger(port: int) -> Asgi:
    """Return the ASGI application of a worker for ``port``, with Django loaded and its caches warm."""
    _, dur = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(dur, DESCRIPTEURS) if dur > 0 else DESCRIPTEURS, dur))

    sys.setswitchinterval(TOUR_S)

    from fce.config import menage

    menage.suspendre_la_collecte()
    from django.conf import settings
    from django.utils.module_loading import import_string

    # Importing the application sets Django up, in this process only.
    application = import_string(settings.WSGI_APPLICATION)
    from fce.config.serveur import rodage  # isort: skip
    from fce.config.serveur.pont import Pont  # isort: skip
    from fce.echanges.pieces.antivirus import annoncer_antivirus  # isort: skip

    dossier = settings.FCE_DATA_DIR / "tampons"
    dossier.mkdir(mode=0o700, parents=True, exist_ok=True)
    pont = Pont(application, settings.FCE_BASE_CONNEXIONS, dossier)
    rodage.roder(application)
    if settings.FCE_ECHANGES:
        annoncer_antivirus()
    if settings.FCE_METRIQUES:
        # After the warm-up, which nobody asked for.
        from fce.config.metriques import processus
        from fce.socle.travaux import mesures

        processus.brancher()
        for fils in set(pont.voies.values()):
            mesures.FILS.ajouter(fils.nombre, fils.nom)
    menage.installer()  # freeze what was just cached, too

    async def servir(scope: dict[str, Any], recevoir: Any, envoyer: Any) -> None:
        if scope["type"] == "http":
            await pont(scope, recevoir, envoyer)
        elif scope["type"] == "lifespan":
            await _vivre(port, recevoir, envoyer)

    return servir


async def _vivre(port: int, recevoir: Any, envoyer: Any) -> None:
    """Start and end with the process (ASGI « lifespan »)."""
    from fce.config.serveur.lecteur import PATIENCE_S
    from fce.droits.habilitations import usages
    from fce.service.statistiques.collecte import remettre

    await recevoir()
    _ecouter_les_signaux(port)
    await envoyer({"type": "lifespan.startup.complete"})
    # granian opens the socket after this application has started.
    while not await asyncio.to_thread(prises.borner_le_silence, port, PATIENCE_S):
        await asyncio.sleep(_PAS_S)
    await recevoir()
    # Write the usage counts of the last minute; the database time-outs bound this.
    await asyncio.to_thread(remettre, 0.0)
    await asyncio.to_thread(usages.remettre, 0.0)
    await envoyer({"type": "lifespan.shutdown.complete"})


def _ecouter_les_signaux(port: int) -> None:
    """On SIGTERM granian accepts no new connection and waits for the open ones; also close these after
    ``DELAI_D_ARRET_S``."""
    boucle = asyncio.get_running_loop()

    def arreter(*_: Any) -> None:
        boucle.call_soon_threadsafe(boucle.call_later, DELAI_D_ARRET_S, prises.couper_tout, port)

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent handles Ctrl-C for the group
    signal.signal(signal.SIGTERM, arreter)
