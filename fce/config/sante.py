"""Health checks for a supervisor or a load balancer."""

from dataclasses import asdict
from typing import Any

from django.db import Error
from django.http import HttpRequest, JsonResponse

from fce.donnees.entreprises.selectors import temoin
from fce.recherche.reponse.selectors import eprouver
from fce.recherche.services import index_perime
from fce.socle.base import replique
from fce.socle.erreurs import IndexIllisible, IndexIndisponible
from fce.socle.web.routes import Qui, Voie, acces


@acces(Qui.TOUS, voie=Voie.SANTE)
def vivant(request: HttpRequest) -> JsonResponse:
    """Answer 200 while the process answers; ``/readyz`` checks the database and the index."""
    return JsonResponse({"etat": "vivant"})


@acces(Qui.TOUS)
def pret(request: HttpRequest) -> JsonResponse:
    """Answer 200 when a company can be read in the database and found in the index, else 503 and the reason.

    - Index unavailable: 503, « degrade », although sheets and exact numbers still answer.
    - No data imported yet: 200, so that the instance can receive its files.
    - Replica late or lost: reported with its lag, still 200, because the primary answers.
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
    return {"replique": asdict(replique.etat())} if replique.reglee() else {}
