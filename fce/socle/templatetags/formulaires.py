"""The sentence above a form about required fields."""

from __future__ import annotations

from django import forms, template

register = template.Library()


@register.filter
def annonce_obligatoires(formulaire: forms.BaseForm) -> bool:
    """Whether to say that fields are required unless marked: the form has several fields and at least one is
    required."""
    champs = formulaire.visible_fields()
    return len(champs) > 1 and any(champ.field.required for champ in champs)
