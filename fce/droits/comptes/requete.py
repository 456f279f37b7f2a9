"""The account of a request: ``RequeteConnectee`` for views that need one, ``compte_de`` for all others."""

from __future__ import annotations

from typing import cast

from django.http import HttpRequest

from fce.droits.comptes.models import Compte


class RequeteConnectee(HttpRequest):
    """The request of a view whose policy asks for an account (``socle.web.routes``)."""

    compte: Compte


def compte_de(request: HttpRequest) -> Compte | None:
    """The account signed in; None for an anonymous reader, or before ``droits.comptes.middleware`` has run."""
    return cast("Compte | None", getattr(request, "compte", None))
