"""The pages: follow, stop, read, mark, choose; each agent his own, and nobody learns who follows."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest
from django.test import Client

from fce.droits.comptes.models import Compte
from fce.droits.journal.models import Consultation
from fce.echanges.models import AlerteSuivi, RythmeAlertes, Suivi
from fce.echanges.suivis import selectors, services
from fce.echanges.suivis.alertes import FaitSuivi, ecrire_alertes
from fce.echanges.vocabulaire import Rythme
from fce.socle.web.references import reference
from tests.acces import acteurs
from tests.concurrence import ensemble
from tests.donnees.entreprises import fabrique as f
from tests.droits.comptes import fabrique as c
from tests.echanges.suivis import fabrique as s
from tests.echanges.suivis.fabrique import SIREN, SIRET

pytestmark = pytest.mark.django_db
CESSEE, REPRISE = ">cessée</strong>", ">en activité</strong>"
FICHES = {SIREN: f"/entreprise/{SIREN}", SIRET: f"/etablissement/{SIRET}"}


@pytest.fixture(autouse=True)
def _lieu() -> None:
    s.sirene()


@pytest.fixture
def client(elle: Compte) -> Client:
    return c.client_de(elle)


def alerter(compte: Compte, *codes: str) -> None:
    s.suivre(compte)
    ecrire_alertes("sirene-unites-legales", "import-1", [FaitSuivi(SIREN, "", code, None) for code in codes])


@pytest.mark.parametrize("numero", FICHES)
def test_one_follows_and_stops_from_the_sheet(numero: str, client: Client, elle: Compte) -> None:
    groupe = c.groupe()
    c.appartenance(elle, groupe)
    acteurs.dossier(groupe, "dreets-3e", ("59",))
    fiche = FICHES[numero]
    assert f"{fiche}/suivre" in client.get(fiche).content.decode()
    assert ">Suivre<" in client.get(f"{fiche}/suivre").content.decode()
    fait = client.post(f"{fiche}/suivre", {"geste": "ajouter"})
    assert (fait.status_code, fait["Location"]) == (302, f"{fiche}?fait=suivi-ajoute")
    assert Suivi.objects.get().numero == numero
    client.post(f"{fiche}/suivre", {"geste": "ajouter"})
    assert Suivi.objects.count() == 1
    assert ">Ne plus suivre<" in client.get(f"{fiche}/suivre").content.decode()
    fait = client.post(f"{fiche}/suivre", {"geste": "retirer"})
    assert fait["Location"] == f"{fiche}?fait=suivi-retire"
    assert not Suivi.objects.exists()
    assert client.post(f"{fiche}/suivre", {"geste": "retirer"}).status_code == 302


def test_the_sheet_is_the_same_whether_one_follows_or_not(client: Client, elle: Compte) -> None:
    """No query more: whether one follows is said on the page of the gesture."""
    avant = client.get(FICHES[SIREN]).content.decode()
    s.suivre(elle)
    apres = client.get(FICHES[SIREN]).content.decode()
    variables = r'nonce="[^"]*"|value="\w{64}"|\d\d:\d\d'
    assert re.sub(variables, "", avant) == re.sub(variables, "", apres)


def test_a_number_that_nobody_has_is_not_followed(client: Client) -> None:
    for numero in (f.siren_no(99), "123456789", "abc"):
        assert client.post(f"/entreprise/{numero}/suivre").status_code == 404


@pytest.mark.parametrize("qui", ["anonyme", "dirigeant"])
def test_only_an_agent_follows(qui: str) -> None:
    autre = acteurs.ACTEURS[qui]().client
    assert "/suivre" not in autre.get(FICHES[SIREN]).content.decode()
    assert autre.post(f"{FICHES[SIREN]}/suivre").status_code in (302, 401, 403)
    assert not Suivi.objects.exists()


def test_the_page_says_what_to_do_when_there_is_nothing(client: Client) -> None:
    page = client.get("/suivis").content.decode()
    assert "Rien encore : ouvrez la fiche" in page
    assert "<table" not in page


def noter(client: Client, page: str, **champs: str) -> str:
    """Send the form of the button « Tout », or of one company (``siren``), as the page wrote it."""
    jusqu_a = re.findall(r'name="jusqu_a" value="(\w{32})"', page)[0]
    return client.post("/suivis/lues", {"jusqu_a": jusqu_a} | champs)["Location"]


def test_what_changed_is_read_at_once_and_undone_from_what_is_read(client: Client, elle: Compte) -> None:
    alerter(elle, "cessation", "siege")
    page = client.get("/suivis").content.decode()
    assert CESSEE in page
    assert "Siège transféré" in page
    assert "2 changements à lire, dans 1 entreprise" in page.replace("\xa0", " ")
    assert "Tout marquer comme lu (2)" in page
    alerter(elle, "reprise")  # comes while the page is read
    assert noter(client, page) == "/suivis?fait=alertes-lues"
    page = client.get("/suivis").content.decode()
    assert REPRISE in page
    assert CESSEE not in page
    lus = client.get("/suivis?lus=1").content.decode()
    assert CESSEE in lus
    assert "Tout remettre à lire (2)" in lus
    assert noter(client, lus, lus="1") == "/suivis?fait=alertes-a-relire"
    assert "Tout marquer comme lu (3)" in client.get("/suivis").content.decode()


def test_one_company_or_one_gravity_is_read_alone(client: Client, elle: Compte) -> None:
    alerter(elle, "cessation", "siege")
    s.suivre(elle, f.siren_no(2))
    f.unites(f.unite(SIREN), f.unite(f.siren_no(2), denomination="AUTRE"))
    ecrire_alertes("sirene-unites-legales", "import-2", [FaitSuivi(f.siren_no(2), "", "siege", None)])
    noter(client, client.get("/suivis").content.decode(), siren=f.siren_no(2))
    assert set(AlerteSuivi.objects.filter(lue_le=None).values_list("code", flat=True)) == {"cessation", "siege"}
    noter(client, client.get("/suivis").content.decode(), gravite="GRAVE")
    assert AlerteSuivi.objects.get(lue_le=None).code == "siege"


def test_counts_by_gravity_sum_to_the_total_and_none_is_zero(client: Client, elle: Compte) -> None:
    alerter(elle, "cessation", "siege", "reprise")
    page = client.get("/suivis").content.decode()
    puces = re.findall(r">(Tout|Graves|À voir|Ordinaires) (\d+)</a>", page)
    assert puces == [("Tout", "3"), ("Graves", "1"), ("À voir", "2")]
    assert "Déjà lus" not in page
    grave = client.get("/suivis?gravite=GRAVE").content.decode()
    assert (CESSEE in grave, "Siège transféré" in grave) == (True, False)
    assert re.findall(r">(Tout|Graves|À voir) (\d+)</a>", grave) == puces


def test_the_gravest_company_comes_first_and_in_it_the_gravest_change(client: Client, elle: Compte) -> None:
    calme = f.siren_no(2)
    f.unites(f.unite(SIREN, denomination="MINOTERIE"), f.unite(calme, denomination="CALME"))
    alerter(elle, "siege", "cessation")
    s.suivre(elle, calme)
    ecrire_alertes("sirene-unites-legales", "import-2", [FaitSuivi(calme, "", "siege", None)])
    page = client.get("/suivis").content.decode()
    groupes = page[page.index("fce-suivis__groupe") :]
    rangs = [groupes.index(x) for x in ("MINOTERIE", CESSEE, "Siège transféré", "CALME")]
    assert rangs == sorted(rangs)


def test_a_sentence_says_from_what_to_what_where_and_by_whom(client: Client, elle: Compte) -> None:
    s.suivre(elle)
    fait = FaitSuivi(SIREN, SIRET, "fermeture", date(2026, 11, 24))
    ecrire_alertes("sirene-etablissements", "import-1", [fait])
    ligne = " ".join(re.sub(r"<[^>]+>", " ", client.get("/suivis").content.decode()).split())
    assert "à voir Établissement : ouvert → fermé , le 24/11/2026. LILLE · Insee, Sirene" in ligne


def test_another_s_alerts_and_follows_are_neither_seen_marked_nor_stopped(client: Client, elle: Compte) -> None:
    lui = c.compte()
    alerter(lui, "cessation")
    assert CESSEE not in client.get("/suivis").content.decode()
    sien = Suivi.objects.get(compte=lui)
    assert CESSEE not in client.get(f"/suivis?suivi={sien.reference}").content.decode()
    client.post("/suivis/lues", {"jusqu_a": AlerteSuivi.objects.get().reference, "suivi": sien.reference})
    assert AlerteSuivi.objects.filter(lue_le=None).count() == 1
    refus = client.post(f"/suivis/{sien.reference}/retirer"), client.post(f"/suivis/{reference(Suivi, 987654)}/retirer")
    assert [r.status_code for r in refus] == [404, 404]
    assert Suivi.objects.filter(pk=sien.pk).exists()


def test_a_follow_stops_with_its_alerts(client: Client, elle: Compte) -> None:
    alerter(elle, "cessation")
    fait = client.post(f"/suivis/{Suivi.objects.get().reference}/retirer")
    assert fait["Location"] == "/suivis?fait=suivi-retire"
    assert not AlerteSuivi.objects.exists()


def test_the_changes_of_one_follow(client: Client, elle: Compte) -> None:
    alerter(elle, "cessation")
    du_lieu = s.suivre(elle, SIRET)
    ecrire_alertes("sirene-etablissements", "import-2", [FaitSuivi(SIREN, SIRET, "fermeture", None)])
    du_siren = Suivi.objects.get(numero=SIREN)
    for suivi, presents, absents in (
        (du_siren, CESSEE, "Rien de nouveau"),
        (du_lieu, "d’un seul de vos suivis", CESSEE),
    ):
        page = client.get(f"/suivis?suivi={suivi.reference}").content.decode()
        assert presents in page
        assert absents not in page


def test_pages_follow_one_another_and_cut_no_company(
    client: Client, elle: Compte, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(selectors, "PAR_PAGE", 2)
    alerter(elle, "cessation", "siege", "reprise")
    s.suivre(elle, f.siren_no(2))
    f.unites(f.unite(SIREN), f.unite(f.siren_no(2), denomination="AUTRE"))
    ecrire_alertes("sirene-unites-legales", "import-2", [FaitSuivi(f.siren_no(2), "", "siege", None)])
    premiere = client.get("/suivis").content.decode()
    assert premiere.count('class="fce-phrase"') == 3
    assert 'href="?page=2"' in premiere
    assert "Page 1 sur 2" in premiere
    seconde = client.get("/suivis?page=2").content.decode()
    assert 'rel="prev"' in seconde
    assert seconde.count('class="fce-phrase"') == 1
    assert client.get("/suivis?page=999&suivi=²&gravite=<script>&lus=x").status_code == 200


def test_the_rhythm_is_chosen_on_the_page(client: Client, elle: Compte) -> None:
    fait = client.post("/suivis/rythme", {"rythme": Rythme.TOUT_DE_SUITE})
    assert fait["Location"] == "/suivis?fait=rythme-choisi"
    assert RythmeAlertes.objects.get(compte=elle).rythme == Rythme.TOUT_DE_SUITE
    assert 'value="tout-de-suite" selected' in client.get("/suivis").content.decode()
    assert client.post("/suivis/rythme", {"rythme": "x"}).status_code == 400


def test_the_first_page_of_an_agent_lists_what_is_to_read(client: Client, elle: Compte) -> None:
    assert "Rien n’a changé dans ce que vous suivez." in client.get("/").content.decode()
    alerter(elle, "cessation")
    accueil = client.get("/").content.decode()
    assert "Depuis votre dernière lecture" in accueil
    assert CESSEE in accueil
    services.noter_vues(elle, AlerteSuivi.objects.values_list("pk", flat=True))
    assert "Rien n’a changé dans ce que vous suivez." in client.get("/").content.decode()


def test_without_a_second_factor_nothing_is_shown(elle: Compte) -> None:
    simple = c.client_de(elle, mfa=False)
    alerter(elle, "cessation")
    assert CESSEE not in simple.get("/").content.decode()
    assert simple.get("/suivis").status_code == 302


def test_so_many_follows_and_no_more(client: Client, elle: Compte, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "SUIVIS_MAX", 1)
    s.suivre(elle)
    refus = client.post(f"{FICHES[SIRET]}/suivre", {"geste": "ajouter"})
    assert refus.status_code == 400
    assert "retirez-en d’abord" in refus.content.decode()


@pytest.mark.django_db(transaction=True)
def test_two_gestures_at_once_make_one_follow(monkeypatch: pytest.MonkeyPatch) -> None:
    elle = c.compte()
    erreurs: list[Any] = ensemble(*[lambda: s.suivre(elle)] * 4)
    assert erreurs == []
    assert Suivi.objects.count() == 1


def test_e9_the_home_tells_the_gravest_change_first_and_then_the_latest(client: Client, elle: Compte) -> None:
    alerter(elle, "siege", "cessation", "reprise")
    html = client.get("/").content.decode()
    rangs = [html.index(p) for p in (CESSEE, "Siège transféré", REPRISE)]
    assert rangs == sorted(rangs)


def habilite_a_lire(elle: Compte) -> None:
    groupe = c.groupe()
    c.appartenance(elle, groupe)
    acteurs.dossier(groupe, "dreets-3e", ("59",))


@pytest.mark.parametrize("adresse", ["/suivis", "/suivis?lus=1&page=9"])
def test_a14_no_news_of_a_company_that_one_follows_names_it(client: Client, elle: Compte, adresse: str) -> None:
    habilite_a_lire(elle)
    s.suivre(elle, SIRET)
    for _ in range(2):
        assert client.get(adresse).status_code == 200
    (ecrite,) = Consultation.objects.all()
    assert (ecrite.numero, ecrite.surface, ecrite.poids) == (SIREN, "filtre", 1)
    assert {"rupco-procedures", "dsn-effectifs"} <= set(ecrite.lignes)


def test_a14_beyond_twenty_companies_followed_the_question_is_kept(client: Client, elle: Compte) -> None:
    habilite_a_lire(elle)
    for n in range(1, 22):
        s.suivre(elle, f.siren_no(n))
    client.get("/suivis")
    assert {e.numero for e in Consultation.objects.all()} == {""}
    assert "filtres:suivis?lus=False&suivi=" in Consultation.objects.latest("pk").sources


def test_a14_who_follows_nothing_or_may_read_nothing_is_written_nowhere(client: Client, elle: Compte) -> None:
    s.suivre(elle)
    client.get("/suivis")
    habilite_a_lire(elle)
    Suivi.objects.all().delete()
    client.get("/suivis")
    assert not Consultation.objects.exists()
