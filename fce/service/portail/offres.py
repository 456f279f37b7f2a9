"""What the portal offers to the pages of the other rooms, and what its screens of deposits do while they are open."""

from __future__ import annotations

from typing import Final

from django.http import HttpRequest
from django.urls import reverse

from fce.droits.comptes.mandats import Mandats
from fce.droits.comptes.requete import compte_de
from fce.service.portail.accueil.fiches_ouvertes import derniere_lecture
from fce.service.portail.declarer.a_faire import taches as taches_des_declarations
from fce.service.portail.depot.a_faire import taches as taches_des_depots
from fce.service.portail.dirigeant.selectors import est_peut_etre_sienne
from fce.service.portail.signalements.a_faire import taches as taches_des_signalements
from fce.socle.web.liens import adresse_signaler
from fce.socle.web.offres import BARRE, ActionDeFiche, Entree, Offres, PageOuverte, Palier
from fce.socle.web.routes import Qui


def _votre_entreprise(request: HttpRequest, numero: str) -> str | None:
    """For a private person whom the RNE names among the officers, or whose link is validated."""
    compte = compte_de(request)
    if compte is None or compte.agent or not est_peut_etre_sienne(compte, numero[:9]):
        return None
    return reverse("portail:corriger", args=[numero[:9]])


_RECUS: Final = "portail:depot-signalements"
_PORTAIL: Final = Offres(
    derniere_lecture=derniere_lecture,
    liens={
        "marquer-lue": "portail:marquer-fiche-lue",
        "accueil": "portail:accueil",
        "signaler": "portail:signaler",
        "contradictions": "portail:contradictions",
        "naf-2025": "portail:naf-2025",
        "producteur": "portail:producteur",
        "producteurs": "portail:producteurs",
    },
    actions=(
        ActionDeFiche("Votre entreprise ?", _votre_entreprise, 5, principale=True, court="Votre entreprise ?"),
        ActionDeFiche("Signaler une erreur", lambda _, numero: adresse_signaler(numero), 60),
    ),
    menu=(
        Entree("Accueil", "portail:accueil", 1, BARRE, Qui.CONNECTE),
        Entree("Mes entreprises", "portail:mes-entreprises", 20, BARRE, Qui.PARTICULIER, court="Entreprises"),
        Entree("Mes signalements", "portail:signalements", 30, BARRE, Qui.PARTICULIER, court="Signalements"),
        Entree("Signalements reçus", _RECUS, 50, BARRE, mandat=Mandats.DEPOT, court="Signalements"),
        Entree("Contradictions de vos données", "portail:depot-contradictions", 22, _RECUS, mandat=Mandats.DEPOT),
        Entree("Ce qui se contredit ici", "portail:contradictions-territoire", 13, "territoires:choix"),
        Entree("Mes signalements", "portail:signalements", 60, "comptes:compte"),
        Entree("Mes messages à l’équipe", "portail:mes-messages", 61, "comptes:compte", Qui.CONNECTE),
    ),
    taches=(taches_des_signalements,),
    fil={
        Palier("Signalements reçus", "portail:depot-signalements"): ("portail:depot-signalement",),
        Palier("Contradictions de vos données", "portail:depot-contradictions"): ("portail:depot-contradiction",),
        Palier("Ce qui se contredit", "portail:contradictions"): ("portail:contradictions-territoire",),
        Palier("Mes entreprises", "portail:mes-entreprises"): ("portail:consultations", "portail:corriger"),
        Palier("Rejoindre la fiche commune", "portail:rejoindre"): ("portail:essai", "portail:partenaire"),
        Palier("Essayer un fichier", "portail:essai"): ("portail:essai-source",),
        Palier("Producteurs", "portail:producteurs"): ("portail:producteur",),
        Palier("Producteur", "portail:producteur", ("code",)): ("portail:usages",),
        Palier("Contact", "portail:contact"): ("portail:contact-suivi", "portail:mes-messages"),
        Palier("Nouveautés", "portail:nouveautes"): ("portail:nouveautes-arret",),
        Palier("Transparence", "portail:transparence"): ("portail:document-publie",),
    },
    pages=(
        PageOuverte("Chercher", "Accueil", "portail:accueil"),
        PageOuverte("Les données", "Producteurs", "portail:producteurs"),
        PageOuverte("Les données", "Ce qui se contredit", "portail:contradictions"),
        PageOuverte("Les données", "Rejoindre la fiche commune", "portail:rejoindre"),
        PageOuverte("Le service", "À propos", "portail:a-propos"),
        PageOuverte("Le service", "Nouveautés", "portail:nouveautes"),
        PageOuverte("Le service", "Feuille de route", "portail:feuille-de-route"),
        PageOuverte("Le service", "Kit de communication", "portail:kit"),
        PageOuverte("Aide et contact", "Aide", "portail:aide"),
        PageOuverte("Aide et contact", "Questions fréquentes", "portail:faq"),
        PageOuverte("Aide et contact", "Ce qui change avec la NAF 2025", "portail:naf-2025"),
        PageOuverte("Aide et contact", "Contact", "portail:contact"),
        PageOuverte("Aide et contact", "Donner mon avis", "portail:avis"),
        PageOuverte("Informations légales", "Mentions légales", "portail:mentions-legales"),
        PageOuverte("Informations légales", "Conditions générales d’utilisation", "portail:cgu"),
        PageOuverte("Informations légales", "Données personnelles", "portail:donnees-personnelles"),
        PageOuverte("Informations légales", "Cookies", "portail:cookies"),
        PageOuverte("Informations légales", "Accessibilité", "portail:accessibilite"),
        PageOuverte("Informations légales", "Sécurité", "portail:securite"),
        PageOuverte("Informations légales", "Transparence", "portail:transparence"),
        PageOuverte("Informations légales", "Plan du site", "portail:plan-du-site"),
    ),
    faits={
        "signalement-envoye": "Le signalement est envoyé.",
        "signalement-traite": "C’est enregistré : un courriel prévient l’auteur du signalement.",
        "message-envoye": "Votre message est envoyé : l’équipe vous répondra.",
        "nouvelles-abonne": "C’est noté : un courriel vous préviendra des nouveautés.",
        "nouvelles-arretees": "C’est noté : vous ne recevrez plus le courriel des nouveautés.",
        "panel-inscrit": "Merci : l’équipe pourra vous écrire, pendant un an, pour améliorer le service.",
        "panel-quitte": "C’est noté : vous n’êtes plus du panel.",
        "rattachement-demande": "La demande est reçue.",
    },
)
_DEPOTS: Final = Offres(
    reglage="FCE_DEPOTS",
    menu=(
        Entree("Déposer des données", "portail:depot", 45, mandat=Mandats.DEPOT, sous=BARRE, court="Déposer"),
        Entree("Connecter un fichier", "portail:declarer", 46, mandat=Mandats.DEPOT, sous="portail:depot"),
        Entree("Connecter un fichier", "portail:declarer", 62, sous="comptes:compte"),
    ),
    taches=(taches_des_depots, taches_des_declarations),
    fil={
        Palier("Déposer des données", "portail:depot"): (
            *("portail:depot-source", "portail:depot-signalements", "portail:depot-contradictions"),
        ),
        Palier("Source {nom}", "portail:depot-source", ("nom",)): ("portail:depot-rapport",),
        Palier("Connecter un fichier", "portail:declarer"): (
            *("portail:declarer-fichier", "portail:declarer-colonnes", "portail:declarer-lecteurs"),
            *("portail:declarer-presentation", "portail:declarer-apercu", "portail:declarer-signatures"),
        ),
    },
    faits={
        "depot-publie": "Le dépôt est publié : les lecteurs voient ces données.",
        "declaration-signee": "C’est signé. La dernière signature ouvre aux lecteurs dans la minute.",
        "declaration-retiree": "C’est retiré : plus personne ne lit ces données.",
    },
)
OFFRES: Final = (_PORTAIL, _DEPOTS)
