"""Reads of the deposits, limited to what a depositor (token or data officer) may see."""

import csv
from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet

from fce.donnees.imports.etats import EtatDepot
from fce.donnees.imports.models import Depot, Import, VersionEnPlace
from fce.socle.erreurs import Introuvable
from fce.sources import registre
from fce.sources.declaration import Source

from . import rapport, reception
from .deposants import Deposant, a_envoye, producteurs_de, sources_de


def depots(deposant: Deposant) -> QuerySet[Depot]:
    """Deposits of the depositor's producers, for the sources the depositor covers, newest first."""
    siennes = [source.nom for source in sources_de(deposant)]
    return Depot.objects.filter(producteur__in=producteurs_de(deposant), source__in=siennes)


def depot(deposant: Deposant, numero: int) -> Depot:
    """A deposit visible to the depositor, by number. Raises Introuvable."""
    trouve = depots(deposant).filter(pk=numero).first() if 0 < numero < 2**63 else None
    if trouve is None:
        raise Introuvable(f"Aucun dépôt n° {numero} parmi les vôtres.")
    return trouve


def voit_les_valeurs(deposant: Deposant, depot: Depot) -> bool:
    """Whether the depositor may read the values set aside: of a restricted source, only the sender may."""
    return registre.source(depot.source).acces.classe == "C0" or a_envoye(deposant, depot)


def rapport_de(deposant: Deposant, depot: Depot) -> dict[str, Any]:
    """The report as the depositor may see it; empty until the deposit is verified."""
    if not depot.rapport or "erreur" in depot.rapport:
        return {}
    return rapport.montrer(depot.rapport, valeurs=voit_les_valeurs(deposant, depot))


def quarantaine(deposant: Deposant, depot: Depot) -> Iterator[list[str]]:
    """All the rows set aside: line, column, value (empty if hidden), reason. Raises Introuvable when they are not
    kept."""
    chemin = reception.chemin_quarantaine(depot.dossier)
    if not depot.rapport or not chemin.is_file():
        raise Introuvable("La quarantaine de ce dépôt n’est pas, ou plus, conservée.")
    return _lignes(depot, valeurs=voit_les_valeurs(deposant, depot))


def retirable(deposant: Deposant, source: Source) -> VersionEnPlace | None:
    """The version in place if it came from a deposit of the depositor's producer, who may then roll it back; else
    None."""
    version = VersionEnPlace.objects.select_related("en_place", "precedent").filter(source=source.nom).first()
    if version is None or not vient_de(deposant, version.en_place):
        return None
    return version


def vient_de(deposant: Deposant, importation: Import) -> bool:
    """Whether the version came from a deposit of the depositor's producer."""
    origine = Depot.objects.filter(importation=importation, etat=EtatDepot.PUBLIE).first()
    return origine is not None and origine.producteur in producteurs_de(deposant)


def _lignes(depot: Depot, *, valeurs: bool) -> Iterator[list[str]]:
    with reception.chemin_quarantaine(depot.dossier).open(encoding="utf-8", newline="") as flux:
        lecteur = csv.reader(flux)
        next(lecteur, None)
        for ligne, colonne, valeur, motif in lecteur:
            yield [ligne, colonne, valeur if valeurs else "", motif]
