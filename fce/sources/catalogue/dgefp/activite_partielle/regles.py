"""Short-time work. An amendment repeats the hours of its convention, so only the latest decision counts."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from dateutil.relativedelta import relativedelta

from fce.socle.texte.formats import jour, nombre, pluriel
from fce.sources.presentation import Ligne
from fce.sources.procedures import ProcedureEmploi

MOIS = 24
DUREE = relativedelta(months=6, days=-1)
"""The file gives no end: an authorisation lasts three months, or six when renewed (labour code, art. R. 5122-9)."""


def il_y_a(mois: int, aujourd_hui: date) -> date:
    """The day ``mois`` months ago; the first of the following month when that day does not exist."""
    rang = aujourd_hui.year * 12 + aujourd_hui.month - 1 - mois
    annee, numero = divmod(rang, 12)
    try:
        return date(annee, numero + 1, aujourd_hui.day)
    except ValueError:
        annee, numero = divmod(rang + 1, 12)
        return date(annee, numero + 1, 1)


def dernieres_decisions(lignes: Sequence[Ligne], aujourd_hui: date) -> list[Ligne]:
    """The latest decision of each convention and establishment, if taken within 24 months; latest first."""
    depuis = il_y_a(MOIS, aujourd_hui)
    retenues: dict[tuple[str, str], Ligne] = {}
    for ligne in lignes:
        cle = (ligne["siret"], ligne["convention"])
        if ligne["date_decision"] and (cle not in retenues or _rang(ligne) > _rang(retenues[cle])):
            retenues[cle] = ligne
    recentes = [ligne for ligne in retenues.values() if ligne["date_decision"] >= depuis]
    return sorted(recentes, key=lambda ligne: ligne["date_decision"], reverse=True)


def heures(lignes: Sequence[Ligne], aujourd_hui: date) -> str | None:
    retenues = dernieres_decisions(lignes, aujourd_hui)
    if not retenues:
        return None
    autorisees = sum((ligne["heures_autorisees"] or Decimal(0) for ligne in retenues), Decimal(0))
    consommees = sum((ligne["heures_consommees"] or Decimal(0) for ligne in retenues), Decimal(0))
    etablissements = len({ligne["siret"] for ligne in retenues})
    return (
        f"{nombre(round(autorisees), 0)} h autorisées, {nombre(round(consommees), 0)} h consommées, "
        f"{pluriel(etablissements, 'établissement')}"
    )


def procedures(lignes: Sequence[Ligne], aujourd_hui: date) -> list[ProcedureEmploi]:
    """One per convention and establishment, from its latest decision."""
    dites = []
    for ligne in lignes:
        decision, autorisees, consommees = (
            ligne[a] for a in ("date_decision", "heures_autorisees", "heures_consommees")
        )
        fin, heures_ = decision + DUREE, None if autorisees is None else round(autorisees)
        part = f", {nombre(round(100 * consommees / autorisees))} %" if autorisees and consommees is not None else ""
        dites.append(
            ProcedureEmploi(
                f"apart {ligne['siret']} {ligne['convention']}", "Activité partielle", "Activité partielle",
                f"décision du {jour(decision)}", decision, fin, fin >= aujourd_hui,
                "En cours" if fin >= aujourd_hui else "Finie",
                f"{'jusqu’au' if fin >= aujourd_hui else 'le'} {jour(fin)} au plus tard", heures_,
                ("h autorisée", "h autorisées"),
                "" if consommees is None else f"{pluriel(round(consommees), 'consommée')}{part}", ligne["siret"],
            )
        )  # fmt: skip
    return dites


def _rang(ligne: Ligne) -> tuple[date, int]:
    return ligne["date_decision"], ligne["avenant"] or 0
