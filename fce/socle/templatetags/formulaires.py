"""What a page says of a form before its first field."""

from __future__ import annotations

from django import forms, template

register = template.Library()


@register.filter
def annonce_obligatoires(formulaire: forms.BaseForm) -> bool:
    """Whether it is to be said that fields are required unless told otherwise: among several, one at least is."""
    champs = formulaire.visible_fields()
    return len(champs) > 1 and any(champ.field.required for champ in champs)
