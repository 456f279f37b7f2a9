"""Where the territory of a reader is, and what it offers to other pages."""

from __future__ import annotations

from collections.abc import Collection

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from fce.droits.comptes.requete import compte_de
from fce.droits.habilitations import matrice
from fce.droits.habilitations.lecteur import LecteurDeDonnees
from fce.droits.habilitations.requete import acteur_de_la_requete, lecteur_de
from fce.ensembles.territoires.exceptions import offertes
from fce.ensembles.territoires.lieux import GENRES_DE_TERRITOIRE
from fce.recherche.question.filtres import LIEUX
from fce.recherche.question.lieux_du_lecteur import en_filtres
from fce.socle.texte.identifiants import est_siret


def siens(departements: Collection[str]) -> list[tuple[str, str]]:
    """(kind, code) of the territories of a reader: complete régions, then the other départements."""
    return [(genre, code) for genre, codes in en_filtres(departements).items() for code in codes]


def adresse(route: str, genre: str, code: str) -> str:
    return reverse(f"territoires:{route}", args=[genre, code])


def adresse_du_sien(request: HttpRequest, choix: str) -> str | None:
    """Address of the territory of the reader, or of the choice among its parts; None when his rights name none."""
    lieux = siens(matrice.territoire(acteur_de_la_requete(request), timezone.now()))
    return (adresse("territoire", *lieux[0]) if len(lieux) == 1 else choix) if lieux else None


def adresse_de_la_comparaison(request: HttpRequest, numero: str) -> str | None:
    """Address that compares an establishment to those of its section and size; None for a company or the public."""
    compte = compte_de(request)
    if compte is None or not compte.agent or not est_siret(numero):
        return None
    return f"{reverse('territoires:comparer')}?n={numero}"


def adresse_des_alarmes(lecteur: LecteurDeDonnees, departements: Collection[str]) -> str | None:
    """Address of the exceptions of a territory, or of the choice of one when it has several parts; None when the reader
    may read none. An address only: restricted facts are read, and journalled, when he follows it. No query."""
    lieux = siens(departements)
    if not lieux or not offertes(lecteur):
        return None
    return adresse("territoire", *lieux[0]) if len(lieux) == 1 else reverse("territoires:choix")


def adresse_des_alarmes_de_la_recherche(request: HttpRequest) -> str | None:
    """Address of the exceptions among the results of a search: of the place that it names, else of the territory of the
    reader; None when he may read none, or when the search names several places. No query."""
    compte = compte_de(request)
    if compte is None or not compte.agent or request.session.get("mfa") is not True:
        return None
    lecteur = lecteur_de(request)
    nommes = [(genre, code) for genre in LIEUX if genre in GENRES_DE_TERRITOIRE for code in request.GET.getlist(genre)]
    if not nommes:
        return adresse_des_alarmes(lecteur, matrice.territoire(lecteur.acteur, lecteur.maintenant))
    return adresse("territoire", *nommes[0]) if len(nommes) == 1 and offertes(lecteur) else None
