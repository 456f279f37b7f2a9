"""What the home weighs, in chromium, behind a front server that compresses texts as the documentation asks."""

from __future__ import annotations

import gzip
import http.client
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser

from tests.navigateur import attendre_les_blocs
from tests.serveur_http import Guichet, Serveur, en_marche

pytestmark = pytest.mark.epreuve
PREMIERE, SUIVANTES = 300_000, 40_000
COMPRESSES = ("text/", "application/javascript", "application/json", "image/svg+xml")


@pytest.fixture(scope="module")
def frontal(adresse: str) -> Iterator[str]:
    """Address of a front server that passes requests on and compresses texts (gzip, level 6)."""
    amont = urlsplit(adresse).netloc

    class Passe(Guichet):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            connexion = http.client.HTTPConnection(amont, timeout=30)
            connexion.request("GET", self.path, headers={**self.headers, "Host": amont})
            reponse = connexion.getresponse()
            corps, entetes = reponse.read(), dict(reponse.getheaders())
            connexion.close()
            entetes = {n: v for n, v in entetes.items() if n.lower() not in ("content-length", "connection", "date")}
            if entetes.get("content-type", entetes.get("Content-Type", "")).startswith(COMPRESSES):
                corps = gzip.compress(corps, 6)
                entetes["Content-Encoding"] = "gzip"
            self.donner(reponse.status, corps, entetes)

    with en_marche(Serveur(Passe)) as serveur:
        yield serveur.adresse


def test_the_home_is_light_the_first_time_and_lighter_after(navigateur: Browser, frontal: str) -> None:
    contexte = navigateur.new_context(viewport={"width": 1280, "height": 900})
    try:
        page = contexte.new_page()
        reseau = contexte.new_cdp_session(page)
        reseau.send("Network.enable")
        recus: list[float] = []
        demandes: list[str] = []
        reseau.on("Network.loadingFinished", lambda fini: recus.append(fini["encodedDataLength"]))
        reseau.on("Network.requestWillBeSent", lambda demande: demandes.append(demande["request"]["url"]))
        poids = []
        for _ in range(2):
            page.goto(frontal)
            attendre_les_blocs(page)
            page.wait_for_load_state("networkidle")
            poids.append(sum(recus))
            recus.clear()
        assert 50_000 < poids[0] <= PREMIERE
        assert 1_000 < poids[1] <= SUIVANTES
        assert {urlsplit(url).netloc for url in demandes if url.startswith("http")} == {urlsplit(frontal).netloc}
    finally:
        contexte.close()
