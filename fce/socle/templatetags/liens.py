"""Links to pages of rooms above: ``{% lien "entreprise" siren %}``."""

from django import template

from fce.socle import liens

register = template.Library()
register.simple_tag(liens.adresse, name="lien")
