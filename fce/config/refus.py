"""Refusals by the server, before any view runs."""

from typing import Final

LONGUEUR_MAX_ADRESSE: Final = 8192
REFUS: Final = "fce.refus"
"""Key of the WSGI environment where the server puts a refusal; clients cannot set it."""


class RefusHttp(Exception):
    """HTTP status, French sentence and code of the answer; ``reessayer``: ``Retry-After`` in seconds, 0 for none."""

    def __init__(self, statut: int, message: str, code: str = "demande_incorrecte", reessayer: int = 0) -> None:
        super().__init__(message)
        self.statut, self.message, self.code, self.reessayer = statut, message, code, reessayer


def occupe() -> RefusHttp:
    """Return the refusal (503) of a server at one of its limits."""
    return RefusHttp(
        503,
        "Le service est très demandé en ce moment : réessayez dans une demi-minute.",
        "service_occupe",
        reessayer=30,
    )


def en_panne() -> RefusHttp:
    """Return the refusal (500) of a server whose application gave no answer."""
    return RefusHttp(500, "Une erreur inattendue s’est produite. Réessayez.", "erreur_interne")
