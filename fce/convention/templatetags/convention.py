"""How a template of the room writes an amount."""

from django import template

from fce.convention import montants

register = template.Library()


@register.filter
def euros(centimes: int) -> str:
    """An amount in cents, written in euros to the cent."""
    return montants.euros(centimes)
