"""V17: every address that takes a POST, asked as a browser asks it, by someone who may, of ``fce serve`` itself: its
transactions are read-only, under its roles of the database.

Forms are those of the pages, as they come, filled with what their fields ask for. Whoever writes outside
``socle.base.ecriture.ecriture``, or a table that is not given to his role, is answered 500 – as « Absent jusqu'au »
was, always.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date, timedelta
from http.cookiejar import CookieJar
from typing import Final
from urllib.error import HTTPError
from urllib.parse import urlencode, urljoin, urlsplit
from urllib.request import HTTPCookieProcessor, Request, build_opener
from xml.etree.ElementTree import Element

import pytest
import tinyhtml5
from django.urls import resolve
from django.urls.exceptions import Resolver404

from fce.demo.identite.personnages import (
    APPROBATRICE,
    BUDGET,
    CHEF_ENTREPRISE,
    EQUIPE,
    GESTIONNAIRE,
    INSPECTRICE,
    PRODUCTEUR,
)
from fce.socle.web.routes import Qui, politique_de
from tests.acces.test_routes import ROUTES, exemple
from tests.e2e.personnages import servir
from tests.e2e.serveur import dossier_de_demonstration

pytestmark = pytest.mark.epreuve
JOUEURS: Final = (EQUIPE, APPROBATRICE, GESTIONNAIRE, INSPECTRICE, BUDGET, PRODUCTEUR, CHEF_ENTREPRISE)
PAGES_PAR_JOUEUR: Final = 220
SEMBLABLES: Final = 2
"""Pages of one view that are read: the tenth company has the forms of the first."""
FIN: Final = ("deconnexion", "compte/sessions/fin", "desactiver", "fermeture", "gestion/sessions", "mandats")
"""What ends the sessions or the rights of the others: sent last."""
POSTEES: Final = {a: v for a, v in ROUTES if (p := politique_de(v)) and "POST" in p.methodes}


@dataclass
class Navigateur:
    """Somebody who is signed in, with the cookies of a browser."""

    racine: str
    temoins: CookieJar = field(default_factory=CookieJar)

    def __post_init__(self) -> None:
        self._ouvreur = build_opener(HTTPCookieProcessor(self.temoins))

    def demander(self, adresse: str, champs: dict[str, str] | None = None) -> tuple[int, str, str]:
        """(status, address where it led, text) of a GET, or of a POST of these fields."""
        corps = None if champs is None else urlencode(champs).encode()
        entetes = {"Referer": self.racine + "/", "Origin": self.racine, "User-Agent": "Mozilla/5.0"}
        demande = Request(urljoin(self.racine, adresse), corps, entetes)
        try:
            with self._ouvreur.open(demande, timeout=60) as reponse:
                return reponse.status, reponse.url, reponse.read().decode("utf-8", "replace")
        except HTTPError as erreur:
            return erreur.code, erreur.url, erreur.read().decode("utf-8", "replace")

    def jouer(self, cle: str, *, mfa: bool = True) -> None:
        _, _, page = self.demander("/connexion" + ("?mfa=1" if mfa else ""))
        trouves = formulaires(_lire(page), self.racine)
        (formulaire,) = (f for f in trouves if ("personnage", cle) in f.champs)
        code, ou, _ = self.demander(formulaire.adresse, dict(formulaire.champs))
        assert code == 200, (cle, ou)

    @property
    def jeton(self) -> str:
        return next((t.value or "" for t in self.temoins if t.name.endswith("csrf")), "")


@dataclass(frozen=True)
class Formulaire:
    """A form of a page, and how one fills it."""

    adresse: str
    champs: tuple[tuple[str, str], ...]


def parcourir(qui: Navigateur, depart: tuple[str, ...]) -> Iterator[Formulaire]:
    """The forms of the pages that one reaches, ``SEMBLABLES`` pages of each view."""
    vus, a_voir, par_vue = set[str](), list(depart), Counter[str]()
    while a_voir and len(vus) < PAGES_PAR_JOUEUR:
        adresse = a_voir.pop(0)
        vue = _vue(adresse)
        if adresse in vus or not vue or par_vue[vue] >= SEMBLABLES:
            continue
        vus.add(adresse)
        par_vue[vue] += 1
        code, ou, texte = qui.demander(adresse)
        assert code < 500, adresse
        if code != 200 or "<html" not in texte:
            continue
        page = _lire(texte)
        yield from formulaires(page, ou)
        for lien in page.iter("a"):
            cible = urlsplit(urljoin(ou, lien.get("href", "")))
            if cible.netloc == urlsplit(qui.racine).netloc:
                a_voir.append(cible.path + (f"?{cible.query}" if cible.query else ""))


def formulaires(page: Element, ou: str) -> Iterator[Formulaire]:
    for formulaire in page.iter("form"):
        if formulaire.get("method", "").lower() == "post":
            chemin = urlsplit(urljoin(ou, formulaire.get("action") or ou)).path
            yield Formulaire(chemin, tuple(_remplir(formulaire).items()))


def _lire(texte: str) -> Element:
    return tinyhtml5.parse(texte, namespace_html_elements=False)  # type: ignore[no-any-return]


def _remplir(formulaire: Element) -> dict[str, str]:
    """What somebody would write: what is there, else what the kind of the field asks for; its first button."""
    donnees: dict[str, str] = {}
    for champ in formulaire.iter():
        nom, genre = champ.get("name", ""), champ.get("type", champ.tag)
        if not nom or champ.tag not in ("input", "textarea", "select", "button"):
            continue
        valeur = champ.get("value", "") or (champ.text or "" if champ.tag == "textarea" else "")
        if champ.tag == "select":
            options = [o.get("value", "") for o in champ.iter("option")]
            choisie = [o.get("value", "") for o in champ.iter("option") if "selected" in o.attrib]
            valeur = next(filter(None, [*choisie, *options]), "")
        elif genre in ("radio", "checkbox"):
            valeur = champ.get("value", "on")
        elif genre == "date":
            valeur = valeur or champ.get("min") or f"{date.today() + timedelta(days=1):%Y-%m-%d}"
        elif genre == "email":
            valeur = valeur or "quelqu.un@travail.example"
        elif genre in ("text", "textarea", "search"):
            valeur = valeur or "Un motif écrit pour essayer ce formulaire."
        elif genre == "number":
            valeur = valeur or champ.get("min") or "1"
        if genre != "file":
            donnees.setdefault(nom, valeur)
    return donnees


def _vue(adresse: str) -> str:
    try:
        trouvee = resolve(urlsplit(adresse).path)
    except Resolver404:
        return ""
    return trouvee.view_name or f"{trouvee.func.__module__}.{getattr(trouvee.func, '__name__', '')}"


def _route(chemin: str) -> str:
    try:
        return resolve(chemin).route
    except Resolver404:
        return ""


@pytest.fixture
def adresse() -> Iterator[str]:
    """A server for each test: a form sent without reading it cancels visits, and closes services."""
    with dossier_de_demonstration("envois") as environnement, servir(environnement) as ouvert:
        yield ouvert


@pytest.fixture
def joueurs(adresse: str) -> dict[str, Navigateur]:
    tous = {}
    for personne in JOUEURS:
        tous[personne.cle] = Navigateur(adresse)
        tous[personne.cle].jouer(personne.cle)
    return tous


def test_v17_an_absence_is_noted_and_ended_by_the_served_application(adresse: str) -> None:
    elle = Navigateur(adresse)
    elle.jouer(INSPECTRICE.cle)
    _, _, annuaire = elle.demander("/services")
    for page in dict.fromkeys(re.findall(r'href="(/services/\d+)"', annuaire)):
        _, _, texte = elle.demander(page)
        if f"{page}/absence" in texte:
            break
    for jour, dit in ((f"{date.today() + timedelta(days=3):%Y-%m-%d}", "absence-dite"), ("", "absence-finie")):
        envoi = {"jusqu_au": jour, "csrfmiddlewaretoken": elle.jeton}
        code, ou, _ = elle.demander(f"{page}/absence", envoi)
        assert (code, urlsplit(ou).query) == (200, f"fait={dit}")


def test_e21_of_requests_at_once_the_served_application_does_one(adresse: str) -> None:
    elle, page = Navigateur(adresse), "/listes/creer"
    elle.jouer(INSPECTRICE.cle)
    (formulaire,) = (f for f in formulaires(_lire(elle.demander(page)[2]), adresse + page) if f.adresse == page)
    with ThreadPoolExecutor(4) as ensemble:
        envoi = dict(formulaire.champs) | {"numeros": "", "etiquettes": ""}
        faits = list(ensemble.map(lambda _: elle.demander(page, envoi), range(4)))
    assert {code for code, *_ in faits} == {200}
    (ou,) = {ou for _, ou, _ in faits}
    assert "fait=" in ou


PAR_MANDAT: Final = {
    "equipe": EQUIPE, "approbateur": APPROBATRICE, "budget": BUDGET, "depot": PRODUCTEUR, "auditeur": EQUIPE,
}  # fmt: skip


def test_v17_every_address_that_takes_a_post_answers_whoever_may_send_it(joueurs: dict[str, Navigateur]) -> None:
    """With nothing but the token of the form: refused, unknown or done, and never a fault."""
    fautes = []
    for route in sorted(POSTEES, key=lambda r: (any(fin in r for fin in FIN), r)):
        politique = politique_de(POSTEES[route])
        assert politique is not None
        qui = [PAR_MANDAT[m] for m in politique.mandats] or [
            CHEF_ENTREPRISE if politique.qui is Qui.PARTICULIER else GESTIONNAIRE
        ]
        for personne in qui:
            navigateur = joueurs[personne.cle]
            code, _, _ = navigateur.demander(exemple(route), {"csrfmiddlewaretoken": navigateur.jeton})
            if code >= 500:
                fautes.append(f"{personne.cle} : {exemple(route)} : {code}")
    assert fautes == []
    assert len(POSTEES) > 120


def test_v17_every_form_of_the_pages_is_sent_and_done(adresse: str) -> None:
    fautes, envoyes, faits = [], set[str](), set[str]()
    trouves: list[tuple[Navigateur, Formulaire]] = []
    for personne in JOUEURS:
        qui = Navigateur(adresse)
        qui.jouer(personne.cle)
        depart = (
            "/",
            "/compte",
            "/gestion",
            "/habilitations",
            "/services",
            "/operations",
            "/visites",
            "/demandes",
            "/contacts",
            "/suivis",
            "/calendrier",
            "/convention",
            "/depot",
            "/mes-entreprises",
            "/avis",
            "/contact",
            "/nouveautes",
            "/habilitations/file",
            "/recherche?q=fonderie",
            "/journal/recherche",
        )
        trouves += [(qui, formulaire) for formulaire in parcourir(qui, depart)]
    trouves.sort(key=lambda t: any(fin in t[1].adresse for fin in FIN))
    for qui, formulaire in trouves:
        route = _route(formulaire.adresse)
        code, ou, _ = qui.demander(formulaire.adresse, dict(formulaire.champs) | {"csrfmiddlewaretoken": qui.jeton})
        envoyes.add(route)
        if code == 200 and "fait=" in ou:
            faits.add(route)
        if code >= 500:
            fautes.append(f"{formulaire.adresse} : {code}")
    assert fautes == []
    assert len(envoyes) > 60
