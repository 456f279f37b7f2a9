"""``fce annuaire``: fill the directory of services from a file."""

import argparse
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from fce.droits.comptes.erreurs import DejaFait
from fce.droits.comptes.evenements import OPERATEUR
from fce.echanges.annuaire import fichier
from fce.socle.erreurs import FCEError
from fce.socle.texte.formats import pluriel


class Command(BaseCommand):
    help = "Remplit l’annuaire des services d’après un fichier csv ; une ligne fautive, et rien n’est écrit."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        colonnes = ", ".join(champ.colonne for champ in fichier.FICHIER_ANNUAIRE.champs.values())
        parser.add_argument("fichier", type=Path, metavar="FICHIER", help=f"csv, colonnes {colonnes}")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            nombre, changes = fichier.importer(options["fichier"], OPERATEUR)
        except (FCEError, DejaFait) as erreur:
            raise CommandError(erreur.message) from erreur
        self.stdout.write(f"{pluriel(nombre, 'service lu', 'services nombre')}, {pluriel(changes, 'écrit')}.")
