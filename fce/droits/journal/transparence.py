"""How many administrations read restricted data on a company, as shown to its head: a year late, rounded, and partial.

Nobody must be warned of an inspection. Only the purposes listed here are counted, so zero, one or a hundred
consultations for any other purpose, present or future, give the same answer.
"""

from __future__ import annotations

import calendar
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from django.conf import settings
from django.db.models import Count, Q
from django.db.models.functions import Left

from fce.droits.journal import conservation
from fce.droits.journal.models import Consultation
from fce.droits.journal.scellement import minuit
from fce.socle.base.roles import Role, role_pris, sous_role
from fce.socle.texte import paris
from fce.socle.web.offres import offres

# Support that companies ask for or know of. No purpose that controls anything, even in part.
COMPTABLES: Final = frozenset({"accompagnement-economique", "insertion-emploi", "suivi-mutations"})
# Documents the exclusion; a purpose of neither list is not counted either.
JAMAIS: Final = frozenset(
    {
        *("controle-travail", "travail-illegal", "enquete-ccrf", "controle-fiscal", "controle-douanier"),
        *("controle-formation", "activite-partielle"),
    }
)
# Below three, the page says « fewer than », because a count would point at someone.
SEUIL: Final = 3
RECUL_MOIS: Final = 12


@dataclass(frozen=True, slots=True, order=True)
class Trimestre:
    """A calendar quarter; ``rang`` from 1 to 4."""

    annee: int
    rang: int

    @property
    def debut(self) -> date:
        return date(self.annee, 3 * self.rang - 2, 1)

    @property
    def fin(self) -> date:
        mois = 3 * self.rang
        return date(self.annee, mois, calendar.monthrange(self.annee, mois)[1])

    def __str__(self) -> str:
        return f"{'1er' if self.rang == 1 else f'{self.rang}e'} trimestre {self.annee}"


def trimestres(maintenant: datetime) -> list[Trimestre]:
    """Return the quarters that may be shown, latest first: ended for at least twelve months and still wholly in the
    journal.

    Empty when the journal is kept for twelve months, the default of ``FCE_JOURNAL_MOIS``.
    """
    avant, depuis = (
        conservation.limite(maintenant, RECUL_MOIS),
        conservation.limite(maintenant, settings.FCE_JOURNAL_MOIS),
    )
    jour = paris.jour_de(maintenant)
    tous = (Trimestre(annee, rang) for annee in range(jour.year, depuis.year - 1, -1) for rang in (4, 3, 2, 1))
    return [t for t in tous if t.fin < avant and t.debut >= depuis]


def administrations(siren: str, periodes: Sequence[Trimestre]) -> dict[Trimestre, int | None]:
    """Administrations (SIREN) that read restricted data on the company or its establishments for a countable purpose.

    What is never told outside the State (``Offres.lectures_tues``) is not counted. None: fewer than three, which may be
    none. One query.
    """
    if not periodes:
        return {}
    comptes = {
        f"t{rang}": Count(
            Left("siret_administration", 9),
            distinct=True,
            filter=Q(quand__gte=minuit(t.debut), quand__lt=minuit(t.fin + timedelta(days=1))),
        )
        for rang, t in enumerate(periodes)
    }
    # Same expression as the index.
    lignes = Consultation.objects.alias(siren=Left("numero", 9)).filter(
        ~Q(numero=""), ~Q(siret_administration=""), siren=siren, finalite__in=COMPTABLES
    )
    # Leave out readings of these alone; one that also has a source counts.
    lignes = lignes.exclude(Q(sources__contained_by=sorted(offres().lectures_tues)) & ~Q(sources=[]))
    # The head of a company has no access to the journal: only these counts leave.
    with sous_role(max(role_pris(), Role.AGENTS)):
        nombres = lignes.order_by().aggregate(**comptes)
    return {t: n if (n := nombres[f"t{rang}"]) >= SEUIL else None for rang, t in enumerate(periodes)}
