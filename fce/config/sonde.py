"""``fce sonder``: ask a server of this machine whether it lives, for the ``HEALTHCHECK`` of the image.

Apart from Django, whose start costs two seconds of processor: a supervisor asks every thirty seconds.
"""

import http.client
import os
from argparse import ArgumentParser, Namespace

DELAI_S = 4


def ajouter_arguments(analyseur: ArgumentParser) -> None:
    analyseur.add_argument("--host", default="127.0.0.1", help="adresse du service (défaut : 127.0.0.1)")
    analyseur.add_argument("--port", type=int, default=8000, help="port du service (défaut : 8000)")
    analyseur.add_argument("--chemin", default="/healthz", help="page demandée (défaut : /healthz)")


def lire_arguments(arguments: list[str]) -> Namespace:
    analyseur = ArgumentParser("fce sonder", description="Demande au service de cette machine s’il répond.")
    ajouter_arguments(analyseur)
    return analyseur.parse_args(arguments)


def sonder(host: str, port: int, chemin: str) -> tuple[bool, str]:
    """Return whether the page answered 200, and what it said."""
    connexion = http.client.HTTPConnection(host, port, timeout=DELAI_S)
    try:
        # The service answers only to its own names, and the probe comes by the address.
        connexion.request("GET", chemin, headers={"Host": _nom_du_service() or host})
        reponse = connexion.getresponse()
        return reponse.status == 200, f"{reponse.status} {reponse.read(400).decode('utf-8', 'replace').strip()}"
    except (OSError, http.client.HTTPException) as erreur:
        return False, f"http://{host}:{port}{chemin} ne répond pas ({type(erreur).__name__})."
    finally:
        connexion.close()


def _nom_du_service() -> str:
    return os.environ.get("FCE_ALLOWED_HOSTS", "").split(",")[0].strip().lstrip(".")
