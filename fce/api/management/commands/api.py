"""``fce api``: keys for outside programs, and the quotas that only the operator changes."""

import argparse
from typing import Any

from django.conf import settings

from fce.droits.comptes.evenements import OPERATEUR
from fce.droits.habilitations import cles, jetons
from fce.droits.habilitations.models import JetonApi
from fce.socle.erreurs import Introuvable
from fce.socle.texte.formats import jour
from fce.socle.travaux.commandes import Commande


class Command(Commande):
    help = "Crée la clé d’un programme extérieur, fixe le quota d’une clé ou d’un jeton, liste et révoque."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
        cle = actions.add_parser("cle", help="crée la clé d’un programme extérieur : données ouvertes seulement")
        cle.add_argument("libelle", metavar="LIBELLÉ", help="quel programme, de qui")
        cle.add_argument("--jours", type=int, default=jetons.JOURS_MAX, help="sa durée, 365 au plus")
        cle.add_argument("--debit", type=int, help="demandes par seconde ; FCE_DEBIT_CLE sinon")
        quota = actions.add_parser("quota", help="fixe le quota d’une clé ou d’un jeton")
        quota.add_argument("numero", metavar="NUMÉRO", type=int, help="celui que donne « fce api lister »")
        quota.add_argument("debit", metavar="DÉBIT", type=int, help="demandes par seconde ; 0 : le quota ordinaire")
        revoquer = actions.add_parser("revoquer", help="révoque une clé ou un jeton, aussitôt")
        revoquer.add_argument("numero", metavar="NUMÉRO", type=int)
        actions.add_parser("lister", help="liste les clés et les jetons en cours")

    def _cle(self, options: dict[str, Any]) -> None:
        cle, secret = cles.creer_pour_un_tiers(options["libelle"], options["jours"], options["debit"])
        self.stdout.write(f"Clé n° {cle.pk}, jusqu’au {jour(cle.expire_le)}. Elle ne sera plus montrée :\n{secret}")

    def _quota(self, options: dict[str, Any]) -> None:
        jeton = cles.fixer_debit(options["numero"], options["debit"] or None, OPERATEUR)
        debit = jeton.debit or settings.FCE_DEBIT_CLE
        self.stdout.write(f"Quota du n° {jeton.pk} : {debit} demandes par seconde, dans la demi-minute.")

    def _revoquer(self, options: dict[str, Any]) -> None:
        jeton = JetonApi.objects.select_related("dossier").filter(pk=options["numero"]).first()
        if jeton is None:
            raise Introuvable(f"Aucune clé n° {options['numero']}.")
        jetons.revoquer(jeton, OPERATEUR)
        self.stdout.write(f"Le n° {jeton.pk} est révoqué.")

    def _lister(self, options: dict[str, Any]) -> None:
        for j in JetonApi.objects.filter(revoque_le=None).order_by("pk"):
            quoi = f"jeton de l’habilitation n° {j.dossier_id}" if j.dossier_id else "clé"
            self.stdout.write(
                f"N° {j.pk} : {quoi}, {j.prefixe}…, par {j.par}, jusqu’au {jour(j.expire_le)}, "
                f"{j.debit or settings.FCE_DEBIT_CLE} demandes par seconde – {j.libelle}"
            )
