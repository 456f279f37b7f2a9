"""Display of weeks and half-days."""

from datetime import date

from django import template

from fce.echanges.vocabulaire import DemiJournee
from fce.socle.texte.formats import jour, jour_de_semaine, semaine

register = template.Library()


register.filter("semaine", semaine)


@register.filter
def jour_court(jour_: date) -> str:
    """« jeu. 17/12 »: a day near today."""
    return f"{jour_de_semaine(jour_)[:3]}. {jour_:%d/%m}"


@register.filter
def semaine_courte(jour_: date) -> str:
    """« semaine 51 »: a week near today."""
    return f"semaine {jour_.isocalendar().week}"


@register.filter
def iso(lundi: date) -> str:
    """The ISO week of a day, for addresses: « 2026-W49 »."""
    annee, numero, _ = lundi.isocalendar()
    return f"{annee}-W{numero:02d}"


@register.filter
def demi_journee(creneau: tuple[date, DemiJournee]) -> str:
    """« mardi 15/12/2026, matin, de 9 h à 12 h »."""
    quand, moment = creneau
    return f"{jour_de_semaine(quand)} {jour(quand)}, {moment.label}"
