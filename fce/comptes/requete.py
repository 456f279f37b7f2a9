"""The account of a request: one type for views that only accounts may call, one question for what serves everyone."""

from __future__ import annotations

from typing import cast

from django.http import HttpRequest

from fce.comptes.models import Compte


class RequeteConnectee(HttpRequest):
    """What a view receives whose policy asks for an account (``socle.routes``): somebody is signed in."""

    compte: Compte


def compte_de(request: HttpRequest) -> Compte | None:
    """Return who is signed in; None for anyone else, and before ``comptes.middleware`` looked."""
    return cast("Compte | None", getattr(request, "compte", None))
