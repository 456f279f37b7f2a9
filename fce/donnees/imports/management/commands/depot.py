"""``fce depot``: manage the tokens of the producers and the deposits."""

import argparse
from typing import Any

from django.utils import timezone
from rich.console import Console
from rich.table import Table

from fce.donnees.imports import services as moteur
from fce.donnees.imports.chargement.suivi import suivre
from fce.donnees.imports.depots import jetons, services
from fce.donnees.imports.depots.deposants import nommer_l_envoi
from fce.donnees.imports.models import Depot, JetonDepot
from fce.socle.erreurs import Introuvable
from fce.socle.texte.formats import jour, nombre, pluriel
from fce.socle.travaux.commandes import Commande
from fce.socle.travaux.systeme import compte_du_systeme

RECENTS = 50


class Command(Commande):
    help = "Gère les jetons de dépôt des producteurs et vérifie les fichiers qu'ils ont déposés."
    retour = 2

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
        creer = actions.add_parser("jeton", help="crée un jeton ; son secret n'est montré qu'une fois")
        creer.add_argument("producteur", metavar="PRODUCTEUR", help="code du producteur (dgfip, dgddi…)")
        creer.add_argument("--sources", nargs="+", default=[], metavar="SOURCE", help="défaut : toutes les siennes")
        creer.add_argument("--jours", type=int, default=jetons.JOURS_MAX, help="durée, 365 jours au plus et par défaut")
        creer.add_argument("--libelle", default="", help="à qui il est confié")
        actions.add_parser("jetons", help="liste les jetons, jamais leur secret")
        revoquer = actions.add_parser("revoquer", help="met fin à un jeton, aussitôt")
        revoquer.add_argument("numero", type=int, metavar="NUMÉRO")
        actions.add_parser("liste", help=f"liste les {RECENTS} derniers dépôts")
        verifier = actions.add_parser("verifier", help="vérifie les dépôts en attente, et oublie les plus vieux")
        verifier.add_argument("numeros", type=int, nargs="*", metavar="NUMÉRO", help="ceux-ci seulement")

    def _jeton(self, options: dict[str, Any]) -> None:
        jeton, secret = jetons.creer(
            options["producteur"],
            options["sources"],
            jours=options["jours"],
            libelle=options["libelle"],
            par=compte_du_systeme(),
        )
        couvre = ", ".join(jeton.sources) or f"toutes les sources de {jeton.producteur}"
        self.stdout.write(f"Jeton n° {jeton.pk}, jusqu'au {jour(jeton.expire)}, pour {couvre} :")
        self.stdout.write(f"\n    {secret}\n")
        self.stdout.write("Il ne sera plus montré : confiez-le au producteur par une voie sûre.")

    def _jetons(self, options: dict[str, Any]) -> None:
        table = Table("N°", "Producteur", "Sources", "Libellé", "Début", "Expire le", "Dernier usage", "État", box=None)
        for jeton in JetonDepot.objects.all():
            usage = jour(jeton.dernier_usage) if jeton.dernier_usage else "jamais"
            table.add_row(
                *(str(jeton.pk), jeton.producteur, ", ".join(jeton.sources) or "toutes", jeton.libelle),
                *(f"{jeton.prefixe}…", jour(jeton.expire), usage, _etat(jeton)),
            )
        self._montrer(table)

    def _revoquer(self, options: dict[str, Any]) -> None:
        jeton = jetons.revoquer(options["numero"])
        self.stdout.write(f"Jeton n° {jeton.pk} ({jeton.producteur}) révoqué : il n'ouvre plus rien.")

    def _liste(self, options: dict[str, Any]) -> None:
        table = Table("N°", "Source", "État", "Fichier", "Octets", "Reçu le", "Par", box=None)
        table.columns[4].justify = "right"
        for depot in Depot.objects.all()[:RECENTS]:
            table.add_row(
                *(str(depot.pk), depot.source, depot.get_etat_display(), depot.fichier, nombre(depot.octets)),
                *(jour(depot.recu), nommer_l_envoi(depot.jeton_id, depot.par)),
            )
        self._montrer(table)

    def _verifier(self, options: dict[str, Any]) -> None:
        moteur.retablir_les_vues()
        numeros = options["numeros"]
        verifies = [self._verifier_un(n) for n in numeros] if numeros else services.verifier_en_attente()
        for depot in verifies:
            self.stdout.write(f"Dépôt n° {depot.pk} de {depot.source} : {depot.get_etat_display()}{_bilan(depot)}.")
        if not verifies:
            self.stdout.write("Aucun dépôt n'attend.")
        if not numeros and (oublies := services.purger()):
            self.stdout.write(f"{pluriel(oublies, 'dépôt trop ancien', 'dépôts trop anciens')} : fichiers effacés.")

    def _verifier_un(self, numero: int) -> Depot:
        try:
            with suivre(f"Vérification du dépôt n° {numero}", self.stderr) as progression:
                return services.verifier(numero, progression)
        except Depot.DoesNotExist:
            raise Introuvable(f"Aucun dépôt n° {numero} : « fce depot liste » montre les derniers.") from None

    def _montrer(self, table: Table) -> None:
        largeur = None if self.stdout.isatty() else 160
        Console(file=getattr(self.stdout, "_out", None), width=largeur, highlight=False).print(table)


def _etat(jeton: JetonDepot) -> str:
    if jeton.revoque:
        return f"révoqué le {jour(jeton.revoque)}"
    return "expiré" if jeton.expire <= timezone.now() else "valable"


def _bilan(depot: Depot) -> str:
    if "erreur" in depot.rapport:
        return f" ({depot.rapport['erreur']})"
    rapport = depot.rapport
    return f" ({pluriel(rapport['chargees'], 'ligne')}, {pluriel(rapport['ecartees'], 'écartée')})" if rapport else ""
