"""How fields of forms are linked to what a page says of them (``FORM_RENDERER``); fields that say what they expect."""

from __future__ import annotations

import re
from typing import Any, ClassVar, Final

from django import forms
from django.forms.boundfield import BoundField
from django.forms.renderers import DjangoTemplates

_ENTIER: Final = re.compile(r"[+-]?[0-9]{1,18}")
_DECIMAL: Final = re.compile(r"[+-]?[0-9]{1,18}(?:[.,][0-9]{0,18})?")
FORMATS: Final = ("%Y-%m-%d", "%d/%m/%Y")
"""A day as a browser writes it, and as a person does."""


class ChampCourriel(forms.EmailField):
    """An address; a wrong one is answered with one that would do (RGAA 11.11)."""

    default_error_messages: ClassVar = {"invalid": "Écrivez une adresse entière, comme nom@domaine.fr."}


class ChampEntier(forms.IntegerField):
    """A whole number, in ASCII digits: Python also reads ``1_000`` and the digits of other scripts, which nobody typed
    on purpose."""

    def to_python(self, value: Any) -> Any:
        """The number, None for nothing. Raises ValidationError."""
        _exiger(self, _ENTIER, value)
        return super().to_python(value)


class ChampDecimal(forms.DecimalField):
    """A decimal number, with a comma or a point: Python also reads ``1e3``, ``1_000``, ``inf`` and ``nan``."""

    def to_python(self, value: Any) -> Any:
        """The number, None for nothing. Raises ValidationError."""
        _exiger(self, _DECIMAL, value)
        return super().to_python(value)


def _exiger(champ: forms.Field, forme: re.Pattern[str], valeur: object) -> None:
    if isinstance(valeur, str) and (typee := valeur.strip()) and not forme.fullmatch(typee):
        raise forms.ValidationError(champ.error_messages["invalid"], code="invalid")


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
