"""``fce publier [SOURCE…]``: make the files and metadata of open data sets; ``--envoyer`` sends them to
data.gouv.fr."""

import argparse
import json
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError

from fce.donnees.imports import services
from fce.donnees.publication import catalogue, fichiers
from fce.donnees.publication.datagouv import Portail
from fce.donnees.publication.publication import jeu
from fce.socle.erreurs import FCEError
from fce.socle.travaux.commandes import Commande, refus_dit
from fce.sources import registre
from fce.sources.declaration import Source


class Command(Commande):
    help = "Prépare les fichiers des données ouvertes et leurs métadonnées, et les annonce à data.gouv.fr."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("sources", metavar="SOURCE", nargs="*", help="sources ouvertes ; toutes par défaut")
        parser.add_argument("--sortie", type=Path, metavar="DOSSIER", help="où écrire les métadonnées")
        parser.add_argument("--envoyer", action="store_true", help="les envoyer au portail de FCE_DATAGOUV_URL")

    def handle(self, *args: Any, **options: Any) -> None:
        sources = _choisies(options["sources"])
        services.retablir_les_vues()
        racine: Path = settings.FCE_DATA_DIR / "publication"
        sortie: Path = options["sortie"] or racine / "metadonnees"
        sortie.mkdir(parents=True, exist_ok=True)
        echecs = 0
        portail = Portail() if options["envoyer"] else None
        try:
            for source in sources:
                try:
                    self._une_source(source, sortie, portail, racine)
                except FCEError as erreur:
                    self.stderr.write(f"{source.nom} : {erreur.message}")
                    echecs += 1
        finally:
            if portail:
                portail.fermer()
        if echecs:
            raise CommandError("Au moins une source n'a pas été publiée.")

    def _une_source(self, source: Source, sortie: Path, portail: Portail | None, racine: Path) -> None:
        publiee = fichiers.publication(source)
        if publiee.importation is None:
            self.stdout.write(f"{source.nom} : jamais importée, rien à publier")
            return
        chemins = dict(zip(fichiers.FORMATS, fichiers.preparer(publiee), strict=True))
        metadonnees = jeu(publiee, chemins)
        fichier = sortie / f"{source.nom}.json"
        fichier.write_text(json.dumps(metadonnees, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
        if portail is None:
            self.stdout.write(f"{source.nom} : {fichier}")
        else:
            page = portail.envoyer(metadonnees, racine / "datagouv" / f"{source.nom}.json")
            self.stdout.write(f"{source.nom} : envoyée, {page}")


def _choisies(noms: list[str]) -> list[Source]:
    with refus_dit():
        demandees = [registre.source(nom) for nom in noms] or registre.toutes()
    fermees = [source.nom for source in demandees if catalogue.refus(source)]
    if noms and fermees:
        raise CommandError(f"Ce ne sont pas des données ouvertes : {', '.join(fermees)}.", returncode=2)
    return [source for source in demandees if source.nom not in fermees and source.importable]
