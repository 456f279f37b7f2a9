"""Who reads, from a request: every surface of the sheet asks here."""

import structlog
from django.db import DatabaseError, InterfaceError
from django.http import HttpRequest

from fce.comptes.requete import compte_de
from fce.droits.finalites import Droit
from fce.droits.selectors import acteur_de
from fce.fiche.lecteur import LecteurDeFiche
from fce.sources.onglets import ONGLETS, TOUT

log = structlog.get_logger("fce.fiche")
DROITS_ILLISIBLES = "Vos droits ne peuvent pas être lus pour le moment : réessayez dans quelques instants."


def lecteur_de(request: HttpRequest, action: Droit = Droit.CONSULTER) -> LecteurDeFiche:
    """The reader, with the rights that he has at this very request. One query for an agent, none for anyone else."""
    surface = _surface(request)
    compte = compte_de(request)
    if compte is None:
        return LecteurDeFiche(action=action, surface=surface)
    session = request.session
    empechement = ""
    try:
        acteur = acteur_de(compte, mfa=session.get("mfa") is True)
    except (DatabaseError, InterfaceError) as erreur:
        log.error("droits_illisibles", erreur=type(erreur).__name__)
        acteur, empechement = acteur_de(None, mfa=False), DROITS_ILLISIBLES
    return LecteurDeFiche(
        acteur,
        action,
        session.get("finalite"),
        usuelle=True,
        surface=surface,
        requete=getattr(request, "numero", ""),
        adresse_ip=getattr(request, "adresse_ip", ""),
        empechement=empechement,
    )


def _surface(request: HttpRequest) -> str:
    """What the journal calls the kind of answer asked for."""
    chemin = request.path
    if chemin.endswith((".csv", ".xlsx", ".pdf")):
        return chemin.rpartition(".")[2]
    if "/direct/" in chemin:
        return "direct"
    # /entreprise/<siren>, then what hangs on it: a tab is the sheet, alone or swapped into it.
    suite = chemin.split("/")[3:]
    if len(suite) == 1 and suite[0] in (*ONGLETS, TOUT.cle):
        return "fiche"
    if suite == ["note"]:
        return "note"
    if getattr(request, "htmx", None):
        return "fragment" if "bandeau" not in request.GET else "fiche"
    return "liste" if suite and suite != ["chronologie"] else "fiche"
