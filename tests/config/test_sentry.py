"""Events that leave for a Sentry server when the code breaks, as a real HTTP server receives them."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from typing import Any

import brotli
import pytest
import sentry_sdk
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import include, path

from fce.config import sentry
from fce.socle.erreurs import BaseIndisponible, ConfigurationInvalide, travail_echoue
from fce.socle.web.routes import Qui, acces
from tests.config.serveur import environnement
from tests.serveur_http import Guichet, Serveur, en_marche

NOM, SIREN, JETON, TEMOIN, TAPE = "DUPONT-MARTIN", "000099937", "fce_jeton_7f3a", "s3ss10n-s3cr3t", "cherche-ceci"
SECRETS = (NOM, SIREN, JETON, TEMOIN, TAPE, "198.51.100.7", "courriel@exemple.fr")


@acces(Qui.TOUS, methodes={"GET", "POST"})
def vue_qui_casse(request: HttpRequest, siren: str) -> HttpResponse:
    personne = {"nom": NOM, "courriel": "courriel@exemple.fr"}
    try:
        _lire(personne, request.headers.get("Authorization", ""))
    except KeyError as erreur:
        raise ValueError(f"{NOM} ({siren}) a cherché {request.GET} avec {request.COOKIES}") from erreur
    return HttpResponse()


def _lire(personne: dict[str, str], jeton: str) -> None:
    raise KeyError(f"{personne} {jeton}")


urlpatterns = [path("casse/<str:siren>", vue_qui_casse, name="casse"), path("", include("fce.config.urls"))]
handler500 = "fce.config.erreurs.interne"


class Recepteur(Guichet):
    def do_POST(self) -> None:
        corps, entetes = self.lire(), "\n".join(f"{n}: {v}" for n, v in self.headers.items())
        recu = {"gzip": gzip.decompress, "br": brotli.decompress}[self.headers["Content-Encoding"]](corps)
        self.server.recus.append((entetes, recu.decode()))  # type: ignore[attr-defined]
        self.server.arrivee.set()  # type: ignore[attr-defined]
        self.donner(200, b"{}")


@pytest.fixture
def receveur(settings: Any) -> Iterator[Any]:
    serveur = Serveur(Recepteur)
    serveur.recus, serveur.arrivee = [], threading.Event()  # type: ignore[attr-defined]
    with en_marche(serveur):
        settings.FCE_SENTRY_DSN = f"http://cle@127.0.0.1:{serveur.server_port}/7"
        sentry.installer()
        try:
            yield serveur
        finally:
            sentry_sdk.get_client().close(timeout=2)
            # Without its integrations, which would change Django for the tests that follow.
            sentry_sdk.init(default_integrations=False, auto_enabling_integrations=False)


def evenement(texte: str) -> dict[str, Any]:
    return json.loads(texte.splitlines()[2])


@pytest.mark.django_db
def test_log_04_a_view_that_breaks_sends_where_and_nothing_of_who_or_what(receveur: Any, settings: Any) -> None:
    settings.ROOT_URLCONF = __name__
    client = Client(
        raise_request_exception=False, headers={"authorization": f"Bearer {JETON}"}, REMOTE_ADDR="198.51.100.7"
    )
    client.cookies["__Host-fce"] = TEMOIN
    reponse = client.post(f"/casse/{SIREN}?q={TAPE}", {"nom": NOM})
    assert reponse.status_code == 500
    assert receveur.arrivee.wait(20)
    ((entetes, texte),) = receveur.recus
    assert [secret for secret in SECRETS if secret in entetes + texte] == []
    lu = evenement(texte)
    assert set(lu) <= {*sentry._GARDEES, "exception"}
    cause, faute = lu["exception"]["values"]
    assert (cause["type"], faute["type"]) == ("KeyError", "ValueError")
    assert faute["stacktrace"]["frames"][-1]["function"] == "vue_qui_casse"
    assert set(faute["stacktrace"]["frames"][-1]) == {"module", "function", "filename", "lineno"}
    assert lu["tags"] == {"vue": "casse", "requete": reponse["X-Request-Id"]}


def test_a_job_that_breaks_sends_its_name_and_a_refusal_sends_nothing(receveur: Any) -> None:
    for attendue in (BaseIndisponible("base"), OSError(NOM)):
        travail_echoue.send(sender=None, erreur=attendue, tache="relever")
    try:
        raise RuntimeError(f"{NOM} {SIREN}")
    except RuntimeError as erreur:
        travail_echoue.send(sender=None, erreur=erreur, tache="relever")
    assert receveur.arrivee.wait(20)
    ((_, texte),) = receveur.recus
    assert evenement(texte)["tags"] == {"tache": "relever"}
    assert NOM not in texte


def test_without_the_setting_the_library_is_not_even_loaded(tmp_path: Any) -> None:
    code = (
        "import sys, django; django.setup(); import fce.config.urls;"
        "print(sorted({'sentry_sdk', 'prometheus_client'} & sys.modules.keys()))"
    )
    env = {**environnement(tmp_path), "DJANGO_SETTINGS_MODULE": "fce.config.settings"}
    fait = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True, check=True)
    assert fait.stdout.strip() == "[]"


@pytest.mark.parametrize("fausse", ["sentry.exemple.fr", "https://sentry.exemple.fr/7", "https://cle@hote/projet"])
def test_an_address_that_is_no_project_stops_the_start(fausse: str) -> None:
    with pytest.raises(ConfigurationInvalide, match="FCE_SENTRY_DSN"):
        sentry.verifier(fausse, production=False)


def test_production_sends_nothing_in_clear() -> None:
    sentry.verifier("https://cle@sentry.exemple.fr/7", production=True)
    sentry.verifier("http://cle@127.0.0.1:9000/7", production=True)
    with pytest.raises(ConfigurationInvalide, match="https"):
        sentry.verifier("http://cle@sentry.exemple.fr/7", production=True)
