"""``fce worker``: run downloads, imports, watched deposits, indexing and clean-up until stopped."""

import argparse
import contextlib
import os
import re
import signal
import threading
import time
from typing import Any

from django.conf import settings

from fce.donnees.imports import services
from fce.donnees.imports.travaux.calendrier import suivies
from fce.donnees.imports.travaux.departement import departement
from fce.socle.base.restauration import exiger_ouverte_au_public
from fce.socle.erreurs import ConfigurationInvalide, ParametreInvalide
from fce.socle.travaux.commandes import Commande

AU_DEPART = (
    *("reprendre", "planifier", "surveiller", "verifier_depots", "indexer", "preparer_fichiers"),
    *("sceller_journal", "appliquer_les_declarations"),
)
"""Jobs queued at start-up without waiting for their hour: work left by a stopped worker or due meanwhile."""
_DELAI_D_ARRET_S = 5
"""Seconds left to running jobs when the worker stops, before it interrupts them."""


class Command(Commande):
    help = "Exécute les travaux : téléchargements et imports à leur heure, dépôts surveillés, index, ménage."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--une-fois", action="store_true", help="faire ce qui attend, puis s'arrêter")
        parser.add_argument(
            "--attache",
            action="store_true",
            help="s'arrêter avec qui l'a lancé, quand l'entrée standard se ferme",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        # Imported here because every command loads this module to list it, and only this one needs the queue.
        from procrastinate.contrib.django import app

        from fce.donnees.imports.travaux import annonces, echecs

        if options["attache"]:
            threading.Thread(target=_suivre_l_entree, daemon=True).start()
        _verifier()
        exiger_ouverte_au_public()
        services.retablir_les_vues()
        noms = [source.nom for source in suivies()]
        self.stdout.write(
            f"Sources téléchargées à leur heure : {', '.join(noms)}."
            if noms
            else "Aucune source n'est téléchargée : FCE_TELECHARGEMENTS est vide."
        )
        if settings.FCE_DEPOTS and settings.FCE_DEPOTS_DIR:
            self.stdout.write(f"Dépôts surveillés : {settings.FCE_DEPOTS_DIR}")
        if settings.FCE_DEPOTS and settings.FCE_DEPOTS_S3:
            self.stdout.write(f"Dépôts surveillés : {settings.FCE_DEPOTS_S3}")
        self.stdout.write("Travaux en cours ; Ctrl-C ou SIGTERM pour arrêter.")
        self.stdout.flush()
        _reveiller(app)
        connecteur = app.connector.get_worker_connector()  # type: ignore[attr-defined]
        with app.replace_connector(connecteur) as travaux:
            travaux.run_worker(
                wait=not options["une_fois"],
                concurrency=settings.FCE_TRAVAUX,
                shutdown_graceful_timeout=_DELAI_D_ARRET_S,
                delete_jobs="successful",
                worker_middleware=[echecs.noter, annonces.nommer],
            )
        self.stdout.write("Arrêté.")


def _suivre_l_entree() -> None:
    """Stop when the standard input closes: the parent process is gone."""
    # Not the buffered ``sys.stdin``: its lock, held here, would block the exit.
    while os.read(0, 1024):
        pass
    os.kill(os.getpid(), signal.SIGTERM)


def _verifier() -> None:
    if settings.FCE_DEPARTEMENT:
        try:
            departement(settings.FCE_DEPARTEMENT)
        except ParametreInvalide as erreur:
            raise ConfigurationInvalide(f"FCE_DEPARTEMENT : {erreur.message}") from erreur
    if settings.FCE_DEPOTS_S3 and not re.fullmatch(r"s3://[a-z0-9][a-z0-9.-]+(/.*)?", settings.FCE_DEPOTS_S3):
        raise ConfigurationInvalide("FCE_DEPOTS_S3 s’écrit « s3://seau/prefixe ».")
    if settings.FCE_DEPOTS_DIR and not settings.FCE_DEPOTS_DIR.is_dir():
        raise ConfigurationInvalide(f"FCE_DEPOTS_DIR : le dossier {settings.FCE_DEPOTS_DIR} n’existe pas.")
    if not 1 <= settings.FCE_TRAVAUX <= 32:
        raise ConfigurationInvalide("FCE_TRAVAUX est un nombre entre 1 et 32.")


def _reveiller(app: Any) -> None:
    from procrastinate.exceptions import AlreadyEnqueued

    app.perform_import_paths()
    for nom in AU_DEPART:
        with contextlib.suppress(AlreadyEnqueued):
            app.configure_task(nom).defer(timestamp=int(time.time()))
