"""How a field of a form is linked to what a page says of it: set once for all forms (``FORM_RENDERER``)."""

from __future__ import annotations

from django.forms.boundfield import BoundField
from django.forms.renderers import DjangoTemplates


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
