"""Health of the process, for a supervisor or a load balancer."""

from django.db import Error, connection
from django.http import HttpRequest, JsonResponse

from fce.recherche.services import index_perime
from fce.socle.erreurs import FCEError


def vivant(request: HttpRequest) -> JsonResponse:
    """The process answers."""
    return JsonResponse({"etat": "vivant"})


def pret(request: HttpRequest) -> JsonResponse:
    """The database and the index answer; 503 otherwise. A stale index still serves: it is only said."""
    try:
        with connection.cursor() as curseur:
            curseur.execute("SELECT 1")
        perime = index_perime()
    except (Error, FCEError) as erreur:
        return JsonResponse({"etat": "indisponible", "cause": type(erreur).__name__}, status=503)
    return JsonResponse({"etat": "pret", "index_perime": perime})
