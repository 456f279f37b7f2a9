"""``fce annuaire``: fill the directory of services from a file."""

import argparse
from pathlib import Path
from typing import Any

from fce.droits.comptes.evenements import OPERATEUR
from fce.echanges.annuaire import fichier
from fce.socle.texte.formats import pluriel
from fce.socle.travaux.commandes import Commande, refus_dit


class Command(Commande):
    help = "Remplit l’annuaire des services d’après un fichier csv ; une ligne fautive, et rien n’est écrit."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        colonnes = ", ".join(champ.colonne for champ in fichier.FICHIER_ANNUAIRE.champs.values())
        parser.add_argument("fichier", type=Path, metavar="FICHIER", help=f"csv, colonnes {colonnes}")

    def handle(self, *args: Any, **options: Any) -> None:
        with refus_dit(1):
            nombre, changes = fichier.importer(options["fichier"], OPERATEUR)
        self.stdout.write(f"{pluriel(nombre, 'service lu', 'services lus')}, {pluriel(changes, 'écrit')}.")
