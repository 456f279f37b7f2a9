"""URLs of the API with their access policy: open to all, or to a token that the view checks."""

import re
from typing import Any

from django.urls import include, path

from fce.api.documentation import documentation, essayer, index, openapi
from fce.api.lots import POIDS
from fce.api.strict import stricte
from fce.api.v1 import api, erreur_attendue
from fce.socle.base.roles import Role
from fce.socle.web.routes import LECTURE, Qui, Voie, acces

_DEPOTS = LECTURE | {"PUT", "POST"}


def _declarer(urls: Any) -> Any:
    for motif in urls[0]:
        depot = str(motif.pattern).startswith("depots")
        fichier = str(motif.pattern).startswith("fichiers")
        politique = acces(Qui.TOUS, voie=Voie.FICHIER if fichier else Voie.API, parties=fichier)
        if str(motif.pattern) == "lot":
            # Reads open data: a thousand numbers are too long for an address.
            politique = acces(Qui.TOUS, {"POST"}, voie=Voie.API, poids=POIDS, lit=True)
        if depot:
            politique = acces(Qui.JETON, _DEPOTS, role=Role.AGENTS, voie=Voie.DEPOT)
        motif.callback = politique(stricte(motif.callback, api, _chemin(motif), erreur_attendue))
    return urls


def _chemin(motif: Any) -> str:
    """Return the path of a URL as its operation declares it: « entreprises/{siren} »."""
    return re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", str(motif.pattern)).strip("/")


urlpatterns = [
    path("recherche-entreprises/", include("fce.api.compatible.urls")),
    path("v1/docs", documentation, name="documentation"),
    path("v1/docs/essai", essayer, name="essai"),
    path("v1/openapi.json", openapi, name="openapi"),
    path("v1/", index, name="index"),
    path("v1/", _declarer(api.urls)),
]
