"""News, roadmap, panel: the team writes them in versions, all read them; mails go to who asked, until one click."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core import mail
from django.test import Client

from fce.droits.comptes.models import Compte
from fce.service.portail import tasks
from fce.service.portail.models import (
    AbonnementNouvelles,
    Nouveaute,
    PointFeuilleDeRoute,
    VersionDeTexte,
    VolontaireRecherche,
)
from fce.service.portail.nouvelles import services
from fce.socle.texte.markdown import html_de
from tests.droits.comptes import fabrique as c
from tests.droits.comptes.courrier import relever
from tests.service.portail.pages import texte, verifier

pytestmark = pytest.mark.django_db


@pytest.fixture
def lecteur() -> Compte:
    return c.compte()


@pytest.fixture
def sien(lecteur: Compte) -> Client:
    return c.client_de(lecteur)


def ecrire(equipe: Client, contenu: str = "Un **texte**.") -> Nouveaute:
    assert equipe.post("/gestion/nouveautes", {"titre": "La note", "contenu": contenu}).status_code == 302
    return Nouveaute.objects.latest("pk")


def publier(equipe: Client, nouveaute: Nouveaute, geste: str = "publier") -> Any:
    return equipe.post(f"/gestion/nouveautes/{nouveaute.pk}", {"geste": geste})


def test_a_draft_is_read_by_nobody_until_it_is_published(equipe: Client, client: Client) -> None:
    nouveaute = ecrire(equipe)
    assert "La note" not in texte(client.get("/nouveautes"))
    assert publier(equipe, nouveaute).status_code == 302
    page = texte(client.get("/nouveautes"))
    verifier(page)
    assert "<strong>texte</strong>" in page
    assert publier(equipe, nouveaute).status_code == 409


def test_each_version_of_a_text_is_kept(equipe: Client) -> None:
    nouveaute = ecrire(equipe, "Premier état.")
    equipe.post(f"/gestion/nouveautes/{nouveaute.pk}", {"titre": "La note", "contenu": "Second état."})
    equipe.post("/gestion/textes", {"accueil": "Bienvenue."})
    page = texte(equipe.get(f"/gestion/versions/nouveaute-{nouveaute.pk}"))
    verifier(page)
    assert page.index("Second état.") < page.index("Premier état.")
    assert "Bienvenue." in texte(equipe.get("/gestion/versions/texte-accueil"))
    assert VersionDeTexte.objects.count() == 3


@pytest.mark.parametrize(
    "ecrit",
    ["<script>alert(1)</script>", "[x](javascript:alert(1))", "![x](https://ailleurs.example/i.png)",
     "[x](data:text/html;base64,AAAA)", "<img src=x onerror=alert(1)>", "<style>*{}</style>", "[x](vbscript:x)",
     "|a|\n|:-:|\n|b|", "<https://x.example/\" onclick=\"y>"],
)  # fmt: skip
def test_what_is_written_in_markdown_holds_no_html_no_script_and_no_image(ecrit: str) -> None:
    html = html_de(ecrit)
    assert not re.search(r"<(script|img|style|iframe)|href=\"(javascript|data|vbscript)|<[^>]* (on\w+|style)=", html), (
        html
    )


def test_headings_of_a_text_come_under_those_of_the_page() -> None:
    assert html_de("# A\n\n## B\n\n### C").count("<h3") == 2
    assert "<h1" not in html_de("# A")
    assert "<h2" in html_de("## A", premier=2)


def test_the_mail_of_the_news_goes_to_who_asked_for_it_and_stops_with_one_click(
    equipe: Client, lecteur: Compte, sien: Client
) -> None:
    c.compte()
    assert sien.post("/nouveautes/abonnement", {"geste": "recevoir"}).status_code == 302
    sien.post("/nouveautes/abonnement", {"geste": "recevoir"})
    nouveaute = ecrire(equipe)
    publier(equipe, nouveaute, "publier-annoncer")
    relever()
    (message,) = mail.outbox
    assert message.to == [lecteur.courriel]
    arret = re.search(r"/nouveautes/arret/\S+", message.body)
    assert arret
    assert message.extra_headers["List-Unsubscribe"] == f"<http://127.0.0.1:8000{arret[0]}>"
    assert message.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    # A program that checks mails opens the link: nothing changes. A click, or the one of a mail program, stops it.
    autre = Client(enforce_csrf_checks=True)
    page = texte(autre.get(arret[0]))
    verifier(page)
    assert AbonnementNouvelles.objects.exists()
    assert autre.post(arret[0], {"List-Unsubscribe": "One-Click"}).status_code == 302
    assert not AbonnementNouvelles.objects.exists()
    assert autre.post(arret[0]).status_code == 302


def test_a_link_to_stop_made_up_stops_nothing(sien: Client, lecteur: Compte) -> None:
    sien.post("/nouveautes/abonnement", {"geste": "recevoir"})
    for faux in (str(lecteur.pk), f"{lecteur.pk}.abc", "x"):
        assert Client().post(f"/nouveautes/arret/{faux}").status_code == 404
    assert AbonnementNouvelles.objects.exists()


def test_who_stopped_meanwhile_receives_nothing_and_no_entry_is_sent_twice(equipe: Client, lecteur: Compte) -> None:
    services.modifier_abonnement(lecteur, True)
    nouveaute = ecrire(equipe)
    assert services.annoncer_aux_abonnes(nouveaute.pk) == 1
    assert services.annoncer_aux_abonnes(nouveaute.pk) == 0
    services.modifier_abonnement(lecteur, False)
    tasks.ecrire_une_nouveaute(compte=lecteur.pk)
    tasks.ecrire_une_nouveaute(compte=987654)
    assert mail.outbox == []


def test_the_roadmap_is_read_by_all_by_state(equipe: Client, client: Client) -> None:
    point = {
        "titre": "Les alertes",
        "contenu": "Suivre une *entreprise*.",
        "etat": "prevu",
        "echeance": "2027",
        "rang": "1",
    }
    assert equipe.post("/gestion/feuille-de-route", point).status_code == 302
    page = texte(client.get("/feuille-de-route"))
    verifier(page)
    assert re.search(r"Prévu.*Les alertes.*<em>entreprise</em>", page, re.S)
    numero = PointFeuilleDeRoute.objects.get().pk
    assert equipe.post(f"/gestion/feuille-de-route/{numero}", point | {"etat": "fait"}).status_code == 302
    assert "Fait" in texte(client.get("/feuille-de-route"))


def test_the_panel_is_for_who_wants_it_as_long_as_he_does(sien: Client, lecteur: Compte, equipe: Client) -> None:
    assert sien.post("/panel", {"metier": ""}).status_code == 400
    assert sien.post("/panel", {"metier": "inspectrice du travail"}).status_code == 302
    verifier(texte(sien.get("/panel")))
    assert "inspectrice du travail" in texte(equipe.get("/gestion/panel"))
    assert sien.post("/panel", {"geste": "quitter"}).status_code == 302
    assert not VolontaireRecherche.objects.exists()
