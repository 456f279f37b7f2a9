"""The account of a request whose policy asks for one."""

from django.http import HttpRequest

from fce.comptes.erreurs import NonConnecte
from fce.comptes.models import Compte


def compte_de(request: HttpRequest) -> Compte:
    """Who is signed in. Raises NonConnecte."""
    compte: Compte | None = getattr(request, "compte", None)
    if compte is None:
        raise NonConnecte("Connectez-vous pour lire cette page.")
    return compte
