"""``fce comptes``: operations on accounts from the server, such as the first mandates."""

import argparse
from typing import Any

from fce.droits.comptes import selectors, services
from fce.droits.comptes.evenements import OPERATEUR
from fce.droits.comptes.mandats import Mandats
from fce.droits.comptes.models import Compte, Mandat
from fce.socle.erreurs import Introuvable, ParametreInvalide
from fce.socle.texte.formats import jour, pluriel
from fce.socle.travaux.commandes import Commande


class Command(Commande):
    help = "Donne et retire les mandats, désactive un compte, termine toutes les sessions."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
        for action, aide in (
            ("mandat", "donne une fonction dans le service à un agent qui s’est déjà connecté"),
            ("retirer", "met fin à une fonction, aussitôt"),
        ):
            sous = actions.add_parser(action, help=aide)
            sous.add_argument("compte", metavar="COMPTE", help="courriel, ou identifiant (c12)")
            sous.add_argument("role", metavar="ROLE", choices=Mandats.values, help=", ".join(Mandats.values))
            sous.add_argument("--perimetre", default="", help="code du producteur, pour un mandat de dépôt")
        actions.add_parser("mandats", help="liste les mandats en cours")
        desactiver = actions.add_parser("desactiver", help="ferme un compte et ses sessions, aussitôt")
        desactiver.add_argument("compte", metavar="COMPTE")
        desactiver.add_argument("--motif", required=True, help="pourquoi, en une phrase")
        actions.add_parser("reactiver", help="rouvre un compte").add_argument("compte", metavar="COMPTE")
        sessions = actions.add_parser("sessions", help="« revoquer » termine toutes les sessions de tout le monde")
        sessions.add_argument("geste", choices=["revoquer"])

    def _mandat(self, options: dict[str, Any]) -> None:
        compte = _compte(options["compte"])
        mandat = services.donner_mandat(compte, options["role"], options["perimetre"], OPERATEUR)
        self.stdout.write(f"Mandat « {mandat.get_role_display()} » donné au compte {compte.identifiant}.")

    def _retirer(self, options: dict[str, Any]) -> None:
        compte = _compte(options["compte"])
        mandat = Mandat.objects.filter(
            compte=compte, role=options["role"], perimetre=options["perimetre"], fin=None
        ).first()
        if mandat is None:
            raise Introuvable("Ce compte n’a pas ce mandat.")
        services.retirer_mandat(mandat, OPERATEUR)
        self.stdout.write(f"Mandat « {mandat.get_role_display()} » retiré au compte {compte.identifiant}.")

    def _mandats(self, options: dict[str, Any]) -> None:
        for mandat in Mandat.objects.filter(fin=None).order_by("role", "id"):
            perimetre = f", {mandat.perimetre}" if mandat.perimetre else ""
            depuis = jour(mandat.depuis)
            self.stdout.write(f"c{mandat.compte_id} : {mandat.role}{perimetre}, depuis le {depuis}, par {mandat.par}")

    def _desactiver(self, options: dict[str, Any]) -> None:
        compte = _compte(options["compte"])
        services.desactiver(compte, OPERATEUR, options["motif"])
        self.stdout.write(f"Compte {compte.identifiant} désactivé, ses sessions sont terminées.")

    def _reactiver(self, options: dict[str, Any]) -> None:
        compte = _compte(options["compte"])
        services.reactiver(compte, OPERATEUR)
        self.stdout.write(f"Compte {compte.identifiant} réactivé.")

    def _sessions(self, options: dict[str, Any]) -> None:
        self.stdout.write(
            f"{pluriel(services.finir_toutes_les_sessions(OPERATEUR), 'session terminée', 'sessions terminées')}."
        )


def _compte(designation: str) -> Compte:
    """Return the account with this exact e-mail or identifier. Raises Introuvable, ParametreInvalide (several)."""
    trouves = selectors.comptes_designes(designation)
    if not trouves:
        raise Introuvable("Aucun compte : il naît à la première connexion de son titulaire.")
    if len(trouves) > 1:
        liste = ", ".join(f"{c.identifiant} ({c.genre})" for c in trouves)
        raise ParametreInvalide(f"Plusieurs comptes ont ce courriel, donnez l’identifiant : {liste}.")
    return trouves[0]
