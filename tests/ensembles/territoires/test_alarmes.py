"""The alarms of a territory: companies that have one, gravest first, by reason, since a day; and the link to them."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from fce.droits.journal.models import Consultation
from fce.ensembles.territoires.models import AlarmePreparee, LieuPrepare
from tests.acces import acteurs
from tests.ensembles.territoires import fabrique as t
from tests.recherche.univers import Univers

pytestmark = pytest.mark.django_db
ALARMES = "/territoire/departement/59/alarmes"


def lire(client: Client, chemin: str = ALARMES, **params: Any) -> dict[str, str]:
    """{SIREN: its alarms} in order."""
    reponse = client.get(chemin, params)
    assert reponse.status_code == 200
    html = reponse.content.decode()
    corps = html.split("<tbody>")[1] if "<tbody>" in html else ""
    lues = {}
    for rangee in re.findall(r"<tr>(.*?)</tr>", corps, re.S):
        siren = re.sub(r"\D", "", re.search(r"fce-numero\">([^<]*)", rangee)[1])  # type: ignore[index]
        lues[siren] = re.sub(r"<[^>]*>", " ", re.findall(r"<td[^>]*>(.*?)</td>", rangee, re.S)[0])
    return lues


def test_only_companies_with_an_alarm_the_gravest_first(peuple: None) -> None:
    lues = lire(t.agent("59").client())
    assert list(lues) == [t.GRANDE, t.PETITE]
    assert "Plan de sauvegarde de l’emploi enregistré le" in lues[t.GRANDE]
    assert "Effectif en baisse de 20 % en 12 mois : de 500 à 400" in lues[t.GRANDE]
    assert re.search(r"1 mort au travail\s*, période du fichier – LILLE", lues[t.PETITE])


def test_v19_a_plan_is_of_the_sites_that_its_file_names_else_of_the_company() -> None:
    """The plan of D1 touches Lens only, that of D2 names no site."""
    jour = t.il_y_a(100)
    t.peupler(
        rupco_procedures=[
            {"numero": "D1", "siren": t.GRANDE, "type": "PSE", "date_enregistrement": jour},
            {"numero": "D2", "siren": t.MOYENNE, "type": "PSE", "date_enregistrement": jour},
        ],
        rupco_etablissements=[
            {"numero": "D1", "siren_entreprise": t.GRANDE, "type": "PSE", "date_enregistrement": jour,
             "siret": t.siret(t.VOISINE)},
            {"numero": "D2", "siren_entreprise": t.MOYENNE, "type": "PSE", "date_enregistrement": jour},
        ],
    )  # fmt: skip
    assert list(lire(t.agent("59").client(), motif=["pse"])) == [t.MOYENNE]
    assert list(lire(t.agent("62").client(), "/territoire/departement/62/alarmes", motif=["pse"])) == [t.VOISINE]
    assert set(LieuPrepare.objects.filter(pse=jour).values_list("siren", flat=True)) == {t.VOISINE}


def test_by_reason(peuple: None) -> None:
    client = t.agent("59").client()
    assert list(lire(client, motif=["mortels"])) == [t.PETITE]
    assert list(lire(client, motif=["effectif"])) == [t.GRANDE]


def test_since_a_day_what_no_source_dates_is_left_out_and_said(peuple: None) -> None:
    client = t.agent("59").client()
    recent = {"depuis": t.il_y_a(150).isoformat()}
    assert list(lire(client, **recent)) == [t.GRANDE]
    assert lire(client, depuis=t.il_y_a(5).isoformat()) == {}
    page = client.get(ALARMES, recent).content.decode()
    assert "son fichier ne le date pas : Mort au travail" in page


def test_the_filters_of_a_search_keep_the_alarms_of_its_establishments(peuple: None) -> None:
    client = t.agent("59").client()
    assert list(lire(client, naf="F", vue="etablissements", tri="effectif")) == [t.PETITE]
    assert list(lire(client, tranche_effectif=["41"], motif=["effectif"])) == [t.GRANDE]
    assert lire(client, commune="62498") == {}
    html = client.get(ALARMES, {"naf": "F", "motif": "mortels", "page": "9"}).content.decode()
    # The form keeps the filter, which its tag withdraws; the other tabs keep it too.
    assert '<input type="hidden" name="naf" value="F">' in html
    assert 'href="?motif=mortels"><span class="fr-sr-only">Retirer le filtre' in html
    assert 'href="/territoire/departement/59?naf=F"' in html
    assert 'name="motif" value="mortels" type="hidden"' not in html
    assert client.get(ALARMES, {"naf": "zz"}).status_code == 400


def test_elsewhere_nothing_is_listed(peuple: None) -> None:
    assert lire(t.agent("59").client(), "/territoire/departement/35/alarmes") == {}
    assert set(lire(t.agent("35").client(), "/territoire/departement/35/alarmes")) == {t.LOIN}
    assert list(lire(t.agent("59").client(), "/territoire/region/32/alarmes")) == [t.GRANDE, t.PETITE]


@pytest.mark.parametrize("profil", ["ccrf", "dgfip"])
def test_another_trade_is_told_what_is_closed(peuple: None, profil: str) -> None:
    client = t.agent("59", profil=profil).client(finalite=None)
    assert lire(client) == {}
    page = client.get(ALARMES).content.decode()
    assert "Fermé à votre lecture" in page
    # Of the others, only those of open data.
    assert "n’a d’alarme connue parmi : siège fermé, ou entreprise cessée.</p>" in page
    assert Consultation.objects.count() == 0


def test_an_economist_reads_the_plans_and_not_the_deaths(peuple: None) -> None:
    client = t.agent("59", profil="dreets-3e").client(finalite=None)
    assert list(lire(client)) == [t.GRANDE]
    assert "Fermé à votre lecture</strong> : Mort au travail" in client.get(ALARMES).content.decode()


def test_rights_of_two_territories_open_the_alarms_of_each(peuple: None) -> None:
    """A plan known in the Pas-de-Calais, a death in the Nord: neither right refuses the other's companies."""
    joue = t.agent("62", profil="dreets-3e")
    acteurs.dossier(joue.groupe, "inspection-travail", ("59",))
    AlarmePreparee.objects.filter(siren=t.LOIN, nom="pse").update(siren=t.VOISINE, siret=t.siret(t.VOISINE))
    client = joue.client(finalite=None)
    assert set(lire(client, "/territoire/region/32/alarmes")) >= {t.VOISINE, t.PETITE}
    ecrites = {c.numero: set(c.sources) for c in Consultation.objects.exclude(numero="")}
    assert "rupco-etablissements" in ecrites[t.VOISINE]
    assert "accidents-travail" not in ecrites[t.VOISINE]
    assert "accidents-travail" in ecrites[t.PETITE]


def test_each_company_is_written_before_it_is_shown(peuple: None) -> None:
    lire(t.agent("59").client())
    ecrites = {c.numero: c for c in Consultation.objects.all()}
    # That MOYENNE is not listed tells that it has none.
    assert set(ecrites) == {t.GRANDE, t.PETITE, t.MOYENNE}
    assert {c.poids for c in ecrites.values()} == {1}
    assert ecrites[t.PETITE].lignes == {
        "rupco-procedures": 0, "rupco-etablissements": 0, "accidents-travail": 1, "dsn-effectifs": 0,
    }  # fmt: skip


def test_beyond_the_volume_nothing_is_shown_and_the_reason_is(peuple: None, settings: Any) -> None:
    settings.FCE_VOLUMES = "1/600"
    client = t.agent("59").client()
    assert lire(client) == {}
    assert "limitée à 1 entreprise" in client.get(ALARMES).content.decode().replace("\xa0", " ")


def test_the_home_of_who_may_read_no_alarm_tells_none(peuple: None) -> None:
    for sans in (t.agent("59").client(mfa=False), acteurs.agent_simple().client, acteurs.expire().client):
        lue = sans.get("/").content.decode()
        assert "PSE" not in lue
        assert "mort au travail" not in lue
    assert Consultation.objects.filter(sources__overlap=["rupco-etablissements", "accidents-travail"]).count() == 0


def test_results_lead_to_the_alarms_of_the_territory_with_their_filters() -> None:
    univers = Univers()
    univers.entreprise("FONDERIE DU NORD")
    univers.indexer()
    lien = re.compile(r'href="(/territoire[^"]*/alarmes)\?q=fonderie[^"]*">Alarmes du territoire<')
    recherche = "/recherche?q=fonderie&vue=entreprises&etat=tous"
    inspectrice = acteurs.habilite("inspection-travail").client
    assert lien.findall(inspectrice.get(recherche).content.decode()) == ["/territoire/departement/59/alarmes"]
    de_lille = inspectrice.get(f"{recherche}&commune=59350").content.decode()
    assert lien.findall(de_lille) == ["/territoire/commune/59350/alarmes"]
    assert not Consultation.objects.exists()
    for autre in (
        acteurs.anonyme(),
        acteurs.agent_simple(),
        acteurs.expire(),
        acteurs.revoque(),
        acteurs.suspendu(),
        acteurs.habilite("inspection-travail", mfa=False),
    ):
        html = autre.client.get(recherche).content.decode()
        assert "FONDERIE" in html
        assert not lien.search(html)
