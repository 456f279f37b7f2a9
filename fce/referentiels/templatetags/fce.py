"""Template filters and tags: numbers, dates, states and identifiers in French, formatted by ``fce.socle``."""

import datetime as dt
from decimal import Decimal
from typing import Protocol

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from fce.referentiels import Libelle
from fce.socle.texte import formats, identifiants

register = template.Library()


class Datee(Protocol):
    """Business date of the loaded data (None: unknown), start and end of the load."""

    date_metier: dt.date | None
    debut: dt.datetime
    fin: dt.datetime | None


@register.filter
def nombre(valeur: int | float | Decimal | None) -> str:
    """``1 234,5``"""
    return formats.nombre(valeur)


@register.filter
def jour(valeur: dt.date | dt.datetime | None) -> str:
    """``12/03/2026``"""
    return formats.jour(valeur)


@register.filter
def datees(importation: Datee) -> str:
    """``au 12/03/2026``, or that the date is unknown and when the data were loaded."""
    return formats.au(importation.date_metier, importation.fin or importation.debut)


@register.filter
def siren(valeur: str) -> str:
    """``552 032 534``"""
    return identifiants.formater_siren(valeur)


@register.filter
def siret(valeur: str) -> str:
    """``552 032 534 00646``"""
    return identifiants.formater_siret(valeur)


@register.filter
def oui_non(valeur: bool | None) -> str:
    """Oui, Non, or "" when the file does not say."""
    return "" if valeur is None else "Oui" if valeur else "Non"


@register.filter
def en_clair(valeur: Libelle | None) -> str:
    """The label, or the code if it has no label."""
    return "" if valeur is None else valeur.libelle or valeur.code


@register.simple_tag
def etat(code: str | None, ouvert: str, ferme: str, depuis: dt.date | None = None) -> SafeString:
    """Badge of a state: "A", "C" (company), "F" (establishment) or unknown; green only when open. ``depuis``: date of
    closing."""
    if code == "A":
        return format_html('<span class="fr-badge fr-badge--sm fr-badge--success fr-badge--no-icon">{}</span>', ouvert)
    if code in ("C", "F"):
        quand = f" le {formats.jour(depuis)}" if depuis else ""
        return format_html('<span class="fr-badge fr-badge--sm">{}{}</span>', ferme, quand)
    return format_html('<span class="fr-badge fr-badge--sm">{}</span>', "État inconnu")


@register.filter
def accord(nombre_: int, formes: str) -> str:
    """``{{ 3|accord:"établissement,établissements" }}`` → ``3 établissements``; French is plural from 2."""
    singulier, pluriel = formes.split(",")
    return formats.pluriel(nombre_, singulier, pluriel)


@register.filter
def mot(nombre_: int, formes: str) -> str:
    """``{{ 3|mot:"demande,demandes" }}`` → ``demandes``, without the number."""
    singulier, pluriel = formes.split(",")
    return formats.mot(nombre_, singulier, pluriel)
