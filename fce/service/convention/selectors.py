"""Reads of the agreement's pages: limits, entries, totals."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from django.db.models import F, Q, QuerySet, Sum
from django.db.models.functions import TruncMonth

from fce.service.convention.models import (
    Avancement,
    Avenant,
    Comite,
    Convention,
    DecisionAttendue,
    Ecriture,
    Marche,
    Prevision,
)
from fce.service.convention.previsions import Attendu, Projections, projections
from fce.service.convention.regles import Bornes, CadreBudgetaire, Mouvement, Plafond
from fce.service.convention.vocabulaire import COPIES_D_AVENANT, GenreEcriture, NatureDepense
from fce.socle.base.lignes import trouver_ligne
from fce.socle.texte.mois import mois_entre

CONVENTION_INCONNUE = "Cette convention n’existe pas."
_CHAMPS = ("pk", "genre", "jour", "montant", "engagement_id", "annulee_id")


class Totaux(NamedTuple):
    """Sums of entries, in cents; receipts apart."""

    engage: int = 0
    certifie: int = 0
    paye: int = 0
    recu: int = 0


class SituationDeConvention(NamedTuple):
    """State of an agreement on a day: limits, totals, projections."""

    convention: Convention
    cadre: CadreBudgetaire
    totaux: Totaux
    projections: Projections

    @property
    def reste_a_engager(self) -> int:
        """AE not engaged, in cents."""
        return self.cadre.dernier.ae - self.totaux.engage

    @property
    def reste_a_payer(self) -> int:
        """CP not paid, in cents."""
        return self.cadre.dernier.cp - self.totaux.paye


def trouver_convention(numero: int) -> Convention:
    """Return an agreement. Raises Introuvable."""
    return trouver_ligne(Convention.objects, numero, CONVENTION_INCONNUE)


def cadre_de(convention: Convention) -> CadreBudgetaire:
    """Return the limits of a ledger. One query, for the avenants."""
    signe = Plafond(convention.debut, convention.ae, convention.cp, convention.fin)
    # Only the columns that the public database role may read.
    suite = Avenant.objects.filter(convention=convention).order_by("effet_le", "numero")
    plafonds = (Plafond(*valeurs) for valeurs in suite.values_list("effet_le", "ae", "cp", "fin"))
    return CadreBudgetaire(convention.debut, (signe, *plafonds), convention.finit_le)


def mouvements_de(convention: Convention) -> list[Mouvement]:
    """Return the entries, as the rules use them. One query."""
    return [
        Mouvement(
            GenreEcriture(genre),
            jour,
            montant,
            engagement or (annulee or pk if genre == GenreEcriture.ENGAGEMENT else 0),
            annulee or 0,
            pk,
        )
        for pk, genre, jour, montant, engagement, annulee in Ecriture.objects.filter(convention=convention).values_list(
            *_CHAMPS
        )
    ]


def attendus_de(convention: Convention) -> list[Attendu]:
    """Return the forecasts by month, all kinds together. One query."""
    par_mois = (
        Prevision.objects.filter(convention=convention)
        .order_by("mois")
        .values_list("mois")
        .annotate(total_ae=Sum("ae"), total_cp=Sum("cp"))
    )
    return [Attendu(mois, int(ae), int(cp)) for mois, ae, cp in par_mois]


def situation(convention: Convention, jour: date) -> SituationDeConvention:
    """Return the state of an agreement on a day; later entries are left out."""
    cadre, lignes = cadre_de(convention), [m for m in mouvements_de(convention) if m.jour <= jour]
    return SituationDeConvention(
        convention, cadre, totaux(lignes), projections(cadre, lignes, attendus_de(convention), jour)
    )


def totaux(lignes: Iterable[Mouvement]) -> Totaux:
    """Sum entries by kind."""
    sommes = dict.fromkeys(GenreEcriture, 0)
    for ligne in lignes:
        sommes[ligne.genre] += ligne.montant
    return Totaux(
        sommes[GenreEcriture.ENGAGEMENT],
        sommes[GenreEcriture.SERVICE_FAIT],
        sommes[GenreEcriture.PAIEMENT],
        sommes[GenreEcriture.RECETTE],
    )


def ecritures_de(convention: Convention) -> QuerySet[Ecriture]:
    """Return the entries, latest first, with what was cancelled of each (``annule``, negative or None)."""
    return (
        Ecriture.objects.filter(convention=convention)
        .select_related("marche", "engagement")
        .annotate(annule=Sum("annulations__montant"))
        .order_by("-id")
    )


def trouver_ecriture(convention: Convention, numero: int) -> Ecriture:
    """Return an entry of this agreement. Raises Introuvable, also for another agreement's."""
    return trouver_ligne(ecritures_de(convention), numero, "Cette écriture n’existe pas.")


def engagements_ouverts(convention: Convention) -> list[Ecriture]:
    """Return the engagements not wholly cancelled."""
    lignes = ecritures_de(convention).filter(genre=GenreEcriture.ENGAGEMENT, annulee=None).order_by("id")
    return [e for e in lignes if reste_a_annuler(e) > 0]


def reste_a_annuler(ligne: Ecriture) -> int:
    """Return the cents not cancelled of an entry read by ``ecritures_de``."""
    return ligne.montant + int(ligne.__dict__["annule"] or 0)


def bornes_de(marche: Marche | None) -> Bornes | None:
    """Return the dates of a market, None without one."""
    return None if marche is None else Bornes(marche.reference, marche.debut, marche.fin)


def trouver_comite(convention: Convention, numero: int) -> Comite:
    """Return a committee of this agreement. Raises Introuvable, also for another agreement's."""
    return trouver_ligne(convention.comites, numero, "Ce comité n’existe pas.")


def comites_attendus() -> QuerySet[Comite]:
    """Return the committees to hold, all agreements included, except after the effect of a notice."""
    return Comite.objects.filter(tenu_le=None).exclude(convention__finit_le__lt=F("prevu_le"))


def decisions_ouvertes(convention: Convention, jour: date) -> QuerySet[DecisionAttendue]:
    """Return the questions still open on a day, oldest first."""
    posees = DecisionAttendue.objects.filter(convention=convention, ouverte_le__lte=jour)
    return posees.filter(Q(prise_le=None) | Q(prise_le__gt=jour))


def avancements_au(convention: Convention, jour: date) -> list[Avancement]:
    """Return the latest progress of each kind on a day."""
    notes = Avancement.objects.filter(convention=convention, jour__lte=jour).order_by("nature", "-jour", "-id")
    par_nature = {a.nature: a for a in notes.distinct("nature")}
    return [par_nature[n] for n in NatureDepense if n in par_nature]


def copies_manquantes(convention: Convention) -> list[tuple[Avenant, str]]:
    """Return [(avenant, missing copy)…]. Two queries."""
    manques = []
    for avenant in convention.avenants.prefetch_related("copies"):
        faites = {c.nature for c in avenant.copies.all()}
        manques += [(avenant, n.label) for n in sorted(COPIES_D_AVENANT - faites)]
    return manques


def depenses_par_mois(debut: date, fin: date) -> dict[date, int]:
    """Return the cents paid by month from ``debut`` to ``fin``, for months covered by an agreement. Two queries,
    limited to columns that the public database role may read."""
    periodes = [
        (d.replace(day=1), arret or terme)
        for d, terme, arret in Convention.objects.values_list("debut", "fin", "finit_le")
    ]
    paiements = Ecriture.objects.filter(genre=GenreEcriture.PAIEMENT).order_by()
    payes = dict(paiements.annotate(mois=TruncMonth("jour")).values_list("mois").annotate(total=Sum("montant")))
    return {
        m: int(payes.get(m, 0)) for m in mois_entre(debut, fin) if m in payes or any(d <= m <= f for d, f in periodes)
    }
