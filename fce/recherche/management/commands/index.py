"""``fce index``: build the search index from the data in place."""

import argparse
from typing import Any

from django.core.management.base import BaseCommand

from fce.imports.chargement.suivi import suivre
from fce.recherche import services
from fce.socle.erreurs import IndexIndisponible
from fce.socle.formats import pluriel


class Command(BaseCommand):
    help = "Construit l’index de recherche à côté de celui qui sert, puis le met en service d’un coup."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--forcer", action="store_true", help="reconstruire même si l’index est à jour")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            if not options["forcer"] and not services.index_perime():
                self.stdout.write("L’index est à jour : rien à faire (--forcer pour le reconstruire).")
                return
        except IndexIndisponible:
            pass  # the first build
        with suivre("Index", self.stderr) as progression:
            manifeste = services.indexer(forcer=options["forcer"], progression=progression)
        entreprises = pluriel(manifeste.documents["entreprises"], "entreprise")
        etablissements = pluriel(manifeste.documents["etablissements"], "établissement")
        self.stdout.write(
            f"Index en service : {entreprises} et {etablissements} en {manifeste.extra['secondes']:.0f} s."
        )
