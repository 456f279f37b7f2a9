"""``fce purger``: erase expired rows, as the worker does each night."""

import argparse
from typing import Any

from django.utils import timezone

from fce.droits.comptes import purge
from fce.socle.base import conservation
from fce.socle.texte.formats import pluriel
from fce.socle.travaux.commandes import Commande


class Command(Commande):
    help = "Efface ce que les tables ont gardé assez longtemps (docs/rgpd/conservation.md)."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--essai", action="store_true", help="compte seulement, n’efface rien")

    def handle(self, *args: Any, **options: Any) -> None:
        maintenant = timezone.now()
        if options["essai"]:
            faits, verbes = conservation.purger(maintenant, essai=True), ("à effacer", "à effacer")
        else:
            faits, verbes = purge.purger(maintenant, "operateur"), ("effacée", "effacées")
        for fait in faits:
            effacees = pluriel(fait.lignes, f"ligne {verbes[0]}", f"lignes {verbes[1]}")
            suite = "retenues par d’autres, encore gardées" if fait.refus else effacees
            self.stdout.write(f"{fait.table} : {suite}")
        if not faits:
            self.stdout.write("Rien n’a dépassé sa durée de conservation.")
