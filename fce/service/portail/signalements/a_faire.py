"""Tasks of a data officer: error reports to answer."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.db.models import Count, Min
from django.urls import reverse

from fce.donnees.imports.depots.deposants import Responsable
from fce.droits.comptes.mandats import Mandats
from fce.droits.comptes.models import Compte
from fce.droits.comptes.selectors import mandats_de
from fce.service.portail.signalements.etats import DELAI_SIGNALEMENT, SIGNALEMENTS
from fce.service.portail.signalements.selectors import signalements_de
from fce.socle.texte import paris
from fce.socle.texte.formats import pluriel
from fce.socle.web.offres import Tache


def taches(compte: Compte, _: date) -> Iterator[Tache]:
    """Yield one task for all the reports pending on the officer's sources; names no company."""
    producteurs = mandats_de(compte).get(Mandats.DEPOT, []) if compte.agent else []
    if not producteurs:
        return
    siens = signalements_de(Responsable(compte.identifiant, frozenset(producteurs)), SIGNALEMENTS.ouverts)
    attente = siens.order_by().aggregate(nombre=Count("pk"), premier=Min("recu_le"))
    if attente["nombre"]:
        echeance = paris.jour_de(attente["premier"] + DELAI_SIGNALEMENT)
        titre = f"Répondre à {pluriel(attente['nombre'], 'signalement')} sur vos données"
        yield Tache(titre, reverse("portail:depot-signalements"), avant_le=echeance)
