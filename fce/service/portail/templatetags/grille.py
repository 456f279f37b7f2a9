"""The accessibility grid in templates: ``{% grille_rgaa as criteres %}``."""

from django import template

from fce.service.portail.pages import grille

register = template.Library()
register.simple_tag(grille.grille_rgaa)
