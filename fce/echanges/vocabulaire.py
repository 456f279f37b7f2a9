"""Vocabulary of the exchanges: codes are stored, labels are displayed."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from django.db.models import TextChoices


class GenreInteraction(TextChoices):
    """What a service did with a company."""

    VISITE = "visite", "visite"
    CONTROLE = "controle", "contrôle"
    ENTRETIEN = "entretien", "entretien"
    ACCOMPAGNEMENT = "accompagnement", "accompagnement"
    COURRIER = "courrier", "courrier"


SUR_PLACE: Final = (GenreInteraction.VISITE, GenreInteraction.CONTROLE)
"""Kinds where somebody goes to the company: they may be announced, and may cross."""


class Theme(TextChoices):
    """Subject of a contact. None reveals why a company was chosen."""

    TRAVAIL = "travail", "droit du travail"
    SANTE_SECURITE = "sante-securite", "santé et sécurité au travail"
    TRAVAIL_ILLEGAL = "travail-illegal", "travail illégal"
    EMPLOI = "emploi", "emploi et restructurations"
    FORMATION = "formation", "formation professionnelle"
    CONSOMMATION = "consommation", "consommation et concurrence"
    FISCALITE = "fiscalite", "fiscalité"
    DOUANE = "douane", "douane et échanges"
    SOCIAL = "social", "cotisations et protection sociale"
    ENVIRONNEMENT = "environnement", "environnement et installations classées"
    ECONOMIE = "economie", "développement économique et aides"
    AUTRE = "autre", "autre"


class NatureService(TextChoices):
    """Kinds of service, in the order proposed for an establishment."""

    UNITE_CONTROLE = "uc", "unité de contrôle de l’inspection du travail"
    DDETS = "ddets", "DDETS (emploi, travail et solidarités, département)"
    DREETS = "dreets", "DREETS (économie, emploi, travail et solidarités, région)"
    DDPP = "ddpp", "DDPP (protection des populations)"
    DGFIP = "dgfip", "DGFiP (finances publiques)"
    DOUANE = "douane", "Douane"
    URSSAF = "urssaf", "Urssaf"
    DREAL = "dreal", "DREAL (environnement)"
    AUTRE = "autre", "autre service"


class Precision(TextChoices):
    """How precisely a visit is announced."""

    JOUR = "jour", "un jour"
    SEMAINE = "semaine", "une semaine"


class DemiJournee(TextChoices):
    """Half of a day, in hours of Paris."""

    MATIN = "matin", "matin, de 9 h à 12 h"
    APRES_MIDI = "apres-midi", "après-midi, de 14 h à 17 h"


class Reaction(TextChoices):
    """Answer of a service whose visit crosses another."""

    COMMUNE = "commune", "visite commune"
    REPORT = "report", "je reporte"
    RENONCEMENT = "renoncement", "je renonce"
    MAINTIEN = "maintien", "je maintiens"


class Signe(TextChoices):
    """Why two visits cross, strongest first."""

    ETABLISSEMENT = "etablissement", "même établissement"
    SUCCESSION = "succession", "établissement repris, ou repreneur"
    ADRESSE = "adresse", "établissement à la même adresse"
    ENTREPRISE = "entreprise", "même entreprise, autre établissement"


class MotifSaisine(TextChoices):
    """Why a question is declined or closed. The last reason is only set by a job."""

    REPONDU = "repondu", "répondu"
    SANS_AIDE = "sans_aide", "aucune aide possible"
    INJOIGNABLE = "injoignable", "injoignable"
    PAS_POUR_NOUS = "pas_pour_nous", "pas pour nous"
    PROCEDURE = "procedure", "une procédure existe déjà"
    PLUS_BESOIN = "plus_besoin", "plus besoin de la réponse"
    AUTREMENT = "autrement", "répondu d’une autre façon"
    PAR_ERREUR = "par_erreur", "envoyée par erreur"
    SANS_REPONSE = "sans_reponse", "sans réponse"


class Rythme(TextChoices):
    """How often an agent gets mails about what he follows."""

    TOUT_DE_SUITE = "tout-de-suite", "dès que quelque chose change"
    CHAQUE_JOUR = "chaque-jour", "chaque jour, à 8 h"
    JAMAIS = "jamais", "jamais : je lis la page"

    @classmethod
    def _missing_(cls, _value: object) -> Rythme:
        # Rhythms that are no longer offered, kept by the accounts that chose them.
        return cls.CHAQUE_JOUR


PROXIMITE: Final = timedelta(days=60)
"""Two visits this close cross."""
RENCONTRES: Final = timedelta(days=36 * 365 // 12)
"""How far back contacts are counted: 36 months."""
ATTENTE: Final = timedelta(days=14)
"""How long after its day a visit waits for a report before it expires."""
