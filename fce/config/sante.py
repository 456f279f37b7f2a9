"""Health of the process, for a supervisor or a load balancer."""

from django.db import Error, connection
from django.http import HttpRequest, JsonResponse

from fce.recherche.services import index_perime
from fce.socle.erreurs import IndexIndisponible
from fce.socle.routes import Qui, acces


@acces(Qui.TOUS)
def vivant(request: HttpRequest) -> JsonResponse:
    """The process answers."""
    return JsonResponse({"etat": "vivant"})


@acces(Qui.TOUS)
def pret(request: HttpRequest) -> JsonResponse:
    """200 when the database answers, 503 otherwise; a missing or stale index is only said: sheets still answer."""
    try:
        with connection.cursor() as curseur:
            curseur.execute("SELECT 1")
        index = "perime" if index_perime() else "a_jour"
    except IndexIndisponible:
        index = "absent"
    except Error as erreur:
        return JsonResponse({"etat": "indisponible", "cause": type(erreur).__name__}, status=503)
    return JsonResponse({"etat": "degrade" if index == "absent" else "pret", "index": index})
