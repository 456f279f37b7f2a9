"""What the exchanges offer to the pages of other rooms: actions of a sheet, menu entries, tasks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from django.http import HttpRequest

from fce.droits.comptes.requete import compte_de
from fce.droits.habilitations.dossiers.acces import est_habilite
from fce.droits.habilitations.finalites import Droit
from fce.droits.habilitations.requete import acteur_de_la_requete
from fce.echanges.demandes.boite import taches as taches_des_demandes
from fce.echanges.demandes.genre import DEMANDE, DEMANDES
from fce.echanges.objets import CONTACT, CONTENU
from fce.echanges.operations.genre import OPERATIONS
from fce.echanges.operations.selectors import taches as taches_des_operations
from fce.echanges.portes import ATTENDENT, compter_la_semaine, compter_les_demandes, porte
from fce.echanges.suivis.annonces import TACHE_RECHERCHES, demander_la_comparaison
from fce.echanges.visites.genre import VISITE, VISITES
from fce.echanges.visites.selectors import taches as taches_des_visites
from fce.socle.texte.identifiants import est_siret
from fce.socle.web.liens import adresse_de
from fce.socle.web.offres import BARRE, ActionDeFiche, ActionDeListe, Entree, Offres, Palier

_GENRES: Final = (VISITES, OPERATIONS, DEMANDES)
OBJETS: Final = {o.nom: o for o in (CONTACT, CONTENU, *(genre.objet for genre in _GENRES))}
_D_UNE_OPERATION: Final = (
    *("impression", "modification", "bilan", "annulation", "ouverture", "services", "sortie", "notes", "cibles"),
    *("cible", "retrait", "constat", "pieces", "piece-retrait", "visites"),
)


def _formulaire(
    entreprise: str, etablissement: str, *, second_facteur: bool = False, habilitee: bool = True
) -> Callable[[HttpRequest, str], str | None]:
    """Address of a form about a company or establishment ("" when the action is not for companies), for agents.

    ``habilitee``: only with a habilitation in force, without which the form refuses. The form checks the rest itself.
    """

    def adresse(request: HttpRequest, numero: str) -> str | None:
        compte = compte_de(request)
        route = etablissement if est_siret(numero) else entreprise
        if not route or compte is None or not compte.agent:
            return None
        if second_facteur and request.session.get("mfa") is not True:
            return None
        if habilitee and not est_habilite(acteur_de_la_requete(request)):
            return None
        return adresse_de(f"echanges:{route}", numero)

    return adresse


def _suivre_la_recherche(request: HttpRequest) -> str | None:
    compte = compte_de(request)
    return adresse_de("echanges:suivre-recherche") if compte is not None and compte.agent else None


_VISITES, _DEMANDES = porte(VISITE, Droit.MESSAGE), porte(DEMANDE)
_TOUJOURS: Final = Offres(lectures_tues={objet.nom: objet.titre for objet in OBJETS.values()})
"""Labels for the journal stay when the room is closed."""
_OUVERTES: Final = Offres(
    reglage="FCE_ECHANGES",
    menu=(
        Entree("Mes suivis", "echanges:suivis", 10),
        Entree(
            "Visites", "echanges:visites", 30, BARRE, adresse=_VISITES, attend=(compter_la_semaine, "cette semaine")
        ),
        Entree("Opérations conjointes", "echanges:operations", 10, "echanges:visites", adresse=_VISITES),
        Entree("Contacts de mon service", "echanges:contacts", 20, "echanges:visites", adresse=_VISITES),
        Entree("Demandes", "echanges:demandes", 40, BARRE, adresse=_DEMANDES, attend=(compter_les_demandes, ATTENDENT)),
        Entree("Annuaire des services", "echanges:annuaire", 10, "echanges:demandes"),
        Entree("Mon service", "echanges:mon-service", 20, "echanges:demandes", adresse=_DEMANDES),
    ),
    actions=(
        ActionDeFiche(
            "Annoncer une visite",
            _formulaire("nouvelle-visite", "nouvelle-visite-lieu", second_facteur=True),
            5,
            principale=True,
            court="Annoncer",
        ),
        ActionDeFiche(
            "Noter une visite",
            _formulaire("noter-entreprise", "noter-etablissement"),
            6,
            principale=True,
            court="Noter",
        ),
        ActionDeFiche("Qui appeler", _formulaire("", "services-competents", habilitee=False), 7),
        ActionDeFiche(
            "Poser une question à un service",
            _formulaire("demander-entreprise", "demander-etablissement", second_facteur=True),
            8,
        ),
        ActionDeFiche("Suivre", _formulaire("suivre-entreprise", "suivre-etablissement"), 20),
        ActionDeFiche(
            "Envoyer à un collègue",
            _formulaire("envoyer-entreprise", "envoyer-etablissement", habilitee=False),
            30,
        ),
    ),
    actions_de_liste=(ActionDeListe("Suivre cette recherche", _suivre_la_recherche),),
    a_la_bascule=(demander_la_comparaison,),
    apres_index=(TACHE_RECHERCHES,),
    taches=(taches_des_visites, taches_des_operations, taches_des_demandes),
    fil={
        Palier("Contacts de mon service", "echanges:contacts"): (
            *("echanges:contact", "echanges:importer", "echanges:confirmer-import"),
        ),
        Palier("Contact noté", "echanges:contact", ("numero",)): ("echanges:modifier-contact",),
        Palier("Visites de mon service", "echanges:visites"): ("echanges:visite", "echanges:calendrier"),
        Palier("Visite annoncée", "echanges:visite", ("numero",)): ("echanges:changer-visite",),
        Palier("Opérations conjointes", "echanges:operations"): (
            *("echanges:operation-creation", "echanges:operation", "echanges:operation-agenda"),
        ),
        Palier("Opération", "echanges:operation", ("numero",)): (
            [f"echanges:operation-{nom}" for nom in _D_UNE_OPERATION]
        ),
        Palier("Demandes entre services", "echanges:demandes"): ("echanges:demande",),
        Palier("Demande", "echanges:demande", ("numero",)): ("echanges:changer-demande",),
        Palier("Annuaire des services", "echanges:annuaire"): ("echanges:service",),
        Palier("Service", "echanges:service", ("numero",)): ("echanges:modifier-service", "echanges:bilan"),
        Palier("Mes suivis", "echanges:suivis"): ("echanges:suivre-recherche",),
    },
    faits={
        "contact-note": "Le contact est noté.",
        "contact-modifie": "Le contact est modifié ; son ancienne version est gardée.",
        "contact-retire": "Le contact est retiré : les autres services ne le voient plus.",
        "piece-retiree": "La pièce n’est plus jointe.",
        "contacts-importes": "L’historique est importé.",
        **{geste.fait: geste.dit for genre in _GENRES for geste in genre.gestes.values() if geste.fait},
        "visite-proposer": "Vos dates sont proposées : les autres services reçoivent un lien.",
        "visite-disponible": "Votre réponse est enregistrée.",
        "visite-venir": "Vous venez ce jour-là : les autres services en sont prévenus.",
        "service-inscrit": "Votre page de l’annuaire est enregistrée.",
        "absence-dite": "Votre absence est notée : vos collègues la lisent.",
        "absence-finie": "Vous êtes noté présent.",
        "suivi-ajoute": "C’est suivi : ce qui changera paraîtra sur votre accueil et dans « Mes suivis ».",
        "suivi-retire": "Ce n’est plus suivi, et ses alertes sont effacées.",
        "alertes-lues": "Ces changements sont marqués comme lus : ils restent dans « Déjà lus ».",
        "alertes-a-relire": "Ces changements sont de nouveau à lire.",
        "rythme-choisi": "Votre choix est enregistré.",
        "calendrier-revoque": "L’adresse de votre agenda n’ouvre plus rien.",
        "fiche-envoyee": "Si cette adresse est celle d’un agent qui utilise FCE, le lien lui est envoyé.",
    },
)
OFFRES: Final = (_TOUJOURS, _OUVERTES)
