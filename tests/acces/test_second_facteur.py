"""S8: whatever an agent does asks for a second factor, unless its view is exempted by name, with a reason."""

from __future__ import annotations

import pytest
from django.test import Client

from fce.config.acces import SANS_SECOND_FACTEUR
from fce.droits.comptes.models import Invitation
from fce.socle.web.routes import LECTURE, Qui
from tests.droits.comptes import fabrique as c
from tests.droits.comptes.routes import Route, routes

pytestmark = pytest.mark.django_db
DES_AGENTS = [r for r in routes() if r.politique and r.politique.qui in (Qui.AGENT, Qui.MANDAT)]
DEMANDEES = [r for r in DES_AGENTS if r.nom not in SANS_SECOND_FACTEUR]
EXEMPTEES = [r for r in DES_AGENTS if r.nom in SANS_SECOND_FACTEUR]


def sans_second_facteur(route: Route) -> Client:
    """Someone for whom the address is, signed in with a password alone."""
    compte = c.compte()
    for role in sorted(route.politique.mandats)[:1] if route.politique else ():
        c.mandat(compte, role)
    return c.client_de(compte, mfa=False)


@pytest.mark.parametrize("route", DEMANDEES, ids=[r.nom for r in DEMANDEES])
def test_s8_a_view_of_agents_asks_for_a_second_factor(route: Route) -> None:
    client = sans_second_facteur(route)
    assert route.politique
    for methode in route.politique.methodes:
        reponse = client.generic(methode, route.adresse)
        if methode in LECTURE:
            assert reponse.status_code == 302, methode
            assert reponse["Location"].startswith("/connexion?mfa=1&suite=%2F")
        else:
            assert reponse.status_code == 403, methode
            assert 'href="/connexion?mfa=1&amp;suite=%2F' in reponse.content.decode(), methode


def test_s8_the_exemptions_are_few_named_reasoned_and_none_is_a_mandate_s() -> None:
    """One more is a decision, written here too: none deposits, approves, audits, nor reads what others read."""
    assert set(SANS_SECOND_FACTEUR) == {"comptes:demande", "droits:droits", "droits:habilitations", "fiche:finalite"}
    assert {r.nom for r in EXEMPTEES} == set(SANS_SECOND_FACTEUR)
    assert all(r.politique and r.politique.qui is Qui.AGENT for r in EXEMPTEES)
    assert all(raison.endswith(".") for raison in SANS_SECOND_FACTEUR.values())
    assert {"portail:depot-source", "droits:journal-detail", "droits:jetons"} <= {r.nom for r in DEMANDEES}


@pytest.mark.parametrize("route", EXEMPTEES, ids=[r.nom for r in EXEMPTEES])
def test_s8_an_exempted_view_answers_without_one(route: Route) -> None:
    client = sans_second_facteur(route)
    if route.politique and "GET" in route.politique.methodes:
        assert client.get(route.adresse).status_code == 200
    else:
        assert "ne comprend pas cette finalité" in client.post(route.adresse).content.decode()


def test_s8_a_form_refused_leads_back_to_its_page(client: Client) -> None:
    compte, groupe = c.membre(gestionnaire=True)
    c.connecter(client, compte, mfa=False)
    page = f"/habilitations/groupes/{groupe.pk}/membres"
    for venu, suite in ((f"http://testserver{page}?fait=x", page), ("https://ailleurs.example//mal", "/"), ("", "/")):
        reponse = client.post(f"{page}/ajouter", {"courriel": "x@y.example"}, headers={"Referer": venu})
        assert reponse.status_code == 403
        assert f"suite={suite.replace('/', '%2F')}" in reponse.content.decode()
    assert not Invitation.objects.exists()
