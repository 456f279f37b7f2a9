"""The « Je donne mon avis » button of a journey: ``{% adresse_d_avis "habilitation" as avis_du_geste %}``."""

from django import template

from fce.socle.web import parcours

register = template.Library()
register.simple_tag(parcours.adresse_d_avis)
