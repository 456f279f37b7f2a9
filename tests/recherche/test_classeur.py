"""A workbook holds every result that a sheet can; a long one keeps a thread busy, so one is written at a time."""

import io

import openpyxl  # type: ignore[import-untyped]
import pytest
from django.test import Client

from fce.recherche.reponse import exports

pytestmark = pytest.mark.django_db


def lire(client: Client) -> tuple[int, dict[str, object]]:
    """(rows of results, what the sheet « Provenance » says)."""
    reponse = client.get("/recherche/export.xlsx?q=moulin")
    classeur = openpyxl.load_workbook(io.BytesIO(b"".join(reponse.streaming_content)))
    provenance = {rang[0]: rang[1] for rang in classeur["Provenance"].iter_rows(values_only=True)}
    return classeur["Résultats"].max_row - 1, provenance


def test_beyond_so_many_rows_the_workbook_stops_and_says_so(client: Client, dix, monkeypatch) -> None:
    monkeypatch.setattr(exports, "LIGNES_CLASSEUR", 7)
    lignes, provenance = lire(client)
    assert (lignes, provenance["Lignes"]) == (7, 7)
    assert provenance["Attention"] == ("Ce classeur s’arrête à 7 lignes : téléchargez le CSV pour la liste complète.")


def test_two_long_workbooks_are_not_written_at_once(client: Client, dix, monkeypatch) -> None:
    monkeypatch.setattr(exports, "GRAND_CLASSEUR", 7)
    with exports._un_grand_a_la_fois:
        reponse = client.get("/recherche/export.xlsx?q=moulin")
    assert reponse.status_code == 503
    assert "réessayez dans quelques minutes, ou téléchargez le CSV" in reponse.content.decode()
    assert lire(client)[0] == 10, "the place is free again"
    assert not exports._un_grand_a_la_fois.locked()


def test_a_short_workbook_does_not_wait_for_a_long_one_to_finish(client: Client, dix, monkeypatch) -> None:
    with exports._un_grand_a_la_fois:
        assert lire(client)[0] == 10


def test_the_workbook_holds_all_that_a_worksheet_contains() -> None:
    assert exports.LIGNES_CLASSEUR == 2**20 - 1


def test_when_whole_the_workbook_warns_of_nothing(client: Client, dix) -> None:
    lignes, provenance = lire(client)
    assert lignes == 10
    assert "Attention" not in provenance
