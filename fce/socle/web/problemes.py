"""Problem details (RFC 9457): the form of every error of the API v1, whoever answers it."""

from typing import Any, Final

TYPE_DE_CONTENU: Final = "application/problem+json"
TITRES: Final = {
    400: "Demande incorrecte",
    401: "Connexion requise",
    403: "Accès refusé",
    404: "Introuvable",
    405: "Méthode refusée",
    409: "Opération déjà en cours",
    410: "Curseur trop ancien",
    413: "Envoi trop gros",
    414: "Adresse trop longue",
    415: "Type de contenu refusé",
    422: "Fichier refusé",
    429: "Trop de demandes",
    503: "Service momentanément indisponible",
}
"""French title of each status."""


def decrire(status: int, message: str, code: str, **membres: object) -> dict[str, Any]:
    """Return the members of a problem. ``membres``: more of them; None and empty ones are left out.

    ``erreur`` repeats the code and the sentence for the programs written before the RFC was followed.
    """
    return {
        "type": "about:blank",
        "title": TITRES.get(status, "Une erreur est survenue"),
        "status": status,
        "detail": message,
        "code": code,
        **{nom: valeur for nom, valeur in membres.items() if valeur},
        "erreur": {"code": code, "message": message},
    }
