"""No page of another site acts in the name of who is signed in, and reading changes nothing."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.db import OperationalError, connection
from django.test import Client

from fce.droits.comptes.models import DemandeOuverture, EvenementCompte
from fce.socle.web.routes import Qui
from tests.droits.comptes import fabrique
from tests.droits.comptes.routes import Route, routes

pytestmark = pytest.mark.django_db
# What a sign-in leaves of itself: that someone is there.
VIVANT = {"comptes_session"}
FICHIER = re.compile(r"\.(csv|xlsx|parquet|css|js|svg|ico|png)\b|/exemple$")
FORMULAIRES = [
    r
    for r in routes()
    if r.politique and r.politique.qui is not Qui.JETON and r.politique.methodes - {"GET", "HEAD", "OPTIONS"}
]


REFUS = {
    "echanges:modifier-contact": 404,
    "echanges:changer-demande": 404,
    "echanges:operation-pieces": 404,
    "portail:essai-source": 404,
    # A mail program that stops the mail (RFC 8058) has no token: the secret of the address is what proves.
    "portail:nouveautes-arret": 404,
    # Reads public data, whoever asks.
    "rapprochement:service": 200,
    "api-v1:lire_un_lot": 415,
    # Closed by default; open, it refuses a form too, and reads no cookie.
    "assistants:mcp": 404,
    "echanges:arret": 404,
}
"""A form with files is read once it is known who may send it, its token with it: of what does not exist, nobody."""


@pytest.fixture
def client() -> Client:
    navigateur = Client(enforce_csrf_checks=True)
    compte = fabrique.mandataire("equipe")
    fabrique.appartenance(compte, fabrique.groupe(), gestionnaire=True)
    fabrique.connecter(navigateur, compte)
    return navigateur


def jeton(client: Client) -> str:
    """The token of the forms of who is signed in."""
    trouve = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', client.get("/compte").content.decode())
    assert trouve
    return trouve[1]


def demander(client: Client, **autres: Any) -> int:
    """Send a form that changes something."""
    champs = {
        "organisme": "DDETS",
        "service": "Inspection",
        "besoin": "Contrôler le droit du travail, article L8112-1.",
    }
    return client.post("/compte/demande", champs | autres.pop("champs", {}), **autres).status_code


def empreinte() -> dict[str, str]:
    """A digest of each table of the service."""
    tables = [m._meta.db_table for m in apps.get_models() if m.__module__.startswith("fce.") and m._meta.managed]
    pages = {}
    with connection.cursor() as curseur:
        for table in set(tables) - VIVANT:
            nom = connection.ops.quote_name(table)
            curseur.execute(f"SELECT md5(coalesce(string_agg(md5(t::text), '' ORDER BY t::text), '')) FROM {nom} t")
            pages[table] = curseur.fetchone()[0]
    return pages


def test_our_own_form_passes(client: Client) -> None:
    assert demander(client, champs={"csrfmiddlewaretoken": jeton(client)}) == 302
    assert DemandeOuverture.objects.count() == 1


@pytest.mark.parametrize("route", FORMULAIRES, ids=[r.nom for r in FORMULAIRES])
def test_csrf_01_without_a_token_each_form_is_refused(client: Client, route: Route) -> None:
    avant = empreinte()
    assert client.post(route.adresse, {"suite": "/"}).status_code == REFUS.get(route.nom, 403)
    assert empreinte() == avant


def test_csrf_02_the_token_of_another_is_refused(client: Client) -> None:
    autre = Client(enforce_csrf_checks=True)
    fabrique.connecter(autre, fabrique.compte())
    jeton(client)
    assert demander(client, champs={"csrfmiddlewaretoken": jeton(autre)}) == 403
    assert not DemandeOuverture.objects.exists()


def test_csrf_03_a_token_in_the_address_does_not_count(client: Client) -> None:
    assert client.post(f"/compte/demande?csrfmiddlewaretoken={jeton(client)}", {"service": "x"}).status_code == 403


@pytest.mark.parametrize("genre", ["text/plain", "application/json"])
def test_csrf_04_a_body_that_is_not_a_form_is_refused(client: Client, genre: str) -> None:
    corps = f'{{"csrfmiddlewaretoken": "{jeton(client)}"}}'
    assert client.post("/compte/sessions/fin", corps, content_type=genre).status_code == 403


@pytest.mark.parametrize(
    "origine", ["https://mal.example", "null", "http://testserver.mal.example", "https://testserver", ""]
)
def test_csrf_04_a_foreign_origin_is_refused_even_with_the_token(client: Client, origine: str) -> None:
    assert demander(client, champs={"csrfmiddlewaretoken": jeton(client)}, headers={"Origin": origine}) == 403


def test_csrf_04_the_token_serves_nothing_without_its_cookie(client: Client) -> None:
    valeur = jeton(client)
    del client.cookies[settings.CSRF_COOKIE_NAME]
    assert demander(client, champs={"csrfmiddlewaretoken": valeur}) == 403


def test_csrf_04_the_refusal_is_a_page_in_french(client: Client) -> None:
    reponse = client.post("/compte/sessions/fin")
    assert "Rien n’a été enregistré" in reponse.content.decode()


def test_csrf_04_reading_changes_nothing(client: Client) -> None:
    """Every address that GET reaches, and every link of the pages, followed by a manager of the service and of a
    group: not one row is different."""
    vus: set[str] = set()
    a_voir = [r.adresse for r in routes() if r.politique and "GET" in r.politique.methodes]
    avant = empreinte()
    while a_voir and len(vus) < 400:
        adresse = a_voir.pop()
        if adresse in vus or FICHIER.search(adresse):
            continue
        vus.add(adresse)
        reponse = client.get(adresse)
        assert reponse.status_code < 500 or reponse.status_code == 503, adresse
        if reponse.streaming:
            b"".join(reponse.streaming_content)
        elif reponse.headers.get("Content-Type", "").startswith("text/html"):
            a_voir += [html.unescape(lien) for lien in re.findall(r'href="(/[^"#]*)', reponse.content.decode())]
    assert empreinte() == avant
    assert len(vus) > 30
    assert not EvenementCompte.objects.exists()


def test_e16_a_session_that_cannot_be_read_is_no_ended_session_and_only_our_forms_are_given_back(
    client: Client,
) -> None:
    """Each form of a signed-in reader; what another site sent is not put under a button of ours."""

    def refuser(execute: Any, requete: Any, *reste: Any) -> Any:
        if "FROM comptes_session" in str(requete):
            raise OperationalError("the database refuses")
        return execute(requete, *reste)

    ecrit = {"message": "Une phrase <b>perdue</b> sans cela", "csrfmiddlewaretoken": jeton(client)}
    with connection.execute_wrapper(refuser):
        for route in [r for r in FORMULAIRES if r.politique and r.politique.qui not in (Qui.TOUS, Qui.JETON)]:
            for envoye, rendu in ((ecrit, True), (ecrit | {"csrfmiddlewaretoken": "a" * 64}, False)):
                reponse = client.post(route.adresse, envoye)
                page = reponse.content.decode()
                if reponse.status_code == 403 and not rendu:
                    continue  # Django checks it first, unless the view does
                assert reponse.status_code == 503, route
                assert ("Une phrase &lt;b&gt;perdue&lt;/b&gt; sans cela</textarea>" in page) is rendu, route
        assert client.get("/compte").status_code == 503
        assert client.get("/mentions-legales").status_code == 200
