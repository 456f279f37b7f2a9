"""Where the territory of a reader is, and what it offers to other pages."""

from __future__ import annotations

from collections.abc import Collection

from django.http import HttpRequest
from django.urls import reverse

from fce.comptes.requete import compte_de
from fce.droits.lecteur import LecteurDeDonnees
from fce.recherche.territoire import en_filtres
from fce.socle.identifiants import est_siret
from fce.territoires import alarmes


def siens(departements: Collection[str]) -> list[tuple[str, str]]:
    """(kind, code) of the territories of a reader: complete régions, then the other départements."""
    return [(genre, code) for genre, codes in en_filtres(departements).items() for code in codes]


def adresse(route: str, genre: str, code: str) -> str:
    return reverse(f"territoires:{route}", args=[genre, code])


def adresse_de_la_comparaison(request: HttpRequest, numero: str) -> str | None:
    """Address that compares an establishment to those of its section and size; None for a company or the public."""
    compte = compte_de(request)
    if compte is None or not compte.agent or not est_siret(numero):
        return None
    return f"{reverse('territoires:comparer')}?n={numero}"


def adresse_des_alarmes(lecteur: LecteurDeDonnees, departements: Collection[str]) -> str | None:
    """Address of the alarms of a territory, or of the choice of one when it has several parts; None when the reader may
    read none. An address only: restricted facts are read, and journalled, when he follows it. No query."""
    lieux = siens(departements)
    if not lieux or not alarmes.offertes(lecteur):
        return None
    return adresse("alarmes", *lieux[0]) if len(lieux) == 1 else reverse("territoires:choix")
