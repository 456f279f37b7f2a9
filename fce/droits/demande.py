"""Who reads, from a request."""

from django.http import HttpRequest

from fce.comptes.requete import compte_de
from fce.droits.acteurs import Acteur
from fce.droits.finalites import Droit
from fce.droits.lecteur import LecteurDeDonnees
from fce.droits.selectors import acteur_de
from fce.socle.routes import surface_de


def lecteur_de(
    request: HttpRequest, action: Droit = Droit.CONSULTER, *, acteur: Acteur | None = None
) -> LecteurDeDonnees:
    """The reader of a request, with the rights that he has at this very moment, through the surface that its view
    declares. One query for an agent, none when the page has asked for them already (``acteur``)."""
    compte = compte_de(request)
    if compte is None:
        return LecteurDeDonnees(action=action, surface=surface_de(request))
    return LecteurDeDonnees(
        acteur or acteur_de(compte, mfa=request.session.get("mfa") is True),
        action,
        request.session.get("finalite"),
        surface=surface_de(request),
        requete=getattr(request, "numero", ""),
        adresse_ip=getattr(request, "adresse_ip", ""),
    )
