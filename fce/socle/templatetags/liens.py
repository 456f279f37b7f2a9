"""Links to pages of rooms above: ``{% lien "entreprise" siren %}``; paths written once, where a page has many: ``{%
adresse_de "comptes:compte" %}``, ``{% adresse_de "fiche:entreprise" siren %}``."""

from django import template

from fce.socle import liens

register = template.Library()
register.simple_tag(liens.adresse, name="lien")
register.simple_tag(liens.adresse_de)
