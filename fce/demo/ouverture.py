"""Create the administrations, groups, habilitations and mandates of the demonstration.

A second run only adds what is missing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Final

from fce.demo.identite import personnages as p
from fce.droits.comptes import appartenances, services
from fce.droits.comptes.erreurs import DejaFait
from fce.droits.comptes.mandats import Mandats
from fce.droits.comptes.models import Appartenance, Compte, Genre, Groupe, Organisation
from fce.droits.habilitations.dossiers import services as dossiers
from fce.droits.habilitations.models import Dossier

INSTALLATION: Final = "demonstration"


@dataclass(frozen=True, slots=True)
class Ouverture:
    """A habilitation profile for a group, requested by one of its agents. ``boite``: mailbox without ``.example``."""

    administration: p.Administration
    groupe: str
    boite: str
    profil: str
    territoire: tuple[str, ...]
    demandeur: p.Personnage

    @property
    def courriel(self) -> str:
        """``.example`` is a reserved domain (RFC 2606)."""
        return f"{self.boite}.example"


INSPECTION_59: Final = Ouverture(
    p.DDETS, "Inspection du travail du Nord", "inspection-59@travail", "inspection-travail", ("59",), p.GESTIONNAIRE
)
POLE_3E: Final = Ouverture(
    p.DREETS, "Pôle 3E", "pole-3e@travail", "dreets-3e", ("02", "59", "60", "62", "80"), p.CHARGE_DREETS
)
FISCAL: Final = Ouverture(p.DGFIP, "Contrôle fiscal", "controle@fiscal", "dgfip", ("FR",), p.PRODUCTEUR)
DOUANIER: Final = Ouverture(p.DOUANE, "Contrôle douanier", "controle@douane", "douane", ("FR",), p.DOUANIER)
CCRF_59: Final = Ouverture(p.DDPP, "CCRF du Nord", "ccrf-59@ccrf", "ccrf", ("59",), p.ENQUETRICE)
INSPECTION_62: Final = Ouverture(
    p.DDETS_62,
    "Inspection du travail du Pas-de-Calais",
    "inspection-62@travail",
    "inspection-travail",
    ("62",),
    p.INSPECTEUR_62,
)
OUVERTURES: Final = (INSPECTION_59, POLE_3E, FISCAL, DOUANIER, CCRF_59, INSPECTION_62)
EN_ATTENTE: Final = {POLE_3E: ("dreets-formation", POLE_3E.territoire), INSPECTION_62: ("ddets-emploi", ("62",))}
"""What the approver has to judge: (profile, territory) requested by the service of an opening."""
MANDATS: Final = (
    (p.APPROBATRICE, Mandats.APPROBATEUR, ""),
    (p.EQUIPE, Mandats.EQUIPE, ""),
    (p.BUDGET, Mandats.BUDGET, ""),
    (p.PRODUCTEUR, Mandats.DEPOT, "dgfip"),
)


def ouvrir(iss: str, sujet: Callable[[p.Personnage], str]) -> dict[str, Compte]:
    """Create the agents' accounts at the provider ``iss`` (``sujet``: their ``sub``) with their groups and mandates;
    return them by ``Personnage.cle``."""
    comptes = {qui.cle: _compte(qui, iss, sujet(qui)) for qui in p.AGENTS}
    for ouverture in OUVERTURES:
        _habiliter(ouverture, comptes)
    for qui, role, perimetre in MANDATS:
        _si_absent(partial(services.donner_mandat, comptes[qui.cle], role, perimetre, INSTALLATION))
    return comptes


def _compte(qui: p.Personnage, iss: str, sub: str) -> Compte:
    administration = qui.administration
    compte, _ = Compte.objects.get_or_create(
        iss=iss,
        sub=sub,
        defaults={
            "genre": Genre.AGENT,
            "courriel": qui.email,
            "prenom": qui.prenom,
            "nom": qui.nom,
            "siret": administration.siret if administration else "",
            "organisme": administration.nom if administration else "",
            "roles": list(qui.roles),
        },
    )
    return compte


def _habiliter(ouverture: Ouverture, comptes: dict[str, Compte]) -> None:
    organisation, _ = Organisation.objects.get_or_create(
        numero=ouverture.administration.siret, defaults={"nom": ouverture.administration.nom}
    )
    groupe, _ = Groupe.objects.get_or_create(organisation=organisation, nom=ouverture.groupe)
    if not groupe.courriel:
        groupe.courriel = ouverture.courriel
        groupe.save(update_fields=["courriel"])
    demandeur = comptes[ouverture.demandeur.cle]
    gere = ouverture.demandeur is p.GESTIONNAIRE
    origine = Appartenance.Origine.GESTIONNAIRE
    _si_absent(partial(appartenances.ajouter, demandeur, groupe, INSTALLATION, origine, gestionnaire=gere))
    if Dossier.objects.filter(groupe=groupe).exists():
        return
    contenu = dossiers.du_profil(ouverture.profil, ouverture.territoire, adhesion_automatique=True)
    dossier = dossiers.creer(groupe, contenu, demandeur.identifiant)
    dossiers.soumettre(dossier, demandeur.identifiant)
    dossiers.valider(dossier, comptes[p.APPROBATRICE.cle].identifiant)
    if ouverture in EN_ATTENTE:
        demande = dossiers.du_profil(*EN_ATTENTE[ouverture])
        dossiers.soumettre(dossiers.creer(groupe, demande, demandeur.identifiant), demandeur.identifiant)


def _si_absent(faire: Callable[[], object]) -> None:
    try:
        faire()
    except DejaFait:
        return
