"""The story of the exchanges as data: past contacts, planned visits, joint operation.

Days count from today. ``endroits`` resolves the places.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

from fce.demo.ouverture import CCRF_59, DOUANIER, FISCAL, INSPECTION_59, INSPECTION_62, OUVERTURES, POLE_3E, Ouverture
from fce.echanges.vocabulaire import GenreInteraction, Theme


class Endroit(StrEnum):
    GROUPE_59 = "groupe-59"
    GROUPE_62 = "groupe-62"
    GROUPE_SIEGE = "groupe-siege"
    CONTROLE = "controle"
    """An establishment in the Nord, site of an imported control by the labour inspection."""
    RESEAU_59 = "reseau-59"
    RESEAU_62 = "reseau-62"
    INTERIM_59 = "interim-59"
    BOULANGERIE = "boulangerie"
    REPRENEUR = "repreneur"
    CEDEE = "cedee"
    USINE = "usine"
    CANTINE = "cantine"
    """Another company, at the address of ``USINE``."""


@dataclass(frozen=True, slots=True)
class ContactDuRecit:
    """A recorded contact. ``il_y_a``: days ago, None for the day of the imported control.

    ``dits``: other services see its themes; ``ouvert_a``: services that read its content; ``suite_dans``: in days.
    """

    service: Ouverture
    ou: Endroit
    il_y_a: int | None
    genre: GenreInteraction
    themes: tuple[Theme, ...]
    note: str
    dits: bool = False
    suite: str = ""
    suite_dans: int | None = None
    ouvert_a: tuple[Ouverture, ...] = ()


@dataclass(frozen=True, slots=True)
class VisiteDuRecit:
    """A visit announced for a week, ``dans`` weeks from now. ``objet`` identifies it."""

    service: Ouverture
    ou: Endroit
    dans: int
    objet: str
    genre: GenreInteraction = GenreInteraction.VISITE


G = GenreInteraction
_SERVICES: Final = {ouverture.boite: ouverture for ouverture in OUVERTURES}


def _contact(dit: dict[str, str]) -> ContactDuRecit:
    return ContactDuRecit(
        _SERVICES[dit["service"]],
        Endroit(dit["ou"]),
        int(dit["il_y_a"]) if dit["il_y_a"] else None,
        G(dit["genre"]),
        tuple(map(Theme, dit["themes"].split())),
        dit["note"],
        dits=dit["dits"] == "oui",
        suite=dit["suite"],
        suite_dans=int(dit["suite_dans"]) if dit["suite_dans"] else None,
        ouvert_a=tuple(_SERVICES[autre] for autre in dit["ouvert_a"].split()),
    )


with Path(__file__).with_name("contacts.csv").open(encoding="utf-8", newline="") as _flux:
    CONTACTS: Final = tuple(map(_contact, csv.DictReader(_flux, delimiter=";")))
"""The table of the recorded contacts; a service is named by its mailbox."""

VISITES: Final = (
    VisiteDuRecit(INSPECTION_59, Endroit.GROUPE_59, 2, "Contre-visite des protections de machines.", G.CONTROLE),
    VisiteDuRecit(POLE_3E, Endroit.GROUPE_59, 2, "Point de suivi avec la direction du site."),
    VisiteDuRecit(CCRF_59, Endroit.RESEAU_59, 1, "Contrôle des promotions de fin d’année.", G.CONTROLE),
    VisiteDuRecit(DOUANIER, Endroit.RESEAU_59, 1, "Vérification d’un arrivage de textile."),
    VisiteDuRecit(INSPECTION_62, Endroit.RESEAU_62, 3, "Vérifier la hauteur de stockage de la réserve."),
    VisiteDuRecit(FISCAL, Endroit.REPRENEUR, 4, "Suite de la visite des locaux repris."),
    VisiteDuRecit(DOUANIER, Endroit.CEDEE, 4, "Inventaire des stocks restés sur place."),
    VisiteDuRecit(FISCAL, Endroit.USINE, 5, "Vérification de l’impôt foncier de l’usine."),
    VisiteDuRecit(DOUANIER, Endroit.CANTINE, 5, "Contrôle des achats d’alcool du restaurant."),
    VisiteDuRecit(FISCAL, Endroit.INTERIM_59, 3, "Droit de communication sur pièces."),
)
PASSEE: Final = VisiteDuRecit(
    INSPECTION_62, Endroit.GROUPE_62, -2, "Affichage des horaires de l’équipe de nuit.", G.CONTROLE
)
"""Announced when it was still to come; its outcome is not recorded."""
COMMUNE: Final = (0, 1)
"""Indexes in ``VISITES`` of two visits whose services both answered « visite commune »."""
REPORTEE: Final = (3, 2)
"""Indexes of a visit postponed by its service, and of the one that caused it."""
REPORT: Final = 6
"""Postponed to this many weeks from now."""
OPERATION: Final = "CODAF – commerces et intérim, avant les fêtes"
MENEUR: Final = INSPECTION_59
INVITES: Final = (CCRF_59, DOUANIER)
CIBLES: Final = (Endroit.RESEAU_59, Endroit.INTERIM_59)
OPERATION_DANS: Final = 24
"""Days from now."""
CONSIGNES: Final = (
    "Rendez-vous à 8 h 30 sur place, en tenue de ville. Chaque service garde sa procédure et rédige ses propres actes."
)
PREPARATION: Final = "Deux entrées : la galerie et le quai de livraison. Demander le responsable du magasin."
ROLES: Final = "Inspection du travail : contrats et planning. CCRF : prix et origine. Douane : factures d’achat."
NOTE_PARTAGEE: Final = "La CCRF apporte deux balances étalons ; il manque un véhicule pour le matériel."
