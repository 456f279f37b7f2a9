"""Template tags: Markdown filter, texts of the operator."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from fce.service.portail import annonces
from fce.service.portail.models import TexteDePage
from fce.socle.texte.markdown import html_de

register = template.Library()
register.filter("markdown", html_de)


@register.simple_tag
def texte_de(cle: str) -> SafeString:
    """Return an operator's text as HTML; if missing, a reminder of who must write it."""
    if contenu := annonces.en_cours().textes.get(cle):
        return html_de(contenu)
    quoi = TexteDePage.Cle(cle).label.partition(" (")[0]
    return format_html('<p class="fce-a-completer"><strong>À compléter par l’opérateur :</strong> {}.</p>', quoi)
