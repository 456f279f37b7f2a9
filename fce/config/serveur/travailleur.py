"""A worker process: accepts connections, serves them, and ends well what is under way when it is told to stop."""

import asyncio
import contextlib
import logging
import os
import resource
import signal
import socket
from typing import TYPE_CHECKING, Final

import uvloop

if TYPE_CHECKING:
    from fce.config.serveur.tour import Service

DELAI_D_ARRET_S: Final = 5
"""Seconds that requests under way have to end."""
CONNEXIONS_MAX: Final = 1000
DESCRIPTEURS: Final = 8192
_MANQUE_S: Final = 0.1


def travailler(ecoute: socket.socket) -> None:
    """Serve the connections of a listening socket until SIGTERM: what a fresh process does."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the supervisor answers for the group
    signal.signal(signal.SIGTERM, signal.SIG_DFL)  # until there is something to end well
    signal.pthread_sigmask(signal.SIG_UNBLOCK, (signal.SIGINT, signal.SIGTERM))
    _, dur = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(dur, DESCRIPTEURS) if dur > 0 else DESCRIPTEURS, dur))
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as boucle:
        boucle.run(_servir(ecoute))
    logging.shutdown()
    # A thread still at work for a reader who is gone must not hold the process.
    os._exit(0)


async def _servir(ecoute: socket.socket) -> None:
    from fce.config import menage

    menage.avant_de_servir()
    # Django is set up by the application, in this process only.
    from fce.config.wsgi import application

    from django.conf import settings  # isort: skip
    from fce.config.serveur.tour import Service  # isort: skip
    from fce.config.serveur.voies import Voies  # isort: skip
    from fce.statistiques.collecte import remettre  # isort: skip

    service = Service(application, Voies(settings.FCE_BASE_CONNEXIONS), ecoute.getsockname()[:2])
    taches: set[asyncio.Task[None]] = set()
    accueil = asyncio.create_task(_accueillir(ecoute, service, taches))
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, accueil.cancel)
    with contextlib.suppress(asyncio.CancelledError):
        await accueil
    service.s_arrete = True
    for connexion in list(service.en_attente):
        connexion.couper()
    if taches:
        await asyncio.wait(taches, timeout=DELAI_D_ARRET_S)
    # What was counted of the last minute; bounded by the timeouts of the database.
    await asyncio.to_thread(remettre, 0.0)


async def _accueillir(ecoute: socket.socket, service: "Service", taches: set[asyncio.Task[None]]) -> None:
    """Accept one connection at a time: the other workers take theirs."""
    from fce.config.serveur.connexion import ConnexionClient

    boucle = asyncio.get_running_loop()
    while True:
        if len(taches) >= CONNEXIONS_MAX:
            # The oldest that asks for nothing, or is slow to, leaves its place.
            if service.en_attente:
                next(iter(service.en_attente)).couper()
            await asyncio.wait(taches, timeout=_MANQUE_S, return_when=asyncio.FIRST_COMPLETED)
            continue
        try:
            prise, _ = await boucle.sock_accept(ecoute)
        except OSError:  # no descriptor left
            await asyncio.sleep(_MANQUE_S)
            continue
        try:
            connexion = ConnexionClient(service, prise)
        except OSError:  # gone already
            prise.close()
            continue
        tache = boucle.create_task(connexion.servir())
        taches.add(tache)
        tache.add_done_callback(taches.discard)
