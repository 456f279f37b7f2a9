"""A13: one anonymous reader does not hold the threads that write files."""

from __future__ import annotations

from typing import Any

import pytest
from django.conf import settings as reglages
from django.test import Client

from fce.recherche.reponse import exports
from tests.droits.comptes import fabrique

pytestmark = pytest.mark.django_db
CSV, XLSX = "/recherche/export.csv?q=moulin", "/recherche/export.xlsx?q=moulin"
ICI, AILLEURS = "203.0.113.7", "203.0.113.8"


@pytest.mark.parametrize("export", [CSV, XLSX])
def test_a13_beyond_so_many_results_an_anonymous_reader_is_sent_to_the_complete_file(
    client: Client, dix: None, monkeypatch: pytest.MonkeyPatch, export: str
) -> None:
    monkeypatch.setattr(exports, "LIGNES_ANONYMES", 10)
    assert client.get(export).getvalue()
    monkeypatch.setattr(exports, "LIGNES_ANONYMES", 9)
    refus = client.get(export)
    assert refus.status_code == 400
    assert "/api/v1/fichiers/entreprises.csv" in refus.content.decode()
    assert client.get("/api/v1/fichiers/entreprises.csv").status_code != 404
    assert fabrique.client_de(fabrique.compte()).get(export).getvalue()


def test_a13_an_anonymous_address_has_one_export_written_at_a_time(dix: None, settings: Any) -> None:
    settings.FCE_DEBIT = settings.FCE_DEBIT_FRAGMENTS = 600
    client = Client()

    def demander(de: str) -> Any:
        return client.get(CSV, REMOTE_ADDR=de)

    en_cours = demander(ICI)
    refus = demander(ICI)
    assert (refus.status_code, refus["Retry-After"]) == (429, "30")
    assert demander(AILLEURS).status_code == 200
    assert len(b"".join(en_cours).splitlines()) == 11
    assert len(b"".join(demander(ICI)).splitlines()) == 11
    # The same subscriber under another of his networks; a file that is only sent is no export.
    abonne = demander("2001:db8:0:1::1")
    assert demander("2001:db8:0:2::1").status_code == 429
    envoye = client.get("/sources/rge/donnees.csv", REMOTE_ADDR="2001:db8:0:2::1")
    assert envoye.status_code != 429
    assert envoye.getvalue()
    b"".join(abonne)
    # The agents of an office go out by one address.
    client.cookies[reglages.SESSION_COOKIE_NAME] = (
        fabrique.client_de(fabrique.compte()).cookies[reglages.SESSION_COOKIE_NAME].value
    )
    agents = [demander(ICI) for _ in range(2)]
    assert [reponse.status_code for reponse in agents] == [200, 200]
