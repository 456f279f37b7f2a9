"""Where a request comes from: the hop that a declared front server vouches for, not what he writes himself."""

import ipaddress
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest

Adresse = ipaddress.IPv4Address | ipaddress.IPv6Address


def lire(meta: Mapping[str, Any]) -> Adresse | None:
    """The address of the reader, None when it is not one. ``meta``: environment of WSGI, ``request.META``."""
    proche = str(meta.get("REMOTE_ADDR", ""))
    annonces = [a.strip() for a in str(meta.get("HTTP_X_FORWARDED_FOR", "")).split(",")]
    rang = settings.FCE_FRONTAUX
    # What stands further to the left was written by the reader himself.
    dite = annonces[-rang] if 0 < rang <= len(annonces) else proche
    return _ip(dite) or _ip(proche)


def adresse_ip(request: HttpRequest) -> str:
    """The whole address of the reader as text, "" when unknown: for the journal, never for the logs."""
    ip = lire(request.META)
    return str(ip) if ip else ""


@lru_cache(maxsize=1_000)
def _ip(texte: str) -> Adresse | None:
    try:
        ip = ipaddress.ip_address(texte)
    except ValueError:
        return None
    return (ip.ipv4_mapped if isinstance(ip, ipaddress.IPv6Address) else None) or ip
