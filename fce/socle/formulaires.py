"""How fields of forms are linked to what a page says of them (``FORM_RENDERER``); fields that say what they expect."""

from __future__ import annotations

from typing import Any, ClassVar, Final

from django import forms
from django.forms.boundfield import BoundField
from django.forms.renderers import DjangoTemplates

FORMATS: Final = ("%Y-%m-%d", "%d/%m/%Y")
"""A day as a browser writes it, and as a person does."""


class ChampCourriel(forms.EmailField):
    """An address; a wrong one is answered with one that would do (RGAA 11.11)."""

    default_error_messages: ClassVar = {"invalid": "Écrivez une adresse entière, comme nom@domaine.fr."}


class ChampJour(forms.DateField):
    """A day, as a browser or as a person writes it; what is no day is answered with one."""

    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    default_error_messages: ClassVar = {"invalid": "Écrivez la date comme 31/10/2026."}

    def __init__(self, **options: Any) -> None:
        super().__init__(input_formats=FORMATS, **options)


class ChampLie(BoundField):
    """A field whose errors are told of it, under the id that ``commun/champ.html`` gives them.

    Its help is in its label: told of it a second time, it would be read twice.
    """

    @property
    def aria_describedby(self) -> str | None:
        """Id of its errors, "" without any, None when its widget says what describes it."""
        if self.field.widget.attrs.get("aria-describedby"):
            return None
        return f"{self.auto_id}_error" if self.errors and self.auto_id and not self.is_hidden else ""


class Rendu(DjangoTemplates):
    """The renderer of every form of the service."""

    bound_field_class = ChampLie
