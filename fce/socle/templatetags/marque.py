"""The brand block set by the operator: ``{% marque as lignes %}``."""

from django import template
from django.conf import settings

register = template.Library()


@register.simple_tag
def marque() -> list[str]:
    """Lines of the brand block (``FCE_MARQUE``); empty when the service shows only its own name."""
    return [ligne.strip() for ligne in settings.FCE_MARQUE.split("|") if ligne.strip()]
