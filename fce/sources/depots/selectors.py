"""Reads of the deposits, always within what a token may see."""

import csv
from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet

from fce.socle.erreurs import Introuvable
from fce.sources import registre

from . import rapport, reception
from .jetons import couvre
from .models import Depot, JetonDepot


def depots(jeton: JetonDepot) -> QuerySet[Depot]:
    """Deposits of the token's producer for the sources that it covers, newest first."""
    siennes = [source.nom for source in registre.toutes() if couvre(jeton, source)]
    return Depot.objects.filter(producteur=jeton.producteur, source__in=siennes)


def depot(jeton: JetonDepot, numero: int) -> Depot:
    """One of them; raises Introuvable, the same whether it does not exist or is somebody else's."""
    trouve = depots(jeton).filter(pk=numero).first() if 0 < numero < 2**63 else None
    if trouve is None:
        raise Introuvable(f"Aucun dépôt n° {numero} parmi les vôtres.")
    return trouve


def voit_les_valeurs(jeton: JetonDepot, depot: Depot) -> bool:
    """Values of a restricted file are shown to the token that sent it, to no other, even of the same producer."""
    return registre.source(depot.source).acces.classe == "C0" or depot.jeton_id == jeton.pk


def rapport_de(jeton: JetonDepot, depot: Depot) -> dict[str, Any]:
    """The report, as the token may see it; empty as long as the deposit is not verified."""
    if not depot.rapport or "erreur" in depot.rapport:
        return {}
    return rapport.montrer(depot.rapport, valeurs=voit_les_valeurs(jeton, depot))


def quarantaine(jeton: JetonDepot, depot: Depot) -> Iterator[list[str]]:
    """All the rows set aside: line, column, value (or nothing), reason. Raises Introuvable when they are not kept."""
    chemin = reception.chemin_quarantaine(depot.dossier)
    if not depot.rapport or not chemin.is_file():
        raise Introuvable("La quarantaine de ce dépôt n’est pas, ou plus, conservée.")
    return _lignes(depot, valeurs=voit_les_valeurs(jeton, depot))


def _lignes(depot: Depot, *, valeurs: bool) -> Iterator[list[str]]:
    with reception.chemin_quarantaine(depot.dossier).open(encoding="utf-8", newline="") as flux:
        lecteur = csv.reader(flux)
        next(lecteur, None)
        for ligne, colonne, valeur, motif in lecteur:
            yield [ligne, colonne, valeur if valeurs else "", motif]
