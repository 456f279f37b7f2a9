"""What the service says to its readers (texts, banner), and what they say to it (opinions)."""

from __future__ import annotations

import re
import time
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import DatabaseError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

import fce
from fce.droits.comptes.models import Compte, EvenementCompte
from fce.service.gestion import libelles
from fce.service.portail import annonces
from fce.service.portail.models import Bandeau, RetourUtilisateur
from fce.socle.web import portes
from tests.droits.comptes import fabrique
from tests.pannes import lever

pytestmark = pytest.mark.django_db
HEURE = timedelta(hours=1)
DUREE_DES_ANNONCES_S = annonces.DUREE_S
"""Read before a test begins: the suite then makes it last longer."""


@pytest.fixture(autouse=True)
def _neuf() -> None:
    annonces.oublier()


def poser(message: str, debut: timedelta = -HEURE, fin: timedelta = HEURE) -> Bandeau:
    maintenant = timezone.now()
    bandeau = Bandeau.objects.create(message=message, niveau="warning", debut=maintenant + debut, fin=maintenant + fin)
    annonces.oublier()
    return bandeau


def test_a_banner_is_at_the_top_of_all_pages(client: Client) -> None:
    poser("Maintenance <b>ce soir</b>")
    for page in ("/", "/sources", "/nulle-part", "/connexion", "/avis"):
        lue = client.get(page, headers={"Host": "127.0.0.1:8000"}).content.decode()
        assert "Maintenance &lt;b&gt;ce soir&lt;/b&gt;" in lue
        assert "fr-notice--warning" in lue


@pytest.mark.parametrize(("debut", "fin"), [(HEURE, 2 * HEURE), (-2 * HEURE, -HEURE)])
def test_a_future_or_past_banner_is_not_shown(client: Client, debut: timedelta, fin: timedelta) -> None:
    poser("Maintenance", debut, fin)
    assert "Maintenance" not in client.get("/sources").content.decode()


def test_a_banner_read_in_advance_starts_on_time(monkeypatch: pytest.MonkeyPatch) -> None:
    bandeau = poser("Maintenance", HEURE, 2 * HEURE)
    assert annonces.bandeau() is None
    monkeypatch.setattr(annonces.timezone, "now", lambda: bandeau.debut)
    assert annonces.bandeau() == bandeau


def test_the_last_banner_set_prevails(client: Client) -> None:
    poser("Le bandeau d’hier")
    poser("Le bandeau d’aujourd’hui")
    lue = client.get("/sources").content.decode()
    assert "Le bandeau d’aujourd’hui" in lue
    assert "Le bandeau d’hier" not in lue


def test_a_page_does_not_reread_the_announcements(client: Client) -> None:
    """One read per ten seconds and process, whatever the number of pages."""
    client.get("/mentions-legales")
    with CaptureQueriesContext(connection) as capture:
        for _ in range(20):
            client.get("/mentions-legales")
    assert len(capture) == 0


def test_announcements_are_reread_after_ten_seconds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(annonces, "DUREE_S", DUREE_DES_ANNONCES_S)
    instant = 1000.0
    monkeypatch.setattr(annonces.time, "monotonic", lambda: instant)
    annonces.en_cours()
    Bandeau.objects.create(message="x", niveau="info", debut=timezone.now() - HEURE, fin=timezone.now() + HEURE)
    instant = 1009.9
    assert annonces.en_cours().bandeaux == ()
    instant = 1010.0
    assert len(annonces.en_cours().bandeaux) == 1


def test_a_database_down_leaves_what_was_displayed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(annonces, "DUREE_S", DUREE_DES_ANNONCES_S)
    instant = 1000.0
    monkeypatch.setattr(annonces.time, "monotonic", lambda: instant)
    bandeau = poser("Maintenance")
    assert annonces.bandeau() == bandeau
    instant = 1020.0

    monkeypatch.setattr(Bandeau.objects, "filter", lever(DatabaseError))
    assert annonces.bandeau() == bandeau


def test_the_team_sets_and_withdraws_a_banner(client: Client, equipe: Client, moi: Compte) -> None:
    formulaire = {
        "message": "Coupure",
        "motif": "incident",
        "niveau": "alert",
        "debut": "2026-01-01T08:00",
        "fin": "2099-01-01T08:00",
    }
    assert equipe.post("/gestion/bandeaux", formulaire).status_code == 302
    page = Client().get("/sources").content.decode()
    assert "Coupure" in page
    assert "Incident :" in page
    bandeau = Bandeau.objects.get()
    assert equipe.post(f"/gestion/bandeaux/{bandeau.pk}").status_code == 302
    assert "Coupure" not in Client().get("/sources").content.decode()
    assert equipe.post(f"/gestion/bandeaux/{bandeau.pk}").status_code == 409
    actions = EvenementCompte.objects.filter(par=moi.identifiant).values_list("action", flat=True)
    assert set(actions) == {"bandeau_pose", "bandeau_retire"}


@pytest.mark.parametrize(
    "differences", [{"fin": "2026-01-01T07:00"}, {"fin": "2020-01-01T00:00"}, {"niveau": "rouge"}, {"message": ""},
                    {"motif": "fête"}, {"debut": "hier"}, {"message": "x" * 301}]
)  # fmt: skip
def test_a_badly_stated_banner_is_refused(equipe: Client, differences: dict[str, str]) -> None:
    formulaire = {
        "message": "Coupure",
        "motif": "incident",
        "niveau": "info",
        "debut": "2026-01-01T08:00",
        "fin": "2099-01-01T08:00",
    }
    assert equipe.post("/gestion/bandeaux", formulaire | differences).status_code == 400
    assert not Bandeau.objects.exists()


def test_the_texts_of_the_team_are_on_the_pages_without_markup(equipe: Client, moi: Compte) -> None:
    textes = {
        "accueil": "Bienvenue\n\nà tous",
        "exploitant": "<script>alert(1)</script>",
        "hebergeur": "",
        "contact": "",
    }
    assert equipe.post("/gestion/textes", textes).status_code == 302
    assert "<p>Bienvenue</p>" in Client().get("/").content.decode()
    mentions = Client().get("/mentions-legales").content.decode()
    assert "&lt;script&gt;alert(1)" in mentions
    assert "service qui exploite ce site" not in mentions
    # Only what changed is an event.
    objets = EvenementCompte.objects.filter(action="texte").values_list("objet", flat=True)
    assert set(objets) == {"texte-accueil", "texte-exploitant"}


def test_without_a_text_the_legal_notice_says_what_is_missing(client: Client) -> None:
    mentions = client.get("/mentions-legales").content.decode()
    for quoi in ("service qui exploite ce site", "directeur ou directrice de la publication", "hébergeur"):
        assert f"<strong>À compléter par l’opérateur :</strong> {quoi}." in mentions


def test_an_opinion_tells_neither_who_nor_which_company(client: Client) -> None:
    page = client.get("/avis", headers={"Referer": "http://testserver/entreprise/000001008?x=1"}).content.decode()
    assert "000001008" not in page
    assert 'value="fiche:entreprise"' in page
    dit = {"trouve": "non", "texte": "Il manque une carte.", "page": "fiche:entreprise"}
    assert client.post("/avis", dit)["Location"] == "/avis?merci=1"
    garde = RetourUtilisateur.objects.get()
    assert (garde.trouve, garde.texte, garde.page, garde.lecteur) == (
        "non",
        "Il manque une carte.",
        "fiche:entreprise",
        "anonyme",
    )
    assert {c.name for c in RetourUtilisateur._meta.fields}.isdisjoint({"compte", "auteur", "adresse_ip", "siren"})


def test_the_opinion_of_an_account_tells_only_its_kind(client: Client) -> None:
    fabrique.connecter(client, fabrique.compte())
    client.post("/avis", {"trouve": "oui"})
    assert RetourUtilisateur.objects.get().lecteur == "agent"


@pytest.mark.parametrize("dit", [{}, {"trouve": "peut-être"}, {"trouve": "oui", "texte": "x" * 2001}])
def test_an_incomplete_opinion_is_refused(client: Client, dit: dict[str, str]) -> None:
    assert client.post("/avis", dit).status_code == 400
    assert not RetourUtilisateur.objects.exists()


@pytest.mark.parametrize(
    "origine", ["https://mal.example/sources", "http://testserver/nulle-part", "javascript:alert(1)", "é", ""]
)
def test_a_page_that_is_not_ours_is_forgotten(client: Client, origine: str) -> None:
    assert 'name="page" id="id_page"' in client.get("/avis", headers={"Referer": origine}).content.decode()


@pytest.mark.parametrize("page", ["/entreprise/000001008", "<script>", "x" * 61, "\x00"])
def test_a_forced_page_name_is_refused(client: Client, page: str) -> None:
    assert client.post("/avis", {"trouve": "oui", "page": page}).status_code == 400
    assert not RetourUtilisateur.objects.exists()


def test_five_opinions_per_hour_and_per_reader(client: Client) -> None:
    def donner(**autres: str) -> int:
        return client.post("/avis", {"trouve": "oui"}, **autres).status_code

    assert [donner(REMOTE_ADDR="192.0.2.1") for _ in range(6)] == [302] * 5 + [429]
    assert donner(REMOTE_ADDR="192.0.2.2") == 302
    # Nobody in particular: a front server that was not declared must not make one reader of all.
    assert [donner() for _ in range(7)] == [302] * 7


def test_an_account_is_counted_by_itself(client: Client) -> None:
    fabrique.connecter(client, fabrique.compte())
    statuts = [client.post("/avis", {"trouve": "oui"}).status_code for _ in range(6)]
    assert statuts == [302] * 5 + [429]


def test_the_pace_is_released_after_an_hour(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    fabrique.connecter(client, fabrique.compte())
    assert [client.post("/avis", {"trouve": "oui"}).status_code for _ in range(6)] == [302] * 5 + [429]
    # The oldest part of the period is forgotten, a twentieth late at most.
    plus_tard = time.time() + 3600 * 1.05 + 1
    monkeypatch.setattr(portes.time, "time", lambda: plus_tard)
    assert client.post("/avis", {"trouve": "oui"}).status_code == 302


def test_nobody_fills_the_table(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(portes, "DE_TOUS", 3)
    statuts = [client.post("/avis", {"trouve": "oui"}).status_code for _ in range(4)]
    assert statuts == [302, 302, 302, 429]


def test_the_team_reads_the_opinions(equipe: Client) -> None:
    garde = RetourUtilisateur.objects.create(trouve="non", texte="Trop <lent>", lecteur="anonyme")
    page = equipe.get("/gestion/avis").content.decode()
    assert "Trop &lt;lent&gt;" in page
    assert equipe.post(f"/gestion/avis/{garde.pk}").status_code == 302
    assert equipe.post(f"/gestion/avis/{garde.pk}").status_code == 409
    garde.refresh_from_db()
    assert garde.lu_le is not None


def test_every_event_is_read_in_french() -> None:
    """Each gesture that is noted has its words: none is read as its code."""
    racine = Path(fce.__file__).parent
    codes = set()
    for fichier in racine.rglob("*.py"):
        if "EvenementCompte" in (lu := fichier.read_text("utf-8")) or "comptes.evenements" in lu:
            codes |= set(re.findall(r"\bnoter\(\s*[\w.]+,\s*\"([a-z_]+)\"", lu))
    assert codes <= set(libelles.ACTIONS_MONTREES)
    assert len(codes) > 25
