"""Addresses of the API, each with its policy: open to all, or to the token that the view itself checks."""

from typing import Any

from django.urls import path

from fce.api.documentation import documentation
from fce.api.v1 import api, sans_relire
from fce.socle.roles import Role
from fce.socle.routes import LECTURE, Qui, Voie, acces

_DEPOTS = LECTURE | {"PUT", "POST"}


def _declarer(urls: Any) -> Any:
    for motif in urls[0]:
        depot = str(motif.pattern).startswith("depots")
        politique = acces(Qui.TOUS, voie=Voie.API)
        if depot:
            politique = acces(Qui.JETON, _DEPOTS, role=Role.AGENTS, voie=Voie.DEPOT)
        vue = sans_relire(motif.callback) if str(motif.pattern) == "recherche" else motif.callback
        motif.callback = politique(vue)
    return urls


urlpatterns = [
    path("v1/docs", documentation, name="documentation"),
    path("v1/", _declarer(api.urls)),
]
