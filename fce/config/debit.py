"""Rate limits per reader, shared by the processes of a machine (``socle.compteurs``), without writing in the database.

They stop runaway programs. Signed-in readers have their own count, so that the agents behind one office address do not
limit each other. A program counts under its token once the API has accepted it, and under its address until then.
Static files are not counted. Requests from the machine itself (health checks, benches, an undeclared front server) are
not limited: behind such a server all readers would share one limit.
"""

import math
from collections.abc import Mapping
from time import time
from typing import Any, Final

import structlog
from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed
from django.http import HttpRequest, HttpResponse

from fce.comptes.requete import compte_de
from fce.config import erreurs
from fce.config.adresses import lire
from fce.config.middleware import Suite
from fce.socle import compteurs
from fce.socle.compteurs import Limite
from fce.socle.routes import Voie, politique_du_chemin

COUT_D_UN_FICHIER: Final = 10
RAFALE_API: Final = 20
"""Requests that a program may send at once; its limit is counted over the seconds that they represent."""
JETONS_FAUX: Final = Limite("refus", 20)
"""Invalid tokens from one address."""
JETON_ACCEPTE: Final = Limite("jeton accepté", 1, 3600)
"""Not a limit: records for an hour, for all the processes, that the API accepted a token."""
log = structlog.get_logger("fce.debit")


class Debit:
    """Middleware that answers 429 beyond the limit, with the time to wait."""

    def __init__(self, suite: Suite) -> None:
        if not settings.FCE_DEBIT:
            raise MiddlewareNotUsed
        self.suite = suite
        self._compteurs = compteurs.partages()
        self._pages = Limite("page", settings.FCE_DEBIT)
        self._fragments = Limite("fragment", settings.FCE_DEBIT_FRAGMENTS)
        self._api = Limite("api", RAFALE_API, RAFALE_API / settings.FCE_DEBIT_API)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        ou = adresse(request.META)
        voie = _voie(request)
        if ou is None or voie is Voie.SANTE:
            return self.suite(request)
        cout = COUT_D_UN_FICHIER if voie is Voie.FICHIER else 1
        jeton = request.headers.get("Authorization", "") if voie in (Voie.API, Voie.DEPOT) else ""
        if jeton and (attente := self._compteurs.attente(ou, JETONS_FAUX, time())):
            return _refuser(request, attente)
        if attente := self._compter(request, ou, voie, jeton, cout):
            return _refuser(request, attente)
        reponse = self.suite(request)
        if jeton and reponse.status_code == 401:
            self._compteurs.prendre(ou, JETONS_FAUX, 1, time())
        elif jeton and getattr(request, "jeton_accepte", False):
            self._compteurs.prendre(jeton, JETON_ACCEPTE, 1, time())
        return reponse

    def _compter(self, request: HttpRequest, ou: str, voie: Voie, jeton: str, cout: int) -> float:
        """Count a request; return the seconds to wait, 0.0 when accepted."""
        if (compte := compte_de(request)) is not None:
            # The volume that an account reads is limited elsewhere: allow the rate of page fragments.
            return self._compteurs.prendre(f"compte {compte.pk}", self._fragments, cout, time())
        if jeton and self._compteurs.attente(jeton, JETON_ACCEPTE, time()):
            return self._compteurs.prendre(f"jeton {jeton}", self._api, cout, time())
        if voie in (Voie.API, Voie.DEPOT):
            return self._compteurs.prendre_pour(ou, self._api, cout, time())
        limite = self._fragments if voie is Voie.FRAGMENT else self._pages
        return self._compteurs.prendre_pour(ou, limite, cout, time())


def _refuser(request: HttpRequest, attente: float) -> HttpResponse:
    secondes = math.ceil(attente)
    # Not the address, which is personal data; the front server logs it.
    log.warning("debit_depasse", attente_s=secondes)
    qui = "votre compte" if compte_de(request) is not None else "votre adresse"
    reponse = erreurs.page(
        request,
        429,
        f"Trop de demandes sont venues de {qui} : réessayez dans {secondes} s. Pour de gros volumes, "
        "téléchargez les fichiers des données ouvertes.",
        code="trop_de_demandes",
        retry_after=secondes,
    )
    reponse["Cache-Control"] = "no-store"
    return reponse


def _voie(request: HttpRequest) -> Voie:
    politique = politique_du_chemin(request.path_info)
    return politique.voie if politique else Voie.PAGE


def adresse(meta: Mapping[str, Any]) -> str | None:
    """Return the address to count ("inconnue" without one), None for this machine. An IPv6 is cut to its /64."""
    ip = lire(meta)
    if ip is None:
        return "inconnue"
    if ip.is_loopback:
        return None
    return compteurs.reseaux(str(ip))[0][0]
