"""Limits on what one reader may ask, shared by the processes (``config.compteurs``): no write in the database.

They stop a program that never stops, not a reader: who is signed in has his own count, so that an administration that
goes out by one address does not hold its agents back. Behind the static files, which cost nothing. Requests of the
machine itself (health, benches, a front server that nobody declared) are not limited: better no limit than one shared
by all the readers.
"""

import ipaddress
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

PREFIXE_IPV6: Final = 64
"""Bits of an IPv6 address that name a subscriber: the rest is his to choose."""
COUT_D_UN_FICHIER: Final = 10
RAFALE_API: Final = 20
"""Requests of a program that may come at once: its limit holds over the seconds that they last."""
JETONS_FAUX: Final = Limite("refus", 20)
"""Tokens that open nothing, from one address: the count of each is new, that of the address is not."""
log = structlog.get_logger("fce.debit")


class Debit:
    """Refuse the requests of a reader beyond the limit, with the time to wait."""

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
        qui, limite = self._compte(request, ou, voie)
        if qui.startswith("jeton ") and (attente := self._compteurs.attente(ou, JETONS_FAUX, time())):
            return _refuser(request, attente)
        if attente := self._compteurs.prendre(qui, limite, cout, time()):
            return _refuser(request, attente)
        reponse = self.suite(request)
        if reponse.status_code == 401 and qui.startswith("jeton "):
            self._compteurs.prendre(ou, JETONS_FAUX, 1, time())
        return reponse

    def _compte(self, request: HttpRequest, ou: str, voie: Voie) -> tuple[str, Limite]:
        """Who is counted, and within what."""
        if (compte := compte_de(request)) is not None:
            # Known, and what he reads is counted elsewhere: he may go as fast as a page by itself.
            return f"compte {compte.pk}", self._fragments
        if voie in (Voie.API, Voie.DEPOT):
            jeton = request.headers.get("Authorization", "")
            return (f"jeton {jeton}" if jeton else ou), self._api
        return ou, self._fragments if voie is Voie.FRAGMENT else self._pages


def _refuser(request: HttpRequest, attente: float) -> HttpResponse:
    secondes = math.ceil(attente)
    # Without the address: it is personal, and the log of the front server has it.
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
    """The reader, None when the request comes from this machine. An IPv6 address is cut to its subscriber's prefix."""
    ip = lire(meta)
    if ip is None:
        return "inconnue"
    if ip.is_loopback:
        return None
    if ip.version == 6:
        return str(ipaddress.ip_network((int(ip), PREFIXE_IPV6), strict=False))
    return str(ip)
