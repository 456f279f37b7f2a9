"""Template tags of the results page."""

from collections.abc import Sequence

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from fce.recherche.reponse.panneau import CaseDeFiltre
from fce.socle.texte.formats import mot, nombre

register = template.Library()

_CASE = (
    '<div class="fce-choix"><input type="checkbox" id="f-{0}-{5}" name="{0}" value="{1}" data-auto{2}>'
    '<label for="f-{0}-{5}">{3}</label>{4}</div>'
)
_COMPTE = (
    '<span class="fce-choix__nombre"><span class="fr-sr-only">,</span>{}<span class="fr-sr-only"> {}</span></span>'
)
_ESTIME = _COMPTE.replace("{}", '<abbr title="environ">env.</abbr> {}', 1)


@register.simple_tag
def cases(nom: str, boites: Sequence[CaseDeFiltre]) -> SafeString:
    """Boxes of the filter ``nom``, in Python: a page holds hundreds, and template nodes cost five times more."""
    return format_html_join(
        "",
        _CASE,
        (
            (
                nom,
                c.code,
                " checked" if c.actif else "",
                c.libelle,
                format_html(_ESTIME if c.estime else _COMPTE, nombre(c.nombre), mot(c.nombre, "résultat"))
                if c.nombre is not None
                else "",
                "-".join(c.code.split()),  # an HTML id has no space
            )
            for c in boites
        ),
    )
