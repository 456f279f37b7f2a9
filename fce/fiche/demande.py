"""The reader of a sheet, from a request. When his rights cannot be read, he gets open data and the reason."""

from dataclasses import replace

import structlog
from django.db import DatabaseError, InterfaceError
from django.http import HttpRequest

from fce.droits import demande
from fce.droits.acteurs import ANONYME
from fce.droits.finalites import Droit
from fce.droits.lecteur import LecteurDeDonnees

log = structlog.get_logger("fce.fiche")
DROITS_ILLISIBLES = "Vos droits ne peuvent pas être lus pour le moment : réessayez dans quelques instants."


def lecteur_de(request: HttpRequest, action: Droit = Droit.CONSULTER) -> LecteurDeDonnees:
    """The reader, with his current rights. One query for an agent, none for anyone else."""
    try:
        return demande.lecteur_de(request, action)
    except (DatabaseError, InterfaceError) as erreur:
        log.error("droits_illisibles", erreur=type(erreur).__name__)
        return replace(demande.lecteur_de(request, action, acteur=ANONYME), empechement=DROITS_ILLISIBLES)
