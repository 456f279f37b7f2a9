"""``fce import SOURCE FICHIER…``: load files as the new version of a source.

For a source by period, each file (listed, or in a folder) is one import, which replaces only its own periods.
"""

import argparse
import datetime
import gc
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError

from fce.donnees.imports import services
from fce.donnees.imports.chargement.rapport import rapport
from fce.donnees.imports.chargement.suivi import suivre
from fce.donnees.imports.models import Import
from fce.socle.erreurs import FCEError, ImportRefuse, ParametreInvalide
from fce.socle.travaux.commandes import Commande, refus_dit
from fce.socle.travaux.systeme import compte_du_systeme
from fce.sources import registre
from fce.sources.declaration import Source
from fce.sources.modes import ParPeriode


def _jour(texte: str) -> datetime.date:
    try:
        return datetime.date.fromisoformat(texte)
    except ValueError:
        raise argparse.ArgumentTypeError(f"« {texte} » n'est pas une date de la forme AAAA-MM-JJ") from None


class Command(Commande):
    help = "Importe un ou plusieurs fichiers officiels comme nouvelle version d'une source."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("source", metavar="SOURCE", help="nom de la source (voir « fce sources »)")
        parser.add_argument(
            "fichiers",
            metavar="FICHIER",
            nargs="+",
            type=Path,
            help="fichier dans le format de la source, ou dossier qui en contient",
        )
        parser.add_argument(
            "--date", type=_jour, metavar="AAAA-MM-JJ", help="date des données, si le fichier ne la dit pas"
        )
        parser.add_argument(
            "--forcer", metavar="MOTIF", help="importer malgré un seuil dépassé ou une date plus ancienne, et pourquoi"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        # Freeze the loaded objects: garbage collections over them take a fifth of the time of a file read row by row.
        gc.freeze()
        with refus_dit():
            source = registre.source(options["source"])
        services.retablir_les_vues()
        echec: FCEError | None = None
        for fichiers in _envois(source, options["fichiers"]):
            try:
                with suivre(f"Import de {source.nom}", self.stderr) as progression:
                    importation = services.importer(
                        source,
                        fichiers,
                        date_metier=options["date"],
                        forcer=options["forcer"],
                        par=compte_du_systeme(),
                        progression=progression,
                    )
            except ParametreInvalide as erreur:
                raise CommandError(erreur.message, returncode=2) from erreur
            except FCEError as erreur:
                # Print the report of a refused or failed import on stderr; exit with the code of the error.
                essai = Import.objects.filter(pk=str(erreur.details.get("importation", 0))).first()
                if essai:
                    self.stderr.write("\n".join(rapport(essai)))
                if not isinstance(erreur, ImportRefuse):
                    raise
                echec = erreur  # the other periods do not depend on this one
            else:
                self.stdout.write("\n".join(rapport(importation)))
        if echec:
            raise echec


def _envois(source: Source, chemins: Sequence[Path]) -> list[list[Path]]:
    """One import with all the files, or one per file, by name, for a source by period."""
    fichiers: list[Path] = []
    for chemin in chemins:
        try:
            un_dossier = chemin.is_dir()
        except PermissionError as erreur:
            raise CommandError(
                f"« {chemin} » ne se laisse pas lire : mettez-le dans un dossier où le compte du service peut entrer.",
                returncode=2,
            ) from erreur
        if un_dossier:
            contenu = sorted(f for f in chemin.iterdir() if f.is_file() and not f.name.startswith("."))
            if not contenu:
                raise CommandError(f"Le dossier « {chemin} » ne contient aucun fichier.", returncode=2)
            fichiers += contenu
        else:
            fichiers.append(chemin)
    return [[fichier] for fichier in fichiers] if isinstance(source.mode, ParPeriode) else [fichiers]
