"""The invented funding agreement: orders, payments, committees.

Written once, through the room's services, in the name of the account keeper. The ledger is append-only, so it is never
rewritten for another day.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from dateutil.relativedelta import relativedelta

from fce.droits.comptes.models import Compte
from fce.service.convention import services, suivi
from fce.service.convention.models import Convention, Marche
from fce.service.convention.services import SaisieEcriture
from fce.service.convention.vocabulaire import GenreEcriture, NatureDepense, NatureFormalite, TitreBudgetaire
from fce.socle.base.ecriture import ecriture

MONTANT: Final = 60_000_00
DEPUIS: Final = 4
"""Months since the agreement began; it lasts six."""
SIGNEE: Final[dict[str, Any]] = {
    "titre": "Convention de délégation de gestion FCE",
    "delegant": "Direction du fonds d’accélération",
    "role_delegant": "responsable du programme 352",
    "delegataire": "Service de la fiche commune",
    "role_delegataire": "service qui conduit le produit",
    "controleur_delegant": "Contrôleur budgétaire du délégant (démonstration)",
    "controleur_delegataire": "Contrôleur budgétaire du délégataire (démonstration)",
    "programme": "352",
    "centre_financier": "0352-CFSE-CFIN",
    "domaine_fonctionnel": "0352 action 1",
    "activite": "035200010101",
    "centre_de_cout": "SGSIFAB075",
    "axe_ministeriel": "DEMO-01",
    "comptable_assignataire": "CBCM (démonstration)",
    "ae": MONTANT,
    "cp": MONTANT,
    "preavis_mois": 3,
}
_N, _G = NatureDepense, GenreEcriture


@dataclass(frozen=True, slots=True)
class Commande:
    """An order: kind, euros, days since the beginning; percentages certified, then paid twenty days later."""

    nature: NatureDepense
    euros: int
    jour: int
    certifie: int = 100
    paye: int = 100


COMMANDES: Final = (
    Commande(_N.DEVOPS, 14_400, 9),
    Commande(_N.DESIGN, 9_600, 16),
    Commande(_N.DEPLOIEMENT, 12_000, 30, certifie=60, paye=60),
    Commande(_N.COACHING, 4_800, 44, paye=50),
    Commande(_N.COMPLEMENTAIRES, 3_600, 58, paye=0),
    Commande(_N.DEVOPS, 7_200, 66, certifie=0, paye=0),
)
TRAVAUX: Final = (
    (_N.DEVOPS, 70, "Hébergement en place, déploiement automatique, supervision."),
    (_N.DESIGN, 100, "Six entretiens d’agents, parcours de la fiche refait."),
    (_N.DEPLOIEMENT, 60, "Trois services ouverts sur cinq."),
    (_N.COACHING, 50, "Deux séances sur quatre."),
)


def periode(jour: date) -> tuple[date, date]:
    """Return the first and last day of the agreement."""
    debut = jour.replace(day=1) - relativedelta(months=DEPUIS)
    return debut, debut + relativedelta(months=6) - timedelta(days=1)


def ecrire_la_convention(teneur: Compte, jour: date) -> Convention | None:
    """Write the agreement as of a day; None when one exists already."""
    if Convention.objects.filter(demonstration=True).exists():
        return None
    # One transaction: if interrupted, the next start writes it.
    with ecriture():
        return _ecrire(teneur.identifiant, jour)


def _ecrire(par: str, jour: date) -> Convention:
    debut, fin = periode(jour)
    creee = services.creer({**SIGNEE, "debut": debut, "fin": fin}, par, demonstration=True)
    marche = services.ajouter_marche(
        creee.pk,
        {
            "reference": "DEMO-2026-01",
            "intitule": "Prestations numériques (démonstration)",
            "titulaire": "Groupement inventé",
            "debut": debut,
            "fin": fin,
        },
        par,
    )
    versement = SaisieEcriture(_G.RECETTE, debut + timedelta(days=5), MONTANT, "Lettre de crédit n° 1", "DEMO-R-001")
    services.ecrire(creee.pk, versement, par)
    for rang, commande in enumerate(COMMANDES, start=1):
        _commander(creee, marche, rang, commande, par)
    _suivre(creee, par)
    mois = jour.replace(day=1) + relativedelta(months=1)
    services.ecrire_prevision(creee.pk, mois, _N.DESIGN, 2_400_00, 9_000_00, par)
    suivi.preparer_avis(jour)
    return creee


def _commander(creee: Convention, marche: Marche, rang: int, commande: Commande, par: str) -> None:
    engage_le, montant = creee.debut + timedelta(days=commande.jour), commande.euros * 100
    engagement = services.ecrire(
        creee.pk,
        SaisieEcriture(
            _G.ENGAGEMENT, engage_le, montant, f"Bon de commande n° {rang}", f"DEMO-EJ-{rang:03d}",
            nature=commande.nature, titre=TitreBudgetaire.FONCTIONNEMENT, marche=marche.pk,
        ),
        par,
    )  # fmt: skip
    for genre, part, apres, piece in (
        (_G.SERVICE_FAIT, commande.certifie, 20, "Procès-verbal"),
        (_G.PAIEMENT, commande.paye, 40, "Facture"),
    ):
        if part:
            saisie = SaisieEcriture(
                genre,
                engage_le + timedelta(days=apres),
                montant * part // 100,
                f"{piece} n° {rang}",
                f"DEMO-{'SF' if genre == _G.SERVICE_FAIT else 'DP'}-{rang:03d}",
                engagement=engagement.pk,
            )
            services.ecrire(creee.pk, saisie, par)


def _suivre(creee: Convention, par: str) -> None:
    tenu_le = creee.debut + timedelta(days=20)
    comite = suivi.ajouter_comite(creee.pk, tenu_le, par)
    compte_rendu = {
        "tenu_le": tenu_le,
        "presidence": "Directrice du programme (démonstration)",
        "participants": "Délégant, délégataire, équipe de la fiche commune",
        "decision": "Le déploiement commence par deux services.",
    }
    suivi.noter_comite(creee.pk, comite.pk, compte_rendu, par)
    suivi.ajouter_decision(creee.pk, "Faut-il ouvrir le service à un troisième ministère avant le terme ?", par)
    for nature, jours, objet in (
        (NatureFormalite.LETTRE_DE_MISSION, 3, "Lettre de mission signée"),
        (NatureFormalite.COPIE_BUDGETAIRE, 6, "Convention signée"),
        (NatureFormalite.DECLARATION, 8, "Déclarations des experts retenus"),
        (NatureFormalite.PUBLICATION, 12, "Page « Budget » du service"),
    ):
        faite = {"nature": nature, "jour": creee.debut + timedelta(days=jours), "objet": objet, "avenant": None}
        suivi.noter_formalite(creee.pk, faite, par)
    for travaux, part, fait in TRAVAUX:
        avancement = {"nature": travaux, "jour": creee.debut + timedelta(days=110), "part": part, "fait": fait}
        suivi.noter_avancement(creee.pk, avancement, par)
