"""Amounts in templates."""

from django import template

from fce.convention import montants

register = template.Library()


@register.filter
def euros(centimes: int) -> str:
    return montants.euros(centimes)
