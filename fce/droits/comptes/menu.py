"""Links that the rooms offer to a signed-in reader: the bar under the header, the menu under his name, the line of
links at the top of a page."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import timedelta
from typing import Any, Final

import structlog
from django.db import DatabaseError, InterfaceError
from django.http import HttpRequest

from fce.droits.comptes.models import Compte
from fce.droits.comptes.requete import compte_de
from fce.droits.comptes.selectors import mandats_de
from fce.droits.comptes.sessions import INACTIVITE
from fce.socle.web.fil import routes_jusqu_a
from fce.socle.web.liens import adresse_de
from fce.socle.web.offres import BARRE, Entree, offres
from fce.socle.web.routes import Qui

PREAVIS: Final = timedelta(minutes=5)
"""Warning shown before an idle session ends (``cadre/session.html``)."""
log = structlog.get_logger("fce.connexion")


def contexte(request: HttpRequest) -> Mapping[str, Any]:
    """Context processor: ``compte`` (or None), ``barre`` and ``menu_compte`` ([(entry, path)…]), ``porte`` (route of
    the current entry of the bar), ``liens_de_la_page``, ``attentes`` (path of the fragment that counts what waits, ""
    when it would say nothing), seconds before the session warns of its end."""
    compte = compte_de(request)
    if compte is None:
        return {"compte": None, "barre": (), "menu_compte": (), "liens_de_la_page": ()}
    try:
        offertes = entrees_offertes(request, compte)
    except (DatabaseError, InterfaceError) as erreur:
        # The page that reports a database failure also renders this menu.
        log.error("menu_illisible", erreur=type(erreur).__name__)
        offertes = {}
    ici = routes_jusqu_a(request.resolver_match.view_name) if request.resolver_match else ()
    barre = offertes.get(BARRE, [])
    portes = {sous.route: e.route for e, _ in barre for sous in (e, *(s for s, _ in offertes.get(e.route, ())))}
    page = next((e.route for e, adresse in barre if adresse == request.path), ici[0] if ici else "")
    # Without a second factor, nothing of what waits would be counted.
    comptes = (not compte.agent or request.session.get("mfa") is True) and any(e.attend for e, _ in barre)
    return {
        "compte": compte,
        "session_avertie_apres": int((INACTIVITE - PREAVIS).total_seconds()),
        "barre": barre,
        "porte": next((portes[route] for route in ici if route in portes), ""),
        "menu_compte": offertes.get("", []),
        "liens_de_la_page": offertes.get(page, []),
        "attentes": adresse_de("comptes:attentes") if comptes else "",
    }


def entrees_offertes(request: HttpRequest, compte: Compte) -> dict[str, list[tuple[Entree, str]]]:
    """Return {where: [(entry, its path)…]} offered to an account (``Entree.sous``). The pages that go with one that he
    is not offered are in the menu under his name. One query for an agent whose rights the page has not read."""
    mandats = mandats_de(compte)
    trouvees: dict[str, list[tuple[Entree, str]]] = defaultdict(list)
    for entree in offres().menu:
        if _est_pour(entree, compte, mandats):
            page = adresse_de(entree.route)
            adresse = entree.adresse(request, page) if entree.adresse else page
            trouvees[entree.sous] += [(entree, adresse)] if adresse else []
    ouvertes = {entree.route for entree, _ in trouvees[BARRE]}
    for route in [e.route for e in offres().menu if e.sous == BARRE and e.route not in ouvertes]:
        trouvees[""] += trouvees.pop(route, [])
    return trouvees


def _est_pour(entree: Entree, compte: Compte, mandats: Collection[str]) -> bool:
    if entree.mandat:
        return entree.mandat in mandats
    return entree.qui is Qui.CONNECTE or compte.agent is (entree.qui is Qui.AGENT)
