"""``/stats`` and its open data: for everyone, under strangers' role of the database, with and without JavaScript."""

from __future__ import annotations

import csv
import io
from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from fce.droits.comptes import organisations as service
from fce.service.statistiques.agregation import publier_le_mois
from fce.service.statistiques.indicateurs import INDICATEURS
from fce.service.statistiques.models import ChiffreMensuel
from fce.service.statistiques.selectors import chiffres_d_impact
from fce.socle.texte.mois import ajouter_mois
from fce.socle.web.offres import Offres
from tests.acces import acteurs
from tests.droits.comptes import fabrique as c
from tests.service.portail.pages import verifier
from tests.service.statistiques.fabrique import AVANT, MOIS, ecrire, evenement, organisations, presences

pytestmark = pytest.mark.django_db


@pytest.fixture
def deux_mois() -> None:
    for jour in (AVANT, MOIS):
        presences((10, 30, 20, 2), jour=jour)
        for nom in ("croisement_reporte", "croisement_maintenu", "contact_note"):
            presences((6, 6, 6), nom, jour=jour)
        ecrire(evenement("avis_aide", jour=jour) for _ in range(9))
        publier_le_mois(jour)


def page(client: Client, adresse: str = "/stats", **entetes: str) -> str:
    reponse = client.get(adresse, headers=entetes)
    assert reponse.status_code == 200
    return str(reponse.content.decode())


def test_before_the_first_month_the_page_says_so(client: Client) -> None:
    html = page(client)
    verifier(html)
    assert "Aucun mois n’est encore publié" in html


def test_three_indicators_come_first_and_each_says_all_of_itself(client: Client, deux_mois: None) -> None:
    html = page(client)
    verifier(html)
    tete, _, autres = html.partition("Les autres indicateurs")
    assert [titre in tete for titre in ("Visites changées", "Agents actifs", "Jeux de données connectés")] == [True] * 3
    # What is a mean of months, a ratio or a state says so.
    assert tete.count("<dt>Moyenne mensuelle</dt>") == 2
    assert tete.count("<dt>Aujourd’hui</dt>") == 1
    assert "<dt>Sur la période</dt>" in autres
    for indicateur in INDICATEURS:
        assert indicateur.titre in html
        assert indicateur.definition in html
        assert indicateur.formule in html
    assert html.count("<dt>Cible</dt>") == html.count("<dt>Référence</dt>") == len(INDICATEURS)
    assert "<svg" in html
    assert "de février 2026 à mars 2026".capitalize() in html


def test_a_period_is_chosen_by_a_link_with_or_without_javascript(client: Client, deux_mois: None) -> None:
    assert 'aria-current="true">3 derniers mois' in page(client, "/stats?mois=3")
    assert 'aria-current="true">12 derniers mois' in page(client, "/stats?mois=7000")
    fragment = page(client, "/stats?mois=6", **{"HX-Request": "true"})
    assert "<html" not in fragment
    assert 'aria-current="true">6 derniers mois' in fragment


def test_an_organisation_is_named_and_what_is_of_a_few_is_withheld(client: Client, deux_mois: None) -> None:
    compte = c.compte()
    for organisation in organisations(4):
        service.modifier_effectif(organisation, 40, compte.identifiant)
        acteurs.dossier(c.groupe(organisation=organisation), "inspection-travail", ("59",))
    html = page(client)
    assert "75 %" in html  # thirty of forty
    assert "Organisation 3" in html
    # The one of two agents, and another.
    assert html.count(">retenu</td>") >= 2


def test_a_cost_is_shown_once_somebody_keeps_the_accounts(
    client: Client, deux_mois: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "40,00</strong> € par agent" not in page(client)
    tenus = Offres(couts=lambda debut, fin: {debut: 248_000, fin: 248_000})
    monkeypatch.setattr("fce.service.statistiques.selectors.offres", lambda: tenus)
    assert "40,00</strong> € par agent" in page(client)


def test_the_page_asks_little_of_the_base_and_nobody_s_events(client: Client, deux_mois: None) -> None:
    with CaptureQueriesContext(connection) as capture:
        page(client)
    assert len(capture) <= 8
    assert not any("evenementdusage" in requete["sql"] for requete in capture)


def test_open_data_hold_every_figure_and_say_which_are_withheld(client: Client, deux_mois: None) -> None:
    reponse = client.get("/stats/donnees.csv")
    lignes = list(csv.DictReader(io.StringIO(b"".join(reponse).decode("utf-8-sig")), delimiter=";"))  # type: ignore[call-overload]
    assert len(lignes) == ChiffreMensuel.objects.count()
    schema = client.get("/stats/schema.json").json()
    assert [champ["name"] for champ in schema["fields"]] == list(lignes[0])
    assert all((ligne["etat"] == "retenu") is (ligne["valeur"] == "") for ligne in lignes)
    json = client.get("/stats/donnees.json").json()
    assert [x["valeur"] is None for x in json["chiffres"]] == [x["valeur"] == "" for x in lignes]
    assert {x["mois"] for x in json["chiffres"]} == {"2026-02-01", "2026-03-01"}
    for adresse in ("/stats/donnees.csv", "/stats/donnees.json", "/stats/schema.json"):
        assert adresse in page(client)


def test_the_catalogue_lists_the_open_data(client: Client) -> None:
    html = page(client, "/sources")
    assert 'href="/stats"' in html
    assert 'href="/stats/schema.json"' in html
    (usage,) = [
        j for j in client.get("/sources/catalogue.jsonld").json()["dcat:dataset"] if j["dct:identifier"] == "usage"
    ]
    assert {d["dcat:mediaType"]["@id"].rpartition("/")[2] for d in usage["dcat:distribution"]} == {"csv", "json"}


def test_invented_figures_are_said_to_be_so(client: Client, deux_mois: None) -> None:
    assert "données de démonstration" not in page(client)
    publier_le_mois(MOIS, refaire=True, invente=True)
    publier_le_mois(MOIS, refaire=True)
    assert "données de démonstration" in page(client)
    assert "données de démonstration" in b"".join(client.get("/stats/donnees.csv")).decode()  # type: ignore[call-overload]
    assert client.get("/stats/donnees.json").json()["origine"] == "données de démonstration"


def test_the_first_month_of_a_period_knows_who_came_back(client: Client) -> None:
    mois = date(2026, 1, 1)
    for n in range(4):
        presences((10, 10, 10), jour=ajouter_mois(mois, n))
        publier_le_mois(ajouter_mois(mois, n))
    html = page(client, "/stats?mois=3")
    debut = html.index('id="i-retour"')
    assert "100</strong> %" in html[debut : debut + 1500]


def test_v9_figures_of_impact_are_about_the_months_published_and_no_day_more() -> None:
    assert chiffres_d_impact(date(2026, 7, 1), date(2026, 11, 29)) is None
    for mois in (7, 8, 9, 10):
        ChiffreMensuel.objects.create(mois=date(2026, mois, 1), mesure="agents_actifs", valeur=100)
    lu = chiffres_d_impact(date(2026, 7, 15), date(2026, 11, 29))
    assert lu is not None
    assert (lu.debut, lu.fin) == (date(2026, 7, 1), date(2026, 10, 31))
