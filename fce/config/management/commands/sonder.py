"""``fce sonder``, as Django lists it; ``fce.config.commande`` answers before Django starts."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from fce.config import sonde


class Command(BaseCommand):
    help = "Demande au service de cette machine s’il répond."

    def add_arguments(self, parser: ArgumentParser) -> None:
        sonde.ajouter_arguments(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        vivant, dit = sonde.sonder(options["host"], options["port"], options["chemin"])
        if not vivant:
            raise CommandError(dit)
        self.stdout.write(dit)
