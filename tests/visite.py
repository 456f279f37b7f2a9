"""Visit the demonstration as each playable person, in a separate process whose writes are rolled back."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

LIENS = re.compile(r'(?:href|action|hx-get|hx-post)="(/[^"#]*)"|<loc>https?://[^/<]+([^<#]*)')


@dataclass(frozen=True, slots=True)
class Vue:
    """A page given to ``qui``: URL, status, text ("" for a file)."""

    qui: str
    adresse: str
    statut: int
    texte: str

    @property
    def liens(self) -> list[str]:
        return sorted({_chemin(un or autre) for un, autre in LIENS.findall(self.texte)})

    @property
    def suites(self) -> list[str]:
        return sorted({(un or autre).replace("&amp;", "&") for un, autre in LIENS.findall(self.texte)})


def _chemin(adresse: str) -> str:
    return urlsplit(adresse).path


def clients() -> dict[str, Any]:
    """{who: signed-in client}, an anonymous one first; also writes the demonstration's stories about them."""
    from django.conf import settings
    from django.test import Client
    from django.utils import timezone

    from fce.demo import convention, datation, listes, ouverture, service, signalements
    from fce.demo.echanges import conte, inscrits, questions, suivis
    from fce.demo.identite import personnages as p
    from tests.droits.comptes import fabrique

    settings.FCE_DEBIT = 0
    comptes = ouverture.ouvrir("https://fournisseur.example", lambda personnage: personnage.cle)
    calendrier, _ = datation.du_dossier(settings.FCE_DATA_DIR / "demo")
    if settings.FCE_ECHANGES:
        conte.ecrire_recit(comptes, calendrier)
        inscrits.ecrire_annuaire()
        questions.ecrire_questions(comptes, refaire=True)
        suivis.ecrire_suivis(comptes)
    listes.ecrire_listes(comptes)
    signalements.ecrire_signalements(comptes)
    service.ecrire_service(comptes)
    if settings.FCE_CONVENTION:
        convention.ecrire_la_convention(comptes[p.BUDGET.cle], timezone.localdate())
    # FranceConnect users have no account until they sign in.
    comptes |= {personnage.cle: fabrique.particulier() for personnage in p.PARTICULIERS}
    signes = {"inconnu": Client()}
    for cle, compte in comptes.items():
        signes[cle] = Client()
        fabrique.connecter(signes[cle], compte)
    return signes


def lire(qui: str, client: Any, adresse: str) -> Vue:
    reponse = client.get(adresse)
    page = not reponse.streaming and reponse.get("Content-Type", "").startswith(("text/html", "application/xml"))
    return Vue(qui, adresse, reponse.status_code, reponse.content.decode() if page else "")


SANS_EXEMPLE = "exemple|00000000|/1(/|$|[.])|/[a-z2-7]{32}(/|$|[.])"


def sans_numero() -> list[str]:
    """URLs of pages without number in their path, for any reader."""
    from django.urls import resolve

    from tests.droits.comptes.routes import routes

    adresses = (r.adresse for r in routes() if not re.search(SANS_EXEMPLE, r.adresse))
    return [adresse for adresse in adresses if est_une_page(resolve(adresse).func)]


def parcourir(qui: str, client: Any, departs: list[str], *, suivre: bool = True) -> Iterator[tuple[str, Vue]]:
    """(route, page) reached from ``departs``, once per route; ``suivre``: follow links."""
    from django.urls import Resolver404, resolve

    vues: set[str] = set()
    demandes: set[str] = set()
    file = list(departs)
    while file:
        adresse = file.pop(0)
        try:
            trouve = resolve(_chemin(adresse))
        except Resolver404:
            continue
        if trouve.route in vues or _chemin(adresse) in demandes or not est_une_page(trouve.func):
            continue
        demandes.add(_chemin(adresse))
        vue = lire(qui, client, adresse)
        # Not found or redirected: another number may give a page for this route.
        if vue.statut == 200 and vue.texte:
            vues.add(trouve.route)
            yield trouve.route, vue
            file += vue.suites if suivre else []


def est_une_page(fonction: object) -> bool:
    """Whether a view is a whole page read in a browser: no file, partial, API or probe."""
    from fce.socle.web.routes import Qui, Voie, politique_de

    politique = politique_de(fonction)
    if politique is None or "GET" not in politique.methodes:
        return False
    # A view that receives files is a page with a form, or an endpoint for programs.
    return politique.voie is Voie.PAGE or (politique.voie is Voie.DEPOT and politique.qui is not Qui.JETON)
