"""``fce serve``: the web server, until SIGTERM or Ctrl-C."""

import contextlib
import os
import threading
from argparse import ArgumentParser
from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import OperationalError, connection

from fce.config.commande import fermer_les_connexions
from fce.exploitation.metriques.exposition import exposer
from fce.exploitation.serveur import servir
from fce.recherche.services import index_perime
from fce.socle.base.restauration import exiger_ouverte_au_public
from fce.socle.erreurs import IndexIndisponible
from fce.socle.postgres.ecoute import verifier_port


class Command(BaseCommand):
    help = "Sert les pages et l’API sur http://127.0.0.1:8000."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1", help="adresse d’écoute (défaut : 127.0.0.1)")
        parser.add_argument("--port", type=int, default=8000, help="port d’écoute (défaut : 8000)")
        parser.add_argument(
            "--travailleurs", type=int, default=settings.FCE_TRAVAILLEURS, help="nombre de processus (défaut : 2)"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        host, port = options["host"], options["port"]
        verifier_port(host, port)
        _verifier_ouverte()
        _verifier_roles()
        self._dire_etat_index()
        # Workers are new processes, read-only, which share no connection with this one.
        os.environ["FCE_ROLE"] = "web"
        fermer_les_connexions()
        exposer(partages=True)
        with _base_surveillee():
            servir(
                host=host,
                port=port,
                travailleurs=max(1, options["travailleurs"]),
                pret=lambda: self._annoncer(host, port),
                journal=settings.LOGGING,
            )

    def _annoncer(self, host: str, port: int) -> None:
        self.stdout.write(f"FCE est servie sur http://{host}:{port} (Ctrl-C pour arrêter).")
        self.stdout.flush()

    def _dire_etat_index(self) -> None:
        try:
            if index_perime():
                self.stderr.write("L’index de recherche date d’avant le dernier import : lancez « fce index ».")
        except IndexIndisponible as erreur:
            self.stderr.write(f"{erreur.message} Les numéros exacts répondent déjà.")


def _verifier_roles() -> None:
    """Raise BaseIndisponible when a role is missing, since every page would fail. A database that is down may come
    back, so it is no reason to stop."""
    with contextlib.suppress(OperationalError):
        connection.ensure_connection()


def _verifier_ouverte() -> None:
    """Raise ServiceFerme on a restored database that nobody has opened; one that is down is no reason to stop."""
    with contextlib.suppress(OperationalError):
        exiger_ouverte_au_public()


@contextlib.contextmanager
def _base_surveillee() -> Iterator[None]:
    """Restart the embedded database if it dies while the server runs."""
    if settings.CLUSTER_EMBARQUE is None:
        yield
        return
    arret = threading.Event()
    gardien = threading.Thread(target=settings.CLUSTER_EMBARQUE.surveiller, args=(arret,))
    gardien.start()
    try:
        yield
    finally:
        # Before the database is stopped on purpose.
        arret.set()
        gardien.join()
