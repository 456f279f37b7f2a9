"""``fce serve``: the web server, until SIGTERM or Ctrl-C."""

import multiprocessing
import os
import socket
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connections
from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from fce.recherche.services import index_perime
from fce.socle.erreurs import IndexIndisponible


class Command(BaseCommand):
    """Serve the pages and the API."""

    help = "Sert les pages et l’API sur http://127.0.0.1:8000."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1", help="adresse d’écoute (défaut : 127.0.0.1)")
        parser.add_argument("--port", type=int, default=8000, help="port d’écoute (défaut : 8000)")
        parser.add_argument("--travailleurs", type=int, default=settings.FCE_TRAVAILLEURS, help="nombre de processus")

    def handle(self, *args: Any, **options: Any) -> None:
        _verifier_port(options["host"], options["port"])
        self._dire_etat_index()
        self.stdout.write(f"FCE est servie sur http://{options['host']}:{options['port']} (Ctrl-C pour arrêter).")
        self.stdout.flush()
        # Fresh processes, which read the settings again as read-only web processes and share no connection with us.
        os.environ["FCE_ROLE"] = "web"
        connections.close_all()
        multiprocessing.set_start_method("spawn", force=True)
        Granian(
            "fce.config.wsgi:application",
            address=options["host"],
            port=options["port"],
            interface=Interfaces.WSGI,
            workers=options["travailleurs"],
            blocking_threads=8,
            backlog=1024,
            respawn_failed_workers=True,
            workers_kill_timeout=10,
            log_level=LogLevels.warning,
        ).serve()

    def _dire_etat_index(self) -> None:
        try:
            if index_perime():
                self.stderr.write("L’index de recherche date d’avant le dernier import : lancez « fce index ».")
        except IndexIndisponible:
            self.stderr.write(
                "Pas encore d’index de recherche : lancez « fce index ». Les numéros exacts répondent déjà."
            )


def _verifier_port(host: str, port: int) -> None:
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as essai:
        essai.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            essai.bind((host, port))
        except OSError as erreur:
            raise CommandError(
                f"Le port {port} n’est pas libre sur {host} : choisissez-en un autre (--port)."
            ) from erreur
