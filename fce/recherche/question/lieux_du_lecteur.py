"""The territory where an agent's search begins: the départements of his habilitations, as filters."""

from collections.abc import Collection, Mapping

import structlog
from django.db import DatabaseError, InterfaceError
from django.http import HttpRequest
from django.utils import timezone

from fce.droits.comptes.requete import compte_de
from fce.droits.habilitations.acteurs import FRANCE
from fce.droits.habilitations.matrice import territoire
from fce.droits.habilitations.selectors import acteur_de
from fce.recherche.question.filtres import LIEUX
from fce.recherche.question.requete import Requete
from fce.referentiels import territoires
from fce.referentiels.territoires.decoupage import departements_de_la_region

log = structlog.get_logger("fce.recherche")
Lieux = Mapping[str, tuple[str, ...]]
DEPARTEMENTS_MAX = 25
"""Above this number a territory is nearly the country: the search begins everywhere."""


def lieux_de(request: HttpRequest) -> Lieux:
    """Return the places where this user's search begins; empty for the public and for a national territory."""
    compte = compte_de(request)
    if compte is None:
        return {}
    try:
        acteur = acteur_de(compte, mfa=False)
    except (DatabaseError, InterfaceError) as erreur:  # the search itself is open to everyone
        log.error("territoire_illisible", erreur=type(erreur).__name__)
        return {}
    return en_filtres(territoire(acteur, timezone.now()))


def en_filtres(departements: Collection[str]) -> Lieux:
    """Return the filters of a set of départements; complete régions are one filter."""
    if FRANCE in departements or len(departements) > DEPARTEMENTS_MAX:
        return {}
    entieres = {
        region.code: siens
        for region in territoires.regions()
        if (siens := departements_de_la_region(region.code)) and siens <= {*departements}
    }
    restants = sorted({*departements}.difference(*entieres.values()))
    par_genre = {"region": tuple(sorted(entieres)), "departement": tuple(restants)}
    return {nom: codes for nom, codes in par_genre.items() if codes}


def lieux_demandes(requete: Requete) -> Lieux:
    """Return the places of a query, sorted within each kind."""
    return {nom: tuple(sorted(requete.filtres[nom])) for nom in LIEUX if nom in requete.filtres}
