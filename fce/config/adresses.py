"""IP address of the reader, as given by the declared front servers, not by the reader's own headers."""

import ipaddress
from collections.abc import Mapping
from typing import Any, Final

from django.conf import settings
from django.http import HttpRequest

from fce.socle.web import compteurs

ADRESSE_INCONNUE: Final = "inconnue"
Adresse = ipaddress.IPv4Address | ipaddress.IPv6Address


def lire(meta: Mapping[str, Any]) -> Adresse | None:
    """Return the address, None when it is unreadable. ``meta``: WSGI environment or ``request.META``."""
    proche = str(meta.get("REMOTE_ADDR", ""))
    annonces = [a.strip() for a in str(meta.get("HTTP_X_FORWARDED_FOR", "")).split(",")]
    rang = settings.FCE_FRONTAUX
    # The reader may have written the entries further left in X-Forwarded-For himself.
    dite = annonces[-rang] if 0 < rang <= len(annonces) else proche
    return _ip(dite) or _ip(proche)


def a_compter(meta: Mapping[str, Any]) -> str | None:
    """Return the address to count ("inconnue" without one), None for this machine. An IPv6 is cut to its /64."""
    ip = lire(meta)
    if ip is None:
        return ADRESSE_INCONNUE
    if ip.is_loopback:
        return None
    return compteurs.reseaux(str(ip))[0][0]


def adresse_ip(request: HttpRequest) -> str:
    """Return the full address, "" when unknown. For the journal, never for the logs."""
    ip = lire(request.META)
    return str(ip) if ip else ""


def _ip(texte: str) -> Adresse | None:
    try:
        ip = ipaddress.ip_address(texte)
    except ValueError:
        return None
    return (ip.ipv4_mapped if isinstance(ip, ipaddress.IPv6Address) else None) or ip
