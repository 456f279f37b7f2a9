"""Hostile strings on every public surface: never a server error, never reflected as markup."""

import json
import random
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from django.test import Client

from tests.donnees.entreprises import fabrique
from tests.recherche.univers import Univers

pytestmark = pytest.mark.django_db

SURFACES = (
    ("/recherche", "q"),
    ("/recherche/suggestions", "q"),
    ("/recherche/export.csv", "q"),
    ("/api/v1/recherche", "q"),
    ("/api/v1/recherche", "curseur"),
    ("/api/v1/suggestions", "q"),
    ("/recherche", "lieu"),
    ("/recherche", "naf"),
    ("/recherche", "page"),
    ("/recherche", "creation_min"),
    ("/api/v1/recherche", "code_postal"),
    ("/api/recherche-entreprises/search", "q"),
    ("/api/recherche-entreprises/search", "nom_personne"),
    ("/api/recherche-entreprises/search", "id_rge"),
    ("/api/recherche-entreprises/search", "code_collectivite_territoriale"),
    (f"/entreprise/{fabrique.siren_no(1)}", "q"),
)
CHEMINS = (
    "/entreprise/{}",
    "/etablissement/{}",
    "/api/v1/entreprises/{}",
    "/api/v1/etablissements/{}",
    "/api/recherche-entreprises/idcc/{}",
    "/enterprise/{}",
)
# Bidirectional overrides and raw control characters would let a text lie about what it says.
TROMPEURS = re.compile("[\u202a-\u202e\u2066-\u2069\x00-\x08\x0b\x0c\x0e-\x1f]")


class Analyse(HTMLParser):
    """Finds what would run: an inline script, an event attribute, a ``javascript:`` address."""

    def __init__(self) -> None:
        super().__init__()
        self.actives: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        noms = dict(attrs)
        if tag == "script" and "src" not in noms:
            self.actives.append("script")
        self.actives += [n for n, v in attrs if n.startswith("on") or (v or "").lower().startswith("javascript:")]


def reflechi(html: str) -> bool:
    analyse = Analyse()
    analyse.feed(html)
    return bool(analyse.actives or TROMPEURS.search(html))


@pytest.fixture
def requetes(dossier_partage: Path) -> list[dict[str, str]]:
    cas: list[dict[str, str]] = json.loads((dossier_partage / "cases" / "requetes_hostiles.json").read_text("utf-8"))
    return cas


Demande = tuple[str, dict[str, str]]


def demandes(texte: str, surfaces: tuple[tuple[str, str], ...], chemins: tuple[str, ...]) -> list[Demande]:
    """Each way of asking for ``texte``: an address and its parameters."""
    return [
        *((chemin, {nom: texte}) for chemin, nom in surfaces),
        *((chemin.format(quote(texte, safe="")), {}) for chemin in chemins),
    ]


def fautes(client: Client, cas: dict[str, str], posees: list[Demande]) -> list[tuple[str, str, object]]:
    """What is wrong with the answers: a server error, a text taken for markup, a header cut in two."""
    client.raise_request_exception = False
    trouvees: list[tuple[str, str, object]] = []
    for adresse, parametres in posees:
        reponse: Any = client.get(adresse, parametres)
        contenu = b"".join(reponse) if reponse.streaming else reponse.content
        html = reponse.headers.get("Content-Type", "").startswith("text/html")
        if reponse.status_code >= 500:
            trouvees.append((cas["id"], adresse[:60], reponse.status_code))
        if html and reflechi(contenu.decode("utf-8", "replace")):
            trouvees.append((cas["id"], adresse[:60], "réfléchi"))
        if any("\n" in v or "\r" in v for v in reponse.headers.values()):
            trouvees.append((cas["id"], adresse[:60], "en-tête"))
    return trouvees


def lisible(cas: dict[str, str]) -> str:
    """The text of a case, as a browser can send it."""
    return cas["q"].encode("utf-8", "surrogatepass").decode("utf-8", "replace")


# Each string is asked for in a part of the ways, drawn anew at each run: every string and every way are seen. The drill
# crosses them all.
PARTS = [0.2, pytest.param(1, marks=pytest.mark.epreuve)]


@pytest.mark.parametrize("part", PARTS)
def test_no_hostile_string_breaks_a_surface(
    part: float, client: Client, univers: Univers, requetes: list[dict[str, str]]
):
    for nom in ("RENAULT", "SELECT AMBIANCE", "O'TACOS", "3 SUISSES", "ECOLE"):
        univers.entreprise(nom)
    univers.indexer()
    client.get("/recherche?q=premier")  # the first search of a process loads the nomenclatures
    trouvees = []
    for cas in requetes:
        posees = demandes(lisible(cas), SURFACES, CHEMINS)
        trouvees += fautes(client, cas, random.sample(posees, round(len(posees) * part)))
    assert not trouvees, "\n".join(map(str, trouvees))


def test_a_real_name_that_looks_hostile_is_found(client: Client, univers: Univers):
    for nom in ("SELECT AMBIANCE", "O'TACOS", "3 SUISSES", "DROP COIFFURE"):
        univers.entreprise(nom)
    univers.indexer()
    for nom in ("SELECT AMBIANCE", "O'TACOS", "3 SUISSES", "DROP COIFFURE"):
        corps = json.loads(client.get("/api/v1/recherche", {"q": nom}).content)
        assert corps["resultats"][0]["nom"] == nom
