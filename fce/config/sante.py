"""Health of the process, for a supervisor or a load balancer."""

from dataclasses import asdict
from typing import Any

from django.db import Error
from django.http import HttpRequest, JsonResponse

from fce.entreprises.selectors import temoin
from fce.recherche.selectors import eprouver
from fce.recherche.services import index_perime
from fce.socle import replique
from fce.socle.erreurs import IndexIllisible, IndexIndisponible
from fce.socle.routes import Qui, Voie, acces


@acces(Qui.TOUS, voie=Voie.SANTE)
def vivant(request: HttpRequest) -> JsonResponse:
    """Answer 200 as long as the process answers at all; the database and the index are ``/readyz``'s business."""
    return JsonResponse({"etat": "vivant"})


@acces(Qui.TOUS)
def pret(request: HttpRequest) -> JsonResponse:
    """200 when a company was read in the database and asked of the index; 503, and why, when one of them cannot answer.

    Without an index that answers, searches say 503, and so does this: sheets and exact numbers still answer
    (« degrade »). An instance where nothing is imported yet has nothing to search: it is let in, to receive its files.
    A replica that is late or lost is told, with its lag, and stops nobody: the primary answers in its place.
    """
    entreprise, suite = None, {}
    try:
        entreprise = temoin()
        suite = _replique()
        if entreprise is not None:
            eprouver(entreprise)
        index = "perime" if index_perime() else "a_jour"
    except IndexIndisponible as erreur:
        index = "illisible" if isinstance(erreur, IndexIllisible) else "absent"
        etat = {"etat": "degrade", "index": index, "cause": erreur.message, **suite}
        return JsonResponse(etat, status=503 if entreprise else 200)
    except Error as erreur:
        return JsonResponse({"etat": "indisponible", "cause": type(erreur).__name__}, status=503)
    return JsonResponse({"etat": "pret", "index": index, **suite})


def _replique() -> dict[str, Any]:
    """What is told of the replica; nothing where none is set."""
    return {"replique": asdict(replique.etat())} if replique.reglee() else {}
