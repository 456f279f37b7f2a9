"""Who still reads a followed set: the room that keeps it says so (``Offres.ensembles``)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Final

from fce.droits.habilitations.lecteur import LecteurDeDonnees
from fce.echanges.models import Suivi
from fce.socle.web.offres import offres

CLE_D_ENSEMBLE: Final = "ensemble:"
"""Beginning of ``Suivi.recherche`` for a set of units kept by another room (``suivis.ensembles``)."""


def ensemble_suivi(suivi: Suivi) -> tuple[str, int] | None:
    """(kind, number) of the set that this follows; None for a unit or a search."""
    chose, barre, numero = suivi.recherche.removeprefix(CLE_D_ENSEMBLE).partition("/")
    return (chose, int(numero)) if suivi.recherche.startswith(CLE_D_ENSEMBLE) and barre else None


def perdus(lecteur: LecteurDeDonnees, suivis: Iterable[Suivi]) -> set[int]:
    """Numbers of the follows whose set the reader no longer reads: only the next night deletes them. Two round trips
    per kind of set; none without any set."""
    par_genre: dict[str, dict[int, int]] = defaultdict(dict)
    for suivi in suivis:
        if (ensemble := ensemble_suivi(suivi)) is not None:
            chose, numero = ensemble
            par_genre[chose][numero] = suivi.pk
    sans: set[int] = set()
    for chose, siens in par_genre.items():
        lisibles_parmi = offres().ensembles.get(chose)
        lisibles = lisibles_parmi(lecteur, siens) if lisibles_parmi else ()
        sans |= {suivi for numero, suivi in siens.items() if numero not in lisibles}
    return sans
