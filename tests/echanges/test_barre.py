"""The bar under the header: the doors of who is signed in, what waits behind each, and what stays under his name."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from fce.droits.comptes.mandats import Mandats
from fce.echanges.models import AlerteSuivi, Suivi
from fce.ensembles.listes import suivi as suivi_de_liste
from fce.ensembles.listes.models import ListeDeTravail
from tests.droits.comptes import fabrique as c
from tests.droits.comptes.fabrique import client_de
from tests.echanges.demandes import fabrique as d
from tests.echanges.visites import fabrique as v

pytestmark = pytest.mark.django_db
AN = timedelta(days=365)
CINQ = ["Accueil", "Mon territoire", "Mes listes", "Visites", "Demandes"]


def page(client: Client, adresse: str = "/aide") -> str:
    reponse = client.get(adresse)
    assert reponse.status_code == 200
    return reponse.content.decode()


def portes(html: str) -> list[str]:
    """Titles of the bar."""
    barre = html.partition('<nav class="fce-nav"')[2].partition("</nav>")[0]
    return [t.strip() for t in re.findall(r'<a class="fce-porte[^>]*>(?:<span class="fce-large">)?([^<]+)<', barre)]


def sous_le_nom(html: str) -> list[str]:
    menu = html.partition('<nav class="fce-compte"')[2].partition("</nav>")[0]
    return re.findall(r"<li><a [^>]*>([^<]+)</a>", menu)


def attentes(client: Client) -> dict[str, str]:
    """{entry: number} of the fragment."""
    return dict(re.findall(r'id="attente-([a-z-]+)"[^>]*>([^<]+)<', page(client, "/compte/attentes")))


def test_an_agent_of_exchanges_has_five_doors_and_no_more_than_seven_entries_under_his_name() -> None:
    html = page(v.service().client)
    assert portes(html) == CINQ
    assert sous_le_nom(html) == ["Mes suivis", "Mes droits", "Mes consultations", "Mon compte"]
    assert "fce-nav" not in page(Client())


def test_who_has_no_right_to_exchanges_has_neither_visits_nor_requests() -> None:
    html = page(client_de(c.compte()))
    assert portes(html) == ["Accueil"]
    assert len(sous_le_nom(html)) <= 7
    # A page that goes with a door that he lacks stays within reach.
    assert "Reconnaître un tableau" in sous_le_nom(html)


def test_each_door_counts_what_waits_there_and_nothing_for_zero() -> None:
    elle, asked, _ = d.trois()
    assert attentes(asked.client()) == {}
    d.demande(elle, asked)
    (ou,) = v.places()
    v.visite(asked.groupe, ou, timezone.localdate())
    v.visite(asked.groupe, ou, timezone.localdate() + timedelta(days=14))
    assert attentes(asked.client()) == {"echangesdemandes": "1", "echangesvisites": "1"}
    # Counted before he says why, as his tasks are; never without his second factor, nor for another service.
    assert attentes(asked.client(finalite=None))["echangesdemandes"] == "1"
    assert attentes(asked.client(mfa=False)) == attentes(elle.client()) == {}
    assert "hx-get" not in page(asked.client(mfa=False)).partition("fce-nav")[2].partition(">")[0]


def test_the_counts_are_read_apart_from_the_page() -> None:
    elle, asked, _ = d.trois()
    d.demande(elle, asked)
    with CaptureQueriesContext(connection) as requetes:
        page(asked.client(), "/droits")
    assert not [r for r in requetes if "echanges_saisine" in r["sql"] or "echanges_visiteannoncee" in r["sql"]]


def test_a_list_that_is_followed_says_when_an_open_fact_of_it_changed() -> None:
    elle = v.service()
    siren = v.places()[0].siren
    liste = ListeDeTravail.objects.create(compte=elle.agent, nom="MRK", auteur="c1", expire_le=timezone.now() + AN)
    suivi = Suivi.objects.create(compte=elle.agent, recherche=suivi_de_liste.cle_de(liste.pk), nom="MRK")
    alerte = {"suivi": suivi, "code": "cessation", "siren": siren}
    AlerteSuivi.objects.create(source="dgt-controles", origine="import-1", **alerte)
    # A reserved one tells nothing here: it is neither journalled nor weighed.
    assert attentes(elle.client) == {}
    AlerteSuivi.objects.create(source="sirene-unites-legales", origine="import-2", **alerte)
    assert attentes(elle.client) == {"listeslistes": "1"}
    suivi.alertes.update(lue_le=timezone.now())
    assert attentes(elle.client) == {}


def test_the_territory_opens_at_once_when_there_is_one_and_is_no_door_for_a_national_reader() -> None:
    assert 'href="/territoire/departement/59"' in page(v.service().client)
    assert 'href="/territoire"' in page(v.service(territoire=("59", "75")).client)
    assert "Mon territoire" not in portes(page(v.service(territoire=("FR",)).client))


def test_the_pages_that_go_with_a_door_are_at_its_top_and_keep_it_current() -> None:
    elle = v.service().client
    visites = page(elle, "/visites")
    assert re.findall(r'<li><a href="[^"]+">([^<]+)', visites.partition('aria-label="Dans cette partie"')[2])[:2] == [
        "Opérations conjointes",
        "Contacts de mon service",
    ]
    assert 'aria-current="page">Visites' in visites
    assert 'aria-current="true">Visites' in page(elle, "/operations")


def test_a_company_head_and_a_data_officer_have_their_own_bar() -> None:
    chef = page(client_de(c.particulier()))
    assert portes(chef) == ["Accueil", "Mes entreprises", "Mes signalements"]
    assert sous_le_nom(chef) == ["Mon compte"]
    responsable = portes(page(client_de(c.mandataire(Mandats.DEPOT, "dgfip"))))
    assert responsable == ["Accueil", "Déposer des données", "Signalements reçus"]


def test_on_a_phone_the_doors_head_the_menu_of_the_name() -> None:
    menu = page(v.service().client).partition('<nav class="fce-compte"')[2].partition("</nav>")[0]
    assert re.findall(r'fce-compte__porte"><a [^>]*>([^<]+)', menu) == CINQ
