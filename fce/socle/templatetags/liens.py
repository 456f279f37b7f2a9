"""Links to pages of rooms above: ``{% lien "entreprise" siren %}``, ``{% adresse_de "fiche:entreprise" siren %}``."""

from django import template

from fce.socle.web import liens

register = template.Library()
register.simple_tag(liens.adresse, name="lien")
register.simple_tag(liens.adresse_de)
