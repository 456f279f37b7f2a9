"""``fce index``: builds the search index, publishes it for other nodes (``push``), or takes a published one
(``pull``)."""

import argparse
from typing import Any

from fce.donnees.imports.chargement.suivi import suivre
from fce.recherche import partages, services
from fce.socle.erreurs import IndexIndisponible, ParametreInvalide
from fce.socle.texte.formats import nombre, pluriel
from fce.socle.travaux.commandes import Commande

PUBLIER, PRENDRE = "push", "pull"


class Command(Commande):
    help = (
        "Met à jour l’index de recherche, ou le construit, à côté de celui qui sert, puis le met en service d’un coup. "
        "« push ADRESSE » le laisse à d’autres nœuds, « pull ADRESSE » prend celui qu’un autre a laissé."
    )

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("geste", nargs="?", choices=[PUBLIER, PRENDRE], help="partager l’index entre des nœuds")
        parser.add_argument("adresse", nargs="?", help="un dossier, ou s3://seau/prefixe")
        parser.add_argument("--forcer", action="store_true", help="reconstruire en entier, même si l’index est à jour")
        parser.add_argument("--tout", action="store_true", help="avec push : envoyer de nouveau ce qui y est déjà")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["geste"]:
            self._partager(options["geste"], options["adresse"] or "", tout=options["tout"])
            return
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
        relues = ""
        if manifeste.extra.get("retouches"):
            relues = f", {pluriel(manifeste.extra['unites_retouchees'], 'entreprise relue', 'entreprises relues')}"
        self.stdout.write(
            f"Index en service : {entreprises} et {etablissements} en {manifeste.extra['secondes']:.0f} s{relues}."
        )

    def _partager(self, geste: str, adresse: str, *, tout: bool) -> None:
        if not adresse:
            raise ParametreInvalide(f"« fce index {geste} » attend une adresse : un dossier, ou s3://seau/prefixe.")
        with suivre("Index", self.stderr) as progression:
            if geste == PUBLIER:
                bilan, fait = partages.publier_l_index(adresse, progression, tout=tout), "publié"
            else:
                bilan, fait = partages.prendre_l_index(adresse, progression), "en service"
        if bilan.deja:
            self.stdout.write("L’index en service est déjà celui-là : rien à faire.")
            return
        mo, copies = (nombre(round(n / 1e6)) for n in (bilan.octets, bilan.copies))
        self.stdout.write(f"Index {bilan.version} {fait} : {mo} Mo, dont {copies} copiés.")
