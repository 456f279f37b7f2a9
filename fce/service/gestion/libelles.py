"""Events in French: label of the action, names of people."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final, NamedTuple

from fce.droits.comptes.models import EvenementCompte
from fce.droits.habilitations.dossiers.presentation import noms

ACTIONS_MONTREES: Final = {
    "ajout_refuse": "Ajout refusé",
    "annuaire_modifie": "Page de l’annuaire modifiée",
    "appartenance": "Entrée dans un groupe",
    "appartenance_revue": "Appartenance revue",
    "assistance_classee": "Message à l’équipe classé",
    "assistance_demandee": "Message à l’équipe",
    "assistance_prise": "Message à l’équipe pris en charge",
    "assistance_repondue": "Réponse de l’équipe",
    "avis_lu": "Avis lu",
    "bandeau_pose": "Bandeau posé",
    "bandeau_retire": "Bandeau retiré",
    "boite": "Boîte du service changée",
    "changement_de_siret": "Changement d’administration",
    "convention_annulation": "Écriture de la convention annulée",
    "convention_avancement": "Avancement des travaux noté",
    "convention_avenant": "Avenant inscrit",
    "convention_avis_envoye": "Envoi d’un avis au financeur noté",
    "convention_avis_prepare": "Avis au financeur établi",
    "convention_comite_prevu": "Comité de la convention prévu",
    "convention_comite_tenu": "Compte rendu d’un comité inscrit",
    "convention_creee": "Convention inscrite",
    "convention_decision": "Décision d’un comité inscrite",
    "convention_decision_attendue": "Question posée à un comité",
    "convention_denoncee": "Fin de la convention, préavis inscrit",
    "convention_ecriture": "Écriture de la convention",
    "convention_formalite": "Formalité de la convention notée",
    "convention_marche": "Marché inscrit",
    "convention_modifiee": "Convention corrigée",
    "convention_prevision": "Prévision de dépense inscrite",
    "cumul_annonce": "Cumul de fonctions annoncé",
    "feuille_de_route": "Feuille de route modifiée",
    "declaration_retiree": "Déclaration retirée",
    "declaration_signee": "Déclaration signée",
    "depot_abandonne": "Dépôt abandonné",
    "depot_publie": "Dépôt publié",
    "depot_recu": "Dépôt reçu",
    "depot_retour": "Retour à la version précédente d’un dépôt",
    "demande_acceptee": "Demande d’ouverture acceptée",
    "demande_d_ouverture": "Demande d’ouverture",
    "demande_refusee": "Demande d’ouverture refusée",
    "demandes_pseudonymisees": "Demandes closes : leurs auteurs effacés",
    "desactivation": "Compte désactivé",
    "effectif_declare": "Nombre d’agents déclaré",
    "fermeture": "Fermeture",
    "fin_d_appartenance": "Sortie d’un groupe",
    "fin_de_session": "Session fermée",
    "fin_de_toutes_les_sessions": "Toutes les sessions fermées",
    "fin_des_autres_sessions": "Autres sessions fermées",
    "fin_des_sessions": "Sessions d’un compte fermées",
    "gestionnaire": "Gestion du groupe donnée ou reprise",
    "groupe_cree": "Groupe créé",
    "invitation": "Invitation",
    "invitation_annulee": "Invitation annulée",
    "cle_cree": "Clé de l’API créée",
    "cle_debit": "Quota d’une clé de l’API changé",
    "cle_revoque": "Clé de l’API révoquée",
    "jetons_revoques": "Tous les jetons révoqués",
    "mandat_donne": "Mandat donné",
    "mandat_retire": "Mandat retiré",
    "nouveaute_ecrite": "Nouveauté écrite",
    "nouveaute_publiee": "Nouveauté publiée",
    "organisation_creee": "Organisation créée",
    "premiere_connexion": "Première connexion",
    "pseudonymes_renouveles": "Pseudonymes des statistiques renouvelés",
    "purge": "Données expirées effacées",
    "raccordement_avance": "Étape d’un raccordement modifiée",
    "raccordement_ecrit": "Raccordement écrit",
    "rattachement_demande": "Rattachement demandé",
    "rattachement_refuse": "Rattachement refusé",
    "rattachement_termine": "Rattachement terminé",
    "rattachement_valide": "Rattachement validé",
    "reactivation": "Compte réactivé",
    "renommage": "Renommage",
    "reouverture": "Réouverture",
    "revue_exportee": "Revue annuelle téléchargée",
    "session_suspecte": "Session ouverte d’un autre navigateur",
    "signalement": "Signalement",
    "signalement_pris": "Signalement pris en charge",
    "signalement_traite": "Signalement traité",
    "sollicitation": "Habilitation sollicitée par un membre",
    "suspension": "Membre suspendu",
    "suspension_sans_connexion": "Membres suspendus, sans connexion depuis 90 jours",
    "texte": "Texte modifié",
    "travail_relance": "Travail relancé",
}
"""What the team may read. Any other action is hidden from it: what one agent sends to another is between them."""


class EvenementEnClair(NamedTuple):
    """An event as shown. ``par``, ``objet``: name and number, or the event's own text."""

    quand: datetime
    par: str
    action: str
    objet: str
    avant: Mapping[str, Any]
    apres: Mapping[str, Any]


def en_clair(evenements: Iterable[EvenementCompte]) -> list[EvenementEnClair]:
    """Return events as shown. One query for the names."""
    faits = list(evenements)
    connus = noms({valeur for e in faits for valeur in (e.par, e.objet) if _compte(valeur)})
    return [
        EvenementEnClair(
            e.quand,
            _nom(e.par, connus),
            ACTIONS_MONTREES.get(e.action, e.action),
            _nom(e.objet, connus),
            e.avant,
            e.apres,
        )
        for e in faits
    ]


def _compte(identifiant: str) -> bool:
    return identifiant[:1] == "c" and identifiant[1:].isdecimal()


def _nom(identifiant: str, connus: Mapping[str, str]) -> str:
    if _compte(identifiant):
        nom = connus.get(identifiant, identifiant)
        return nom if identifiant in nom else f"{nom} ({identifiant})"
    return {
        "systeme": "Le service, de lui-même",
        "operateur": "L’exploitant",
        "anonyme": "Une personne non connectée",
    }.get(identifiant, identifiant)
