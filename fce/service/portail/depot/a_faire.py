"""Tasks of a data officer: deposits to publish, fix or abandon."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.urls import reverse

from fce.donnees.imports.depots import selectors as depots
from fce.donnees.imports.depots.deposants import Responsable
from fce.donnees.imports.etats import EtatDepot
from fce.droits.comptes.mandats import Mandats
from fce.droits.comptes.models import Compte
from fce.droits.comptes.selectors import mandats_de
from fce.socle.texte import paris
from fce.socle.web.offres import Tache
from fce.sources import registre

_GESTES = {EtatDepot.PRET: "Publier", EtatDepot.REFUSE: "Corriger ou abandonner", EtatDepot.ERREUR: "Relancer"}


def taches(compte: Compte, _: date) -> Iterator[Tache]:
    """Yield the verified deposits that wait for the officer."""
    producteurs = mandats_de(compte).get(Mandats.DEPOT, []) if compte.agent else []
    if not producteurs:
        return
    siens = depots.depots(Responsable(compte.identifiant, frozenset(producteurs)))
    for depot in siens.filter(etat__in=tuple(_GESTES)).order_by("pk").defer("rapport")[:20]:
        yield Tache(
            f"{_GESTES[EtatDepot(depot.etat)]} le dépôt n° {depot.pk}",
            reverse("portail:depot-rapport", args=[depot.source, depot.pk]),
            registre.source(depot.source).titre,
            depuis_le=paris.jour_de(depot.recu),
        )
