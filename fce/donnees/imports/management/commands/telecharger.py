"""``fce telecharger SOURCE…``: download the open files of producers, and import them with an option."""

import argparse
from typing import Any

from django.core.management.base import CommandError

from fce.donnees.imports import services
from fce.donnees.imports.chargement.rapport import rapport
from fce.donnees.imports.chargement.suivi import suivre
from fce.donnees.imports.models import Import
from fce.donnees.imports.travaux import departement as tri
from fce.donnees.imports.travaux.telechargement import Telechargement, telecharger
from fce.socle.erreurs import FCEError
from fce.socle.texte.formats import nombre, pluriel
from fce.socle.travaux.commandes import Commande, refus_dit
from fce.sources import registre
from fce.sources.declaration import Source


class Command(Commande):
    help = "Télécharge les fichiers ouverts des producteurs, en entier ou pour un département."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("sources", metavar="SOURCE", nargs="+", help="nom d'une source ouverte (« fce sources »)")
        parser.add_argument("--departement", metavar="CODE", help="ne garder que ce département (59, 2A…)")
        parser.add_argument("--importer", action="store_true", help="importer aussitôt ce qui a été reçu")
        parser.add_argument("--forcer", action="store_true", help="redemander les fichiers, même inchangés")

    def handle(self, *args: Any, **options: Any) -> None:
        with refus_dit():
            sources = _dans_l_ordre([registre.source(nom) for nom in options["sources"]])
            if options["departement"]:
                tri.departement(options["departement"])
        if options["importer"]:
            services.retablir_les_vues()
        echec: FCEError | None = None
        for source in sources:
            try:
                self._une_source(source, options)
            except FCEError as erreur:
                self.stderr.write(f"{source.nom} : {erreur.message}")
                echec = erreur
        if echec:
            raise CommandError("Au moins une source n'a pas été téléchargée ou importée.")

    def _une_source(self, source: Source, options: dict[str, Any]) -> None:
        with suivre(source.nom, self.stderr) as progression:
            recu = telecharger(
                source, departement=options["departement"], forcer=options["forcer"], progression=progression
            )
        self.stdout.write(_phrase(recu))
        for fichier in recu.fichiers:
            self.stdout.write(f"  {fichier}")
        if not options["importer"]:
            return
        with suivre(f"Import de {source.nom}", self.stderr) as progression:
            try:
                importation = services.importer(source, recu.fichiers, par="téléchargement", progression=progression)
            except FCEError as erreur:
                if essai := Import.objects.filter(pk=str(erreur.details.get("importation", 0))).first():
                    self.stderr.write("\n".join(rapport(essai)))
                raise
        self.stdout.write("\n".join(rapport(importation)))


def _dans_l_ordre(sources: list[Source]) -> list[Source]:
    """Establishments first: their numbers select the rows of a département in the other files."""
    return sorted(dict.fromkeys(sources), key=lambda source: source.nom != tri.ETABLISSEMENTS)


def _phrase(recu: Telechargement) -> str:
    quoi = "téléchargée" if recu.nouveau else "inchangée depuis le dernier téléchargement"
    phrase = f"{recu.source.nom} : {quoi}, {nombre(round(recu.octets / 1e6, 1))} Mo"
    if recu.lignes is not None:
        phrase += f", {pluriel(recu.lignes, 'ligne')} du département"
    if recu.entier:
        phrase += " (gardée en entier : ses lignes ne se rattachent à aucun département)"
    return phrase
