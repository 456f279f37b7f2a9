"""``fce import SOURCE FICHIER…``: load one or several files as the new version of a source."""

import argparse
import datetime
import getpass
import os
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from fce.socle.erreurs import FCEError, Introuvable, ParametreInvalide
from fce.sources import registre, services
from fce.sources.chargement.rapport import rapport
from fce.sources.chargement.suivi import suivre
from fce.sources.models import Import


def _jour(texte: str) -> datetime.date:
    try:
        return datetime.date.fromisoformat(texte)
    except ValueError:
        raise argparse.ArgumentTypeError(f"« {texte} » n'est pas une date de la forme AAAA-MM-JJ") from None


class Command(BaseCommand):
    help = "Importe un ou plusieurs fichiers officiels comme nouvelle version d'une source."
    # Nothing here depends on the pages: no need to load them all to begin.
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("source", metavar="SOURCE", help="nom de la source (voir « fce sources »)")
        parser.add_argument(
            "fichiers", metavar="FICHIER", nargs="+", type=Path, help="csv, csv dans un zip ou un gzip, parquet"
        )
        parser.add_argument(
            "--date", type=_jour, metavar="AAAA-MM-JJ", help="date des données, si le fichier ne la dit pas"
        )
        parser.add_argument(
            "--forcer", metavar="MOTIF", help="importer malgré un seuil dépassé ou une date plus ancienne, et pourquoi"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            source = registre.source(options["source"])
        except Introuvable as erreur:
            raise CommandError(erreur.message, returncode=2) from erreur
        services.ensure_views()
        try:
            with suivre(f"Import de {source.nom}", self.stderr) as progression:
                importation = services.importer(
                    source,
                    options["fichiers"],
                    date_metier=options["date"],
                    forcer=options["forcer"],
                    par=_qui(),
                    progression=progression,
                )
        except ParametreInvalide as erreur:
            raise CommandError(erreur.message, returncode=2) from erreur
        except FCEError as erreur:
            # Refused or failed: the same report as a success, on the error output, then the exit code of the error.
            essai = Import.objects.filter(pk=str(erreur.details.get("importation", 0))).first()
            if essai:
                self.stderr.write("\n".join(rapport(essai)))
            raise
        self.stdout.write("\n".join(rapport(importation)))


def _qui() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return f"uid {os.getuid()}"
