"""What is done with the establishments of a territory: kept as a list, downloaded, followed."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from django.test import Client

from fce.droits.journal.models import Consultation
from fce.ensembles.listes.models import ListeDeTravail
from tests.donnees.entreprises import fabrique as f
from tests.ensembles.territoires import fabrique as t

pytestmark = pytest.mark.django_db

NORD = "/territoire/departement/59"


@pytest.mark.parametrize(
    ("params", "sources"), [({}, {"listes"}), ({"pse": "oui"}, {"listes", "rupco-etablissements"})]
)
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


@pytest.mark.parametrize(("forme", "reste"), [("1000", False), ("2110", False), ("5710", True)])
def test_only_a_legal_person_masked_since_the_preparation_joins_a_list(peuple: None, forme: str, reste: bool) -> None:
    f.unites(f.unite(t.PETITE, categorie_juridique=forme, statut_diffusion="P"))
    pose = {"liste": "", "nom": "Tout", "pour": "moi", "quoi": "tout"}
    t.agent("59").client().post(f"{NORD}/liste?controle=24", pose)
    assert (t.siret(t.PETITE) in ListeDeTravail.objects.get().lignes.values_list("numero", flat=True)) is reste
    assert (t.PETITE in Consultation.objects.values_list("numero", flat=True)) is reste


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


@pytest.mark.parametrize("params", [{"colonnes": ["mortels"]}, {"mortels": "oui"}, {"tri": "heures"}])
def test_what_leaves_at_once_has_no_restricted_column_filter_or_order_whoever_asks(
    peuple: None, params: dict[str, Any]
) -> None:
    inspectrice, sans = t.agent("59").client(), t.sans_habilitation().client(finalite=None)
    for client in (inspectrice, sans):
        refus = client.get(f"{NORD}/export.csv", params)
        assert refus.status_code == 400
        assert "avec une finalité et un motif" in refus.content.decode()
    assert Consultation.objects.count() == 0
    page = inspectrice.get(f"{NORD}/etablissements", params).content.decode()
    assert ("/export.csv" in page) is ("colonnes" in params)
    assert "/export.csv?colonnes" not in page
    assert f"{NORD}/fichiers?" in page


def test_a_value_that_no_filter_knows_gives_no_file(peuple: None) -> None:
    """Rather than every establishment."""
    assert t.agent("59").client().get(f"{NORD}/export.csv", {"au_moins": "zz"}).status_code == 400


def test_only_open_filters_are_followed(peuple: None) -> None:
    client = t.agent("59").client()
    page = client.get(f"{NORD}/etablissements", {"naf": "F"}).content.decode()
    assert "/suivis/recherche?vue=etablissements&amp;departement=59&amp;naf=F" in page
    assert "/suivis/recherche" not in client.get(NORD, {"pse": "oui"}).content.decode()


def test_choosing_a_territory_leads_to_it(peuple: None) -> None:
    client = t.agent("59").client()
    assert client.get("/territoire", {"departement": "59"}).headers["Location"] == NORD
    assert client.get("/territoire", {"lieu": "Lens"}).headers["Location"] == "/territoire/commune/62498"
    assert client.get("/territoire", {"lieu": "zzzz"}).status_code == 400
    assert f'href="{NORD}"' in client.get("/territoire").content.decode()
