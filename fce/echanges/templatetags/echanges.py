"""Display of weeks."""

from datetime import date

from django import template

from fce.socle.formats import semaine

register = template.Library()


register.filter("semaine", semaine)


@register.filter
def iso(lundi: date) -> str:
    """The ISO week of a day, for addresses: « 2026-W49 »."""
    annee, numero, _ = lundi.isocalendar()
    return f"{annee}-W{numero:02d}"
