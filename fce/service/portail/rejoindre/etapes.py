"""Steps to connect an institution, and what to do at each. Data only."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

from django.db.models import TextChoices


class GenreEtape(TextChoices):
    """Steps, in order, from first contact to published data."""

    CONTACT = "contact", "Contact"
    BASE_LEGALE = "base_legale", "Base légale"
    SCHEMA = "schema", "Schéma"
    DEPOT_D_ESSAI = "depot_d_essai", "Dépôt d’essai"
    HABILITATION = "habilitation", "Habilitation"
    PUBLICATION = "publication", "Publication"


class EtatEtape(TextChoices):
    A_VENIR = "a_venir", "à venir"
    EN_COURS = "en_cours", "en cours"
    FAITE = "faite", "faite"


SE_CONSTATENT: Final = frozenset({GenreEtape.SCHEMA, GenreEtape.PUBLICATION})
"""Steps proved by the catalogue (data set declared, data set in place), whatever the team writes."""


class Consigne(NamedTuple):
    """What the institution and the team do at a step, and what proves it done."""

    institution: str
    equipe: str
    preuve: str


CONSIGNES: Final[Mapping[GenreEtape, Consigne]] = {
    GenreEtape.CONTACT: Consigne(
        "Désigne un service qui portera le raccordement et dit quels jeux de données elle envisage.",
        "Répond, présente le service et ouvre la fiche de suivi du raccordement.",
        "Un échange a eu lieu et les jeux de données envisagés sont listés.",
    ),
    GenreEtape.BASE_LEGALE: Consigne(
        "Nomme les articles qui lui permettent de transmettre ces données, et à qui.",
        "Inscrit les articles dans la déclaration de chaque jeu et fixe la classe d’accès avec le producteur.",
        "Chaque jeu réservé porte sa base légale ; le délégué à la protection des données a été consulté.",
    ),
    GenreEtape.SCHEMA: Consigne(
        "Décrit les colonnes de son fichier sur cinq pages : nom, type, ce que chacune dit d’une personne.",
        "Relit la déclaration et la signe à deux ; le schéma (Table Schema) est publié.",
        "Le schéma se télécharge depuis « Données en place ».",
    ),
    GenreEtape.DEPOT_D_ESSAI: Consigne(
        "Essaie son fichier avec « Essayer un fichier » : il est contrôlé, puis oublié.",
        "Explique les rejets et ajuste le schéma si le fichier a raison contre lui.",
        "Un fichier réel passe sous les seuils, sans avoir été gardé.",
    ),
    GenreEtape.HABILITATION: Consigne(
        "Désigne ses responsables de données ; ses agents qui liront demandent leur habilitation.",
        "Donne le mandat de dépôt ; l’approbateur instruit les habilitations.",
        "Au moins un responsable de données peut déposer ; un groupe d’agents est habilité s’il doit lire.",
    ),
    GenreEtape.PUBLICATION: Consigne(
        "Dépose le fichier, lit son rapport et le publie ; recommence à chaque période.",
        "Suit la fraîcheur et transmet les signalements des lecteurs.",
        "Le jeu est en place et daté dans « Données en place ».",
    ),
}
