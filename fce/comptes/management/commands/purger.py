"""``fce purger``: erase what every table has kept long enough, as the worker does each night."""

import argparse
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from fce.comptes import purge
from fce.socle import conservation
from fce.socle.formats import nombre


class Command(BaseCommand):
    help = "Efface ce que les tables ont gardé assez longtemps (docs/rgpd/conservation.md)."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--essai", action="store_true", help="compte seulement, n’efface rien")

    def handle(self, *args: Any, **options: Any) -> None:
        maintenant = timezone.now()
        if options["essai"]:
            faits, verbe = conservation.purger(maintenant, essai=True), "à effacer"
        else:
            faits, verbe = purge.purger(maintenant, "operateur"), "effacées"
        for fait in faits:
            suite = "retenues par d’autres, encore gardées" if fait.refus else f"{nombre(fait.lignes)} lignes {verbe}"
            self.stdout.write(f"{fait.table} : {suite}")
        if not faits:
            self.stdout.write("Rien n’a dépassé sa durée de conservation.")
