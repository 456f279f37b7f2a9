"""The brand block that an operator may set: ``{% marque as lignes %}``."""

from django import template
from django.conf import settings

register = template.Library()


@register.simple_tag
def marque() -> list[str]:
    """Lines of the brand block (``FCE_MARQUE``), none for a service that bears its own name alone."""
    return [ligne.strip() for ligne in settings.FCE_MARQUE.split("|") if ligne.strip()]
