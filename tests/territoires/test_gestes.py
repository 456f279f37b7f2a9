"""What is done with the establishments of a territory: kept as a list, downloaded, followed."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from django.test import Client

from fce.droits.finalites import Droit
from fce.journal.models import Consultation
from fce.listes.models import ListeDeTravail
from tests.acces import acteurs
from tests.comptes import fabrique as c
from tests.echanges.operations.fabrique import ServiceJoue
from tests.territoires import fabrique as t

pytestmark = pytest.mark.django_db

NORD = "/territoire/departement/59"


@pytest.fixture
def peuple() -> None:
    t.peupler()


@pytest.mark.parametrize(("params", "sources"), [({}, {"listes"}), ({"pse": "oui"}, {"listes", "rupco-procedures"})])
def test_choosing_a_list_reads_no_fact_that_the_page_does_not_show(
    peuple: None, params: dict[str, str], sources: set[str]
) -> None:
    assert t.agent("59").client().get(f"{NORD}/liste", params).status_code == 200
    assert {s for c in Consultation.objects.all() for s in c.sources} == sources


def test_without_the_right_to_lists_nothing_is_read(peuple: None) -> None:
    assert t.sans_habilitation().client(finalite=None).get(f"{NORD}/liste").status_code == 403
    assert Consultation.objects.count() == 0


def telecharger(client: Client, **params: Any) -> list[dict[str, str]]:
    reponse = client.get(f"{NORD}/export.csv", params)
    assert reponse.status_code == 200, reponse.content[:500]
    texte = b"".join(reponse.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    return list(csv.DictReader(io.StringIO(texte), delimiter=";"))


def test_the_page_s_establishments_or_all_those_of_the_filters_become_a_list(peuple: None) -> None:
    client = t.agent("59").client()
    page = client.get(f"{NORD}/liste", {"controle": "24"}).content.decode()
    assert "ENTREPRISE" in page
    pose = {"liste": "", "nom": "À voir", "pour": "moi", "numero": [t.siret(t.PETITE)]}
    assert client.post(f"{NORD}/liste?controle=24", pose).status_code == 302
    assert set(ListeDeTravail.objects.get().lignes.values_list("numero", flat=True)) == {t.siret(t.PETITE)}
    tout = {"liste": "", "nom": "Tout", "pour": "moi", "quoi": "tout"}
    assert client.post(f"{NORD}/liste?controle=24", tout).status_code == 302
    lignes = ListeDeTravail.objects.get(nom="Tout").lignes.values_list("numero", flat=True)
    assert set(lignes) == {t.siret(t.GRANDE), t.siret(t.PETITE)}


def test_a_closed_filter_gives_no_list(peuple: None) -> None:
    client = t.agent("59", profil="ccrf").client(finalite=None)
    client.post(f"{NORD}/liste?pse=oui", {"liste": "", "nom": "PSE", "pour": "moi", "quoi": "tout"})
    assert not ListeDeTravail.objects.exists()


def test_the_open_columns_are_downloaded_without_any_restricted_fact(peuple: None) -> None:
    lus = telecharger(t.sans_habilitation().client(finalite=None))
    assert [x["SIRET"] for x in lus] == [t.siret(s) for s in (t.GRANDE, t.MOYENNE, t.PETITE)]
    assert lus[0]["Commune"] == "LILLE"
    assert "PSE" not in lus[0]
    assert Consultation.objects.count() == 0


def test_restricted_columns_are_downloaded_when_asked_and_written_first(peuple: None) -> None:
    lus = telecharger(t.agent("59").client(), colonnes=["mortels"])
    assert [x["Accidents mortels"] for x in lus] == ["aucun connu", "aucun connu", "1 mort au travail"]
    ecrites = Consultation.objects.all()
    assert {c.numero for c in ecrites} == {t.GRANDE, t.MOYENNE, t.PETITE}
    assert {(c.surface, c.action) for c in ecrites} == {("csv", "exporter")}


def test_without_the_right_to_export_a_restricted_column_is_closed(peuple: None) -> None:
    compte, groupe = c.compte(), c.groupe(nom="Lecture", courriel="l@service.example")
    c.appartenance(compte, groupe)
    dossier = acteurs.dossier(groupe, "inspection-travail", ("59",), droits=(Droit.CONSULTER,))
    client = ServiceJoue(groupe, compte, dossier).client()
    assert {x["Accidents mortels"] for x in telecharger(client, colonnes=["mortels"])} == {"fermé"}
    assert client.get(f"{NORD}/export.csv", {"mortels": "oui"}).status_code == 400
    assert Consultation.objects.count() == 0


def test_a_file_beyond_the_volume_is_refused(peuple: None, settings: Any) -> None:
    settings.FCE_VOLUMES = "2/600"
    assert t.agent("59").client().get(f"{NORD}/export.csv", {"colonnes": ["pse"]}).status_code == 429


def test_only_open_filters_are_followed(peuple: None) -> None:
    client = t.agent("59").client()
    page = client.get(NORD, {"naf": "F"}).content.decode()
    assert "/suivis/recherche?vue=etablissements&amp;departement=59&amp;naf=F" in page
    assert "/suivis/recherche" not in client.get(NORD, {"pse": "oui"}).content.decode()


def test_choosing_a_territory_leads_to_it(peuple: None) -> None:
    client = t.agent("59").client()
    assert client.get("/territoire", {"departement": "59"}).headers["Location"] == NORD
    assert client.get("/territoire", {"lieu": "Lens"}).headers["Location"] == "/territoire/commune/62498"
    assert client.get("/territoire", {"lieu": "zzzz"}).status_code == 400
    assert f'href="{NORD}/alarmes"' in client.get("/territoire").content.decode()
