"""The story of the exchanges as data: past contacts, planned visits, joint operation.

Days count from today. ``endroits`` resolves the places.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from fce.demo.ouverture import CCRF_59, DOUANIER, FISCAL, INSPECTION_59, INSPECTION_62, POLE_3E, Ouverture
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
class ContactDit:
    """A recorded contact. ``il_y_a``: days ago, None for the day of the imported control.

    ``dits``: other services see its themes; ``lu_par``: services that read its content; ``suite_dans``: days from now.
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
    lu_par: tuple[Ouverture, ...] = ()


@dataclass(frozen=True, slots=True)
class VisiteDite:
    """A visit announced for a week, ``dans`` weeks from now. ``objet`` identifies it."""

    service: Ouverture
    ou: Endroit
    dans: int
    objet: str
    genre: GenreInteraction = GenreInteraction.VISITE


G, T = GenreInteraction, Theme
CONTACTS: Final = (
    ContactDit(
        INSPECTION_59,
        Endroit.CONTROLE,
        None,
        G.CONTROLE,
        (T.TRAVAIL, T.SANTE_SECURITE),
        "Contrôle sur site. Registre de sécurité présenté, plan de prévention avec les entreprises extérieures à "
        "compléter. Deux protections de machines à remettre en état avant la prochaine visite.",
        dits=True,
        suite="contre-visite des protections de machines",
        suite_dans=25,
        lu_par=(INSPECTION_62,),
    ),
    ContactDit(
        POLE_3E,
        Endroit.GROUPE_59,
        34,
        G.ENTRETIEN,
        (T.EMPLOI,),
        "Entretien avec la direction du site sur le calendrier du plan de sauvegarde de l’emploi et le recours à "
        "l’activité partielle d’ici l’été.",
        dits=True,
        suite="point de suivi avec la direction",
        suite_dans=60,
        lu_par=(INSPECTION_59,),
    ),
    ContactDit(
        POLE_3E,
        Endroit.GROUPE_SIEGE,
        190,
        G.ACCOMPAGNEMENT,
        (T.ECONOMIE, T.FORMATION),
        "Présentation des aides à la modernisation des fours et du parcours de formation des opérateurs.",
        dits=True,
    ),
    ContactDit(
        FISCAL,
        Endroit.GROUPE_SIEGE,
        320,
        G.COURRIER,
        (T.FISCALITE,),
        "Demande de pièces sur le dernier exercice clos.",
    ),
    ContactDit(
        DOUANIER,
        Endroit.GROUPE_SIEGE,
        410,
        G.VISITE,
        (T.DOUANE,),
        "Visite de suivi de l’agrément : stocks sous douane conformes à la comptabilité matières.",
        dits=True,
    ),
    ContactDit(
        INSPECTION_59,
        Endroit.GROUPE_59,
        690,
        G.VISITE,
        (T.SANTE_SECURITE,),
        "Visite du laminoir avec les représentants du personnel : circulation des chariots à revoir.",
        dits=True,
    ),
    ContactDit(
        INSPECTION_62,
        Endroit.GROUPE_62,
        130,
        G.CONTROLE,
        (T.TRAVAIL,),
        "Contrôle des durées de travail de l’équipe de nuit. Décomptes remis en séance.",
        suite="réponse écrite attendue",
        suite_dans=12,
    ),
    ContactDit(
        INSPECTION_62,
        Endroit.GROUPE_62,
        900,
        G.ENTRETIEN,
        (T.TRAVAIL,),
        "Présentation de l’accord sur l’organisation du temps.",
    ),
    ContactDit(
        CCRF_59,
        Endroit.RESEAU_59,
        75,
        G.CONTROLE,
        (T.CONSOMMATION,),
        "Contrôle de l’affichage des prix et de l’origine des fruits et légumes. Rappel de la règle, pas d’autre "
        "suite.",
        dits=True,
    ),
    ContactDit(
        CCRF_59,
        Endroit.RESEAU_59,
        520,
        G.VISITE,
        (T.CONSOMMATION,),
        "Prélèvement de deux articles pour analyse.",
        dits=True,
    ),
    ContactDit(
        INSPECTION_59,
        Endroit.RESEAU_59,
        240,
        G.CONTROLE,
        (T.TRAVAIL, T.TRAVAIL_ILLEGAL),
        "Contrôle du travail dominical. Planning et contrats des saisonniers présentés.",
        lu_par=(CCRF_59,),
    ),
    ContactDit(
        INSPECTION_62,
        Endroit.RESEAU_62,
        55,
        G.VISITE,
        (T.SANTE_SECURITE,),
        "Visite de la réserve : issues de secours dégagées, hauteur de stockage à réduire.",
        dits=True,
        suite="vérifier la hauteur de stockage",
        suite_dans=30,
    ),
    ContactDit(
        DOUANIER,
        Endroit.RESEAU_62,
        610,
        G.CONTROLE,
        (T.DOUANE,),
        "Contrôle d’un arrivage à la plateforme, sans observation.",
    ),
    ContactDit(
        INSPECTION_59,
        Endroit.INTERIM_59,
        95,
        G.ENTRETIEN,
        (T.TRAVAIL,),
        "Entretien sur les motifs de recours et l’accueil des intérimaires chez les entreprises utilisatrices.",
        dits=True,
        lu_par=(POLE_3E, INSPECTION_62),
    ),
    ContactDit(
        POLE_3E,
        Endroit.INTERIM_59,
        365,
        G.ACCOMPAGNEMENT,
        (T.EMPLOI, T.FORMATION),
        "Recrutements annoncés pour le site industriel voisin : quatre parcours de formation possibles.",
        dits=True,
    ),
    ContactDit(
        FISCAL,
        Endroit.BOULANGERIE,
        150,
        G.ENTRETIEN,
        (T.FISCALITE,),
        "Entretien sur le changement de régime de TVA.",
        dits=True,
    ),
    ContactDit(
        DOUANIER,
        Endroit.BOULANGERIE,
        830,
        G.COURRIER,
        (T.DOUANE,),
        "Réponse à une question sur l’achat d’alcool de bouche.",
    ),
    ContactDit(
        FISCAL,
        Endroit.REPRENEUR,
        470,
        G.VISITE,
        (T.FISCALITE,),
        "Visite des locaux repris : matériel cédé inventorié avec le repreneur.",
        dits=True,
        lu_par=(DOUANIER,),
    ),
)
VISITES: Final = (
    VisiteDite(INSPECTION_59, Endroit.GROUPE_59, 2, "Contre-visite des protections de machines.", G.CONTROLE),
    VisiteDite(POLE_3E, Endroit.GROUPE_59, 2, "Point de suivi avec la direction du site."),
    VisiteDite(CCRF_59, Endroit.RESEAU_59, 1, "Contrôle des promotions de fin d’année.", G.CONTROLE),
    VisiteDite(DOUANIER, Endroit.RESEAU_59, 1, "Vérification d’un arrivage de textile."),
    VisiteDite(INSPECTION_62, Endroit.RESEAU_62, 3, "Vérifier la hauteur de stockage de la réserve."),
    VisiteDite(FISCAL, Endroit.REPRENEUR, 4, "Suite de la visite des locaux repris."),
    VisiteDite(DOUANIER, Endroit.CEDEE, 4, "Inventaire des stocks restés sur place."),
    VisiteDite(FISCAL, Endroit.USINE, 5, "Vérification de l’impôt foncier de l’usine."),
    VisiteDite(DOUANIER, Endroit.CANTINE, 5, "Contrôle des achats d’alcool du restaurant."),
    VisiteDite(FISCAL, Endroit.INTERIM_59, 3, "Droit de communication sur pièces."),
)
PASSEE: Final = VisiteDite(
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
