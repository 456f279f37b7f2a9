"""``fce bacasable``: run the local sandbox of API Entreprise until interrupted."""

import argparse
from typing import Any

from django.conf import settings

from fce.donnees.imports.directes import bac_a_sable
from fce.socle.erreurs import ParametreInvalide
from fce.socle.travaux.commandes import Commande


class Command(Commande):
    help = "Sert sur 127.0.0.1 de fausses réponses d’API Entreprise, pour essayer les sources directes hors ligne."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--port", type=int, default=8010, help="port d’écoute (défaut : 8010 ; 0 : un port libre)")

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.PRODUCTION:
            raise ParametreInvalide("Le bac à sable ne sert pas en production : ses réponses sont inventées.")
        try:
            serveur = bac_a_sable.Serveur(options["port"])
        except (OSError, OverflowError) as erreur:
            raise ParametreInvalide(
                f"Le port {options['port']} n’est pas libre : choisissez-en un autre (--port)."
            ) from erreur
        with serveur:
            self.stdout.write(f"Bac à sable d’API Entreprise sur {serveur.adresse}. Pour s’en servir :")
            for nom, valeur in serveur.reglages("<SIRET de votre administration>").items():
                self.stdout.write(f"  {nom}={valeur}")
            self.stdout.write("Ctrl-C pour arrêter.")
            self.stdout.flush()
            serveur.serve_forever(poll_interval=0.2)
