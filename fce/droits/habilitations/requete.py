"""The reader of a request."""

from dataclasses import replace

import structlog
from django.db import DatabaseError, InterfaceError
from django.http import HttpRequest

from fce.droits.comptes.requete import compte_de
from fce.droits.habilitations.acteurs import ANONYME, Acteur
from fce.droits.habilitations.finalites import Droit
from fce.droits.habilitations.lecteur import LecteurDeDonnees
from fce.droits.habilitations.selectors import acteur_de
from fce.socle.web.routes import surface_de

log = structlog.get_logger("fce.droits.habilitations")
DROITS_ILLISIBLES = "Vos droits ne peuvent pas être lus pour le moment : réessayez dans quelques instants."


def lecteur_de_la_page(request: HttpRequest, action: Droit = Droit.CONSULTER) -> LecteurDeDonnees:
    """The reader of a page that also shows open data: when his rights cannot be read, he gets open data and the reason.

    One query for an agent, none for anyone else.
    """
    try:
        return lecteur_de(request, action)
    except (DatabaseError, InterfaceError) as erreur:
        log.error("droits_illisibles", erreur=type(erreur).__name__)
        return replace(lecteur_de(request, action, acteur=ANONYME), empechement=DROITS_ILLISIBLES)


def lecteur_de(
    request: HttpRequest, action: Droit = Droit.CONSULTER, *, acteur: Acteur | None = None
) -> LecteurDeDonnees:
    """The reader of a request, with his current rights and the surface that the view declares.

    One query for an agent, none when the page already has his ``acteur``.
    """
    if compte_de(request) is None:
        return LecteurDeDonnees(action=action, surface=surface_de(request))
    return LecteurDeDonnees(
        acteur_de_la_requete(request, acteur),
        action,
        request.session.get("finalite"),
        usuelle=True,
        surface=surface_de(request),
        requete=getattr(request, "numero", ""),
        adresse_ip=getattr(request, "adresse_ip", ""),
    )


def acteur_de_la_requete(request: HttpRequest, connu: Acteur | None = None) -> Acteur:
    """The actor of a request, read once: a page and the actions that it offers decide on the same rights. ``connu``:
    replaces the one read so far."""
    gardee = connu or getattr(request, "acteur", None)
    acteur = gardee or acteur_de(compte_de(request), mfa=request.session.get("mfa") is True)
    request.acteur = acteur  # type: ignore[attr-defined]
    return acteur
