"""Amounts in templates."""

from django import template

from fce.service.convention import montants

register = template.Library()


@register.filter
def euros(centimes: int) -> str:
    return montants.euros(centimes)
