"""``fce habilitation``: registers an administration and proposes a ready profile. A signed-in approver must validate
it."""

import argparse
from typing import Any

from fce.droits.comptes import appartenances, organisations
from fce.droits.comptes.erreurs import DejaFait
from fce.droits.comptes.evenements import OPERATEUR
from fce.droits.comptes.models import Appartenance, Groupe
from fce.droits.habilitations.dossiers import departements, services
from fce.droits.habilitations.dossiers.etats import EtatDossier
from fce.droits.habilitations.finalites import PROFILS
from fce.droits.habilitations.models import Dossier
from fce.socle.texte.formats import jour
from fce.socle.travaux.commandes import Commande

# Nobody signs in under this name, so the approver is always somebody else.


class Command(Commande):
    help = "Ouvre une administration et propose une habilitation ; un approbateur connecté la valide."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
        organisation = actions.add_parser("organisation", help="ouvre une administration")
        organisation.add_argument("numero", metavar="NUMÉRO", help="son SIRET, ou le SIREN de toute l’administration")
        organisation.add_argument("nom", metavar="NOM")
        groupe = actions.add_parser("groupe", help="crée un groupe d’une administration, ou en nomme le gestionnaire")
        groupe.add_argument("nom", metavar="NOM")
        groupe.add_argument("--organisation", required=True, metavar="NUMÉRO", help="son SIRET ou son SIREN")
        groupe.add_argument("--gestionnaire", default="", metavar="COURRIEL", help="celui qui gérera le groupe")
        proposer = actions.add_parser("proposer", help="soumet un profil prêt à un approbateur")
        proposer.add_argument("profil", metavar="PROFIL", choices=list(PROFILS), help=", ".join(PROFILS))
        proposer.add_argument("--organisation", required=True, metavar="NUMÉRO", help="son SIRET ou son SIREN")
        proposer.add_argument("--groupe", required=True, metavar="NOM")
        proposer.add_argument(
            "--territoire", required=True, nargs="+", metavar="LIEU", help="départements ou régions, ou FR"
        )
        proposer.add_argument(
            "--adhesion-automatique", action="store_true", help="admettre ses agents à leur première connexion"
        )
        lister = actions.add_parser("lister", help="liste les habilitations")
        lister.add_argument("--etat", choices=EtatDossier.values, help=", ".join(EtatDossier.values))

    def _organisation(self, options: dict[str, Any]) -> None:
        creee = organisations.creer(options["numero"], options["nom"], OPERATEUR)
        self.stdout.write(f"Organisation {creee.numero} ouverte.")

    def _groupe(self, options: dict[str, Any]) -> None:
        organisation = organisations.trouver(options["organisation"])
        try:
            groupe = organisations.creer_groupe(organisation, options["nom"], OPERATEUR)
            self.stdout.write(f"Groupe n° {groupe.pk} créé.")
        except DejaFait:
            groupe = organisations.trouver_groupe(organisation, options["nom"])
        if options["gestionnaire"]:
            self.stdout.write(_nommer(groupe, options["gestionnaire"]))

    def _proposer(self, options: dict[str, Any]) -> None:
        groupe = organisations.trouver_groupe(organisations.trouver(options["organisation"]), options["groupe"])
        contenu = services.du_profil(
            options["profil"],
            departements.lire_lieux(",".join(options["territoire"])),
            adhesion_automatique=options["adhesion_automatique"],
        )
        dossier = services.soumettre(services.creer(groupe, contenu, OPERATEUR), OPERATEUR)
        self.stdout.write(f"Habilitation n° {dossier.pk} soumise : un approbateur la lira dans /habilitations/file.")

    def _lister(self, options: dict[str, Any]) -> None:
        dossiers = Dossier.objects.select_related("groupe__organisation").order_by("pk")
        for d in dossiers.filter(etat=options["etat"]) if options["etat"] else dossiers:
            fin = f", jusqu’au {jour(d.fin)}" if d.fin else ""
            self.stdout.write(
                f"N° {d.pk} : {d.get_etat_display()}{fin} – {d.groupe} ({d.groupe.organisation.numero}) – "
                f"{', '.join(d.groupes_de_donnees)} – {departements.en_clair(d.territoire)}"
            )


def _nommer(groupe: Groupe, courriel: str) -> str:
    """Make a manager: a member of the group, an agent of the administration, or whoever signs in with this address."""
    appartenances.refuser_ailleurs(groupe, courriel, OPERATEUR)
    connu = appartenances.agent_du_groupe(groupe, courriel)
    if connu is None:
        appartenances.attendre(groupe, courriel, OPERATEUR, gestionnaire=True)
        return "Cette adresse sera gestionnaire du groupe à sa première connexion."
    presente = Appartenance.objects.filter(compte=connu, groupe=groupe, fin=None).first()
    if presente is None:
        appartenances.ajouter(connu, groupe, OPERATEUR, Appartenance.Origine.GESTIONNAIRE, gestionnaire=True)
    else:
        appartenances.designer_gestionnaire(presente, True, OPERATEUR)
        appartenances.maintenir(presente, OPERATEUR)
    return f"Le compte {connu.identifiant} est gestionnaire du groupe."
