"""How weeks are said."""

from datetime import date, timedelta

from django import template

from fce.socle.formats import jour

register = template.Library()


@register.filter
def semaine(lundi: date) -> str:
    """The week of a Monday: « semaine 49, du 30/11 au 06/12/2026 »."""
    dimanche = lundi + timedelta(days=6)
    debut = jour(lundi)[:5] if lundi.year == dimanche.year else jour(lundi)
    return f"semaine {lundi.isocalendar().week}, du {debut} au {jour(dimanche)}"


@register.filter
def iso(lundi: date) -> str:
    """The week of a day as an address says it: « 2026-W49 »."""
    annee, numero, _ = lundi.isocalendar()
    return f"{annee}-W{numero:02d}"
