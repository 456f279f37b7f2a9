"""Invented people to play and their administrations. Each one shows a feature.

``fce.demo.personnages`` holds the companies; the head of one of them is here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from fce.demo import numeros, personnages as entreprises

ETAT: Final = ("agent_public", "agent_public_etat")


@dataclass(frozen=True, slots=True)
class Administration:
    """An invented administration, numbered next to the hand-made companies."""

    siret: str
    nom: str


@dataclass(frozen=True, slots=True)
class Personnage:
    """A person. ``cle``: name in URLs. ``montre``: what to see when playing this person.

    ``administration``: None for a private person (FranceConnect); otherwise ProConnect.
    """

    cle: str
    prenom: str
    nom: str
    fonction: str
    montre: str
    administration: Administration | None = None
    roles: tuple[str, ...] = ()

    @property
    def email(self) -> str:
        """``.example`` is a reserved domain (RFC 2606)."""
        domaine = "travail.example" if self.administration else "personne.example"
        return f"{self.cle}@{domaine}"


def _administration(racine: int, nom: str) -> Administration:
    siren = numeros.siren(racine)
    return Administration(siren + numeros.nic(siren, 1), nom)


DDETS: Final = _administration(900, "DDETS du Nord (démonstration)")
DREETS: Final = _administration(901, "DREETS Hauts-de-France (démonstration)")
DGFIP: Final = _administration(902, "Direction générale des finances publiques (démonstration)")
DOUANE: Final = _administration(903, "Direction générale des douanes et droits indirects (démonstration)")
AUTRE: Final = _administration(904, "Office national des essais (démonstration)")
SERVICE: Final = _administration(905, "Service de la fiche commune (démonstration)")
"""The administration that runs the service."""
DDPP: Final = _administration(906, "DDPP du Nord (démonstration)")
DDETS_62: Final = _administration(907, "DDETS du Pas-de-Calais (démonstration)")
ADMINISTRATIONS: Final = (DDETS, DREETS, DGFIP, DOUANE, AUTRE, SERVICE, DDPP, DDETS_62)


def _agent(cle: str, prenom: str, nom: str, administration: Administration, fonction: str, montre: str) -> Personnage:
    return Personnage(cle, prenom, nom, fonction, montre, administration, ETAT)


INSPECTRICE: Final = _agent(
    "inspectrice-59",
    "Nathalie",
    "GALSDOREAU",
    DDETS,
    "Inspectrice du travail dans le Nord (59)",
    "Contrôles, emploi et contacts des entreprises du Nord ; rien des impôts ni des autres départements",
)
CHARGE_DREETS: Final = _agent(
    "dreets-3e",
    "Julien",
    "HORBLULOIS",
    DREETS,
    "Chargé de mission économique, DREETS Hauts-de-France",
    "Activité partielle, mutations et aides des entreprises de la région",
)
AGENTE_DGFIP: Final = _agent(
    "dgfip",
    "Sylvie",
    "CORVRENIER",
    DGFIP,
    "Vérificatrice, DGFiP",
    "Données fiscales ; rien des contrôles du travail",
)
DOUANIER: Final = _agent(
    "douane", "Karim", "TRESTROUVARD", DOUANE, "Agent des douanes", "Opérateurs et numéros EORI, dans toute la France"
)
ENQUETRICE: Final = _agent(
    "ccrf-59",
    "Céline",
    "PLOVDRUMEL",
    DDPP,
    "Enquêtrice CCRF dans le Nord (59)",
    "Visites annoncées et opération conjointe avec d’autres services ; rien de l’emploi ni des impôts",
)
INSPECTEUR_62: Final = _agent(
    "inspecteur-62",
    "Olivier",
    "TRESGLAVON",
    DDETS_62,
    "Inspecteur du travail dans le Pas-de-Calais (62)",
    "Une visite passée à dire, et les mêmes entreprises vues du département voisin",
)
SANS_HABILITATION: Final = _agent(
    "sans-habilitation",
    "Émilie",
    "MONGNONEC",
    AUTRE,
    "Agente d’une administration sans habilitation",
    "Ce qui est réservé, pourquoi, et comment le demander",
)
PRODUCTEUR: Final = _agent(
    "producteur-dgfip",
    "Laurent",
    "DALPLOBAUD",
    DGFIP,
    "Responsable de données à la DGFiP",
    "Dépôt d’un fichier, compte rendu, publication et retour ; signalements reçus sur ses données",
)
APPROBATRICE: Final = _agent(
    "approbatrice",
    "Hélène",
    "VAUDRISEL",
    SERVICE,
    "Approbatrice des habilitations",
    "Demandes à instruire : valider, demander une correction, refuser",
)
GESTIONNAIRE: Final = _agent(
    "gestionnaire-59",
    "Philippe",
    "BELGLONET",
    DDETS,
    "Responsable d’unité de contrôle, gestionnaire du groupe",
    "Membres et invitations de l’inspection du travail du Nord, revue annuelle, comptes des consultations",
)
BUDGET: Final = _agent(
    "budget",
    "Aminata",
    "NORZOLIN",
    SERVICE,
    "Gestionnaire budgétaire de la convention",
    "La convention : livre, état des dépenses, comités ; aucune donnée d’entreprise réservée",
)
EQUIPE: Final = _agent(
    "equipe",
    "Thomas",
    "FERFROROT",
    SERVICE,
    "Équipe de la fiche commune",
    "Administration du service : organisations, sources, sessions ; aucune donnée réservée",
)
AGENTS: Final = (
    INSPECTRICE, CHARGE_DREETS, AGENTE_DGFIP, DOUANIER, ENQUETRICE, INSPECTEUR_62, SANS_HABILITATION, PRODUCTEUR,
    APPROBATRICE, GESTIONNAIRE, BUDGET, EQUIPE,
)  # fmt: skip
"""People known to ProConnect."""

ENTREPRISE: Final = entreprises.GROUPE
"""The company headed by ``CHEF_ENTREPRISE`` in the register."""
CHEF_ENTREPRISE: Final = Personnage(
    "chef-entreprise",
    "Jean Alain Michel",
    "LUSTRIZAC",
    f"Président de {ENTREPRISE.nom}",
    "La fiche publique de son entreprise, et comment y signaler une erreur",
)
PERSONNE: Final = Personnage(
    "personne", "Zoé", "CLASTROUMON", "Une personne quelconque", "La fiche publique, et rien de plus"
)
PARTICULIERS: Final = (CHEF_ENTREPRISE, PERSONNE)
"""People known to FranceConnect."""
