"""``fce cles tourner CLE``: say what replacing a key costs, then, asked again, replace it."""

import argparse
from typing import Any

from django.core.management.base import BaseCommand

from fce.sauvegarde import rotation


class Command(BaseCommand):
    help = "Remplace une clé du service ; sans --oui, dit seulement ce que cela coûte."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True)
        tourner = actions.add_parser("tourner", help="remplacer une clé")
        tourner.add_argument(
            "cle", choices=sorted(rotation.COUTS), metavar="CLE", help=", ".join(sorted(rotation.COUTS))
        )
        tourner.add_argument("--oui", action="store_true", help="le faire, après avoir lu ce que cela coûte")

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(rotation.COUTS[options["cle"]])
        if not options["oui"]:
            self.stdout.write("Rien n’a changé : ajoutez --oui pour le faire.")
            return
        self.stdout.write(rotation.tourner(options["cle"]))
