"""Form fields that say what format they expect, and the renderer (``FORM_RENDERER``) that links each field to its
errors."""

from __future__ import annotations

import re
from typing import Any, ClassVar, Final

from django import forms
from django.forms.boundfield import BoundField
from django.forms.renderers import DjangoTemplates

_ENTIER: Final = re.compile(r"[+-]?[0-9]{1,18}")
_DECIMAL: Final = re.compile(r"[+-]?[0-9]{1,18}(?:[.,][0-9]{0,18})?")
FORMATS: Final = ("%Y-%m-%d", "%d/%m/%Y")
"""The formats of a browser and of a French reader."""


class ChampCourriel(forms.EmailField):
    """An e-mail address; the error message gives an example (RGAA 11.11)."""

    default_error_messages: ClassVar = {"invalid": "Écrivez une adresse entière, comme nom@domaine.fr."}


class ChampEntier(forms.IntegerField):
    """A whole number in ASCII digits. Python also accepts ``1_000`` and digits of other scripts, which users type only
    by mistake."""

    def to_python(self, value: Any) -> Any:
        _exiger(self, _ENTIER, value)
        return super().to_python(value)


class ChampDecimal(forms.DecimalField):
    """A decimal number, with a comma or a point. Python also accepts ``1e3``, ``1_000``, ``inf`` and ``nan``."""

    def to_python(self, value: Any) -> Any:
        _exiger(self, _DECIMAL, value)
        return super().to_python(value)


def _exiger(champ: forms.Field, forme: re.Pattern[str], valeur: object) -> None:
    if isinstance(valeur, str) and (typee := valeur.strip()) and not forme.fullmatch(typee):
        raise forms.ValidationError(champ.error_messages["invalid"], code="invalid")


class ChampJour(forms.DateField):
    """A day in either of ``FORMATS``; the error message gives an example."""

    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    default_error_messages: ClassVar = {"invalid": "Écrivez la date comme 31/10/2026."}

    def __init__(self, **options: Any) -> None:
        super().__init__(input_formats=FORMATS, **options)


class ChampLong(forms.CharField):
    """A text of several lines. ``brut``: pasted numbers or names, which no browser corrects nor remembers."""

    def __init__(self, label: str, help_text: str = "", *, lignes: int = 3, brut: bool = False, **options: Any) -> None:
        attrs = {"rows": lignes} | ({"spellcheck": "false", "autocomplete": "off"} if brut else {})
        super().__init__(label=label, help_text=help_text, widget=forms.Textarea(attrs=attrs), **options)


class ChampLie(BoundField):
    """A field linked to its errors by ``aria-describedby``, under the id that ``commun/champ.html`` gives them.

    The help text is already in the label: a screen reader would read it twice if it were linked too.
    """

    @property
    def aria_describedby(self) -> str | None:
        """Id of the field's errors, "" without errors, None when the widget sets its own ``aria-describedby``."""
        if self.field.widget.attrs.get("aria-describedby"):
            return None
        return f"{self.auto_id}_error" if self.errors and self.auto_id and not self.is_hidden else ""


class AfficheurDeChamps(DjangoTemplates):
    bound_field_class = ChampLie
