"""``fce demo``: write the invented universe, import it, index it. Run again, it only does what is missing."""

import contextlib
import os
from argparse import ArgumentParser
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand

from fce.demo import numeros, personnages
from fce.demo.entreprises import DATE_DU_STOCK
from fce.demo.jeux import directes, ecriture
from fce.socle.erreurs import ParametreInvalide
from fce.socle.formats import nombre
from fce.socle.identifiants import formater_siren
from fce.sources import registre, selectors, services
from fce.sources.directes import bac_a_sable

MARQUE = "démonstration"
# The administration that would run the service, invented like the rest.
SERVICE = numeros.siren(numeros.DERNIER)
DESTINATAIRE = SERVICE + numeros.nic(SERVICE, 1)
SIRENE = frozenset(
    {
        "sirene-unites-legales",
        "sirene-etablissements",
        "sirene-unites-legales-historique",
        "sirene-etablissements-historique",
        "sirene-successions",
        "sirene-doublons",
    }
)
"""The files dated by the day of the stock; the others are dated by what they hold."""


class Command(BaseCommand):
    """Fill an empty data folder with the demonstration universe."""

    help = "Remplit un dossier de données vide avec l’univers de démonstration (entreprises inventées)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--entreprises", type=int, default=5000, help="nombre d’entreprises (défaut : 5000)")
        parser.add_argument("--servir", action="store_true", help="sert ensuite les pages")
        parser.add_argument("--port", type=int, default=8000, help="port d’écoute avec --servir (défaut : 8000)")

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.PRODUCTION:
            raise ParametreInvalide(
                "La démonstration ne s’installe pas en production : ses entreprises sont inventées."
            )
        versions = selectors.versions()
        etrangeres = [nom for nom, version in versions.items() if version.en_place.par != MARQUE]
        if etrangeres:
            raise ParametreInvalide(
                "Ce dossier de données contient déjà de vraies données "
                f"({', '.join(sorted(etrangeres))}) : la démonstration n’y sera pas mêlée. "
                "Choisissez un autre FCE_DATA_DIR."
            )
        dossier = Path(settings.FCE_DATA_DIR) / "demo"
        fichiers = ecriture.ecrire_tout(dossier, entreprises=options["entreprises"])
        # A data set that the universe does not tell comes as the sample of its folder, on the same companies.
        autres = {s.nom: registre.exemple(s) for s in registre.toutes() if s.importable and s.nom not in fichiers}
        for nom, fichier in (fichiers | autres).items():
            date = DATE_DU_STOCK if nom in SIRENE else None
            resultat = services.importer(registre.source(nom), [fichier], date_metier=date, par=MARQUE)
            lignes = f", {nombre(resultat.chargees)} lignes" if resultat.chargees else ""
            self.stdout.write(f"{nom} : {resultat.get_statut_display()}{lignes}.")
        call_command("index", stdout=self.stdout)
        self.stdout.write("\nÀ essayer, en cherchant le numéro ou le nom :")
        for personnage, montre in personnages.A_ESSAYER:
            self.stdout.write(f"  {formater_siren(personnage.siren)}  {personnage.nom[:34]:<34}  {montre}")
        if options["servir"]:
            with _sources_directes(directes.reponses(fichiers)):
                call_command("serve", port=options["port"], stdout=self.stdout)


@contextlib.contextmanager
def _sources_directes(reponses: Mapping[str, directes.Reponses] | None = None) -> Iterator[None]:
    """A stand-in for the live sources while pages are served, unless settings name the real ones."""
    if settings.FCE_API_ENTREPRISE_URL:
        yield
        return
    with bac_a_sable.en_marche(reponses=reponses) as serveur:
        # Read again by the processes that serve the pages.
        os.environ.update(serveur.reglages(DESTINATAIRE))
        yield
