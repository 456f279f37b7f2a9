"""A limit on what one address may ask: a bucket of tokens per address, in each process, with no write anywhere.

Generous: it stops a program that never stops, not a reader, nor an administration that goes out by one address. Behind
the static files, which cost nothing. Requests of the machine itself (health, benches, a front server that nobody
declared) are not limited: better no limit than one shared by all the readers.
"""

import ipaddress
import math
from collections import OrderedDict
from threading import Lock
from time import monotonic

import structlog
from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed
from django.http import HttpRequest, HttpResponse

from fce.config import erreurs
from fce.config.adresses import lire
from fce.config.middleware import Suite

ADRESSES_MAX = 50_000
"""Addresses remembered; the one heard least recently is forgotten first."""
PREFIXE_IPV6 = 64
"""Bits of an IPv6 address that name a subscriber: the rest is his to choose."""
COUT_D_UN_FICHIER = 10
FICHIERS = (".csv", ".xlsx", ".parquet")
journal = structlog.get_logger("fce.debit")


class Seaux:
    """Buckets of ``capacite`` tokens that fill up again in one minute. Times are seconds of a monotonic clock."""

    def __init__(self, capacite: int) -> None:
        self.capacite = float(capacite)
        self._debit = capacite / 60
        self._seaux: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._verrou = Lock()

    def prendre(self, adresse: str, cout: float, maintenant: float) -> float:
        """Take ``cout`` tokens. Return 0.0 when they were there, else the seconds to wait for them, and take none."""
        cout = min(cout, self.capacite)
        with self._verrou:
            jetons, vu = self._seaux.pop(adresse, (self.capacite, maintenant))
            jetons = min(self.capacite, jetons + max(0.0, maintenant - vu) * self._debit)
            attente = 0.0 if jetons >= cout else (cout - jetons) / self._debit
            self._seaux[adresse] = (jetons if attente else jetons - cout, maintenant)
            if len(self._seaux) > ADRESSES_MAX:
                self._seaux.popitem(last=False)
        return attente


class Debit:
    """Refuse the requests of an address beyond the limit, with the time to wait."""

    def __init__(self, suite: Suite) -> None:
        if not settings.FCE_DEBIT:
            raise MiddlewareNotUsed
        self.suite = suite
        self._seaux = Seaux(settings.FCE_DEBIT)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if (qui := adresse(request)) is None:
            return self.suite(request)
        cout = COUT_D_UN_FICHIER if request.path.endswith(FICHIERS) else 1
        attente = self._seaux.prendre(qui, cout, monotonic())
        if not attente:
            return self.suite(request)
        secondes = math.ceil(attente)
        # Without the address: it is personal, and the log of the front server has it.
        journal.warning("debit_depasse", attente_s=secondes)
        reponse = erreurs.page(
            request,
            429,
            f"Trop de demandes sont venues de votre adresse : réessayez dans {secondes} s. Pour de gros volumes, "
            "téléchargez les fichiers des données ouvertes.",
            code="trop_de_demandes",
        )
        reponse["Retry-After"] = str(secondes)
        reponse["Cache-Control"] = "no-store"
        return reponse


def adresse(request: HttpRequest) -> str | None:
    """The reader, None when the request comes from this machine. An IPv6 address is cut to its subscriber's prefix."""
    ip = lire(request)
    if ip is None:
        return "inconnue"
    if ip.is_loopback:
        return None
    if ip.version == 6:
        return str(ipaddress.ip_network((int(ip), PREFIXE_IPV6), strict=False))
    return str(ip)
