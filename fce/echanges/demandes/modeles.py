"""Initial texts of a question, by theme: what is asked and why, without personal data."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from fce.echanges.vocabulaire import Theme

MODELES: Final[Mapping[Theme, str]] = {
    Theme.TRAVAIL: (
        "Nous préparons une visite de cet établissement. Avez-vous constaté récemment des manquements sur la durée du "
        "travail, les contrats ou la représentation du personnel ? Une suite est-elle en cours ?"
    ),
    Theme.SANTE_SECURITE: (
        "Connaissez-vous, dans cet établissement, des risques particuliers (machines, produits chimiques, amiante) ou "
        "des mises en demeure en cours ? Faut-il un équipement ou des précautions pour s’y rendre ?"
    ),
    Theme.TRAVAIL_ILLEGAL: (
        "Nous souhaitons savoir si votre service a relevé des indices de travail dissimulé, de prêt illicite de "
        "main-d’œuvre ou de détachement irrégulier dans cette entreprise, et sur quelle période."
    ),
    Theme.EMPLOI: (
        "Cette entreprise envisage-t-elle, à votre connaissance, une restructuration ou un recours à l’activité "
        "partielle ? Un accompagnement est-il engagé, et quel en est le calendrier ?"
    ),
    Theme.FORMATION: (
        "Cet organisme de formation a-t-il fait l’objet d’un contrôle ou d’un signalement ? Sa déclaration d’activité "
        "et ses bilans pédagogiques appellent-ils une remarque de votre part ?"
    ),
    Theme.CONSOMMATION: (
        "Avez-vous reçu des signalements de consommateurs sur cette entreprise, ou mené une enquête sur ses "
        "pratiques ? Sur quels produits ou services, et à quelle période ?"
    ),
    Theme.FISCALITE: (
        "Pour la période du … au …, l’entreprise est-elle à jour de ses obligations déclaratives ? Un élément est-il "
        "utile à notre mission et communicable au titre de l’article … ?"
    ),
    Theme.DOUANE: (
        "Cette entreprise réalise-t-elle des opérations d’importation ou d’exportation de … ? Des anomalies de "
        "classement, d’origine ou de valeur ont-elles été relevées ?"
    ),
    Theme.SOCIAL: (
        "L’entreprise est-elle à jour de ses déclarations et cotisations sociales ? Un contrôle est-il engagé, ou un "
        "redressement notifié, sur les trois dernières années ?"
    ),
    Theme.ENVIRONNEMENT: (
        "Cet établissement relève-t-il des installations classées ? Une mise en demeure, une cessation d’activité ou "
        "un incident récent sont-ils à connaître avant une visite ?"
    ),
    Theme.ECONOMIE: (
        "Quelles aides publiques cette entreprise a-t-elle demandées ou reçues de votre service, et un projet "
        "d’investissement est-il en cours d’instruction ?"
    ),
    Theme.AUTRE: ("Contexte : …\nCe que nous cherchons à savoir : …\nCe que nous en ferons : …"),
}
