"""A source that is late, or of which the last file was refused, says so wherever it is shown."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from typing import Any

import openpyxl  # type: ignore[import-untyped]
import pytest
from django.http import HttpRequest
from django.test import Client

from fce.donnees.imports.models import Import, VersionEnPlace
from fce.droits.habilitations.finalites import Droit
from fce.droits.habilitations.lecteur import LecteurDeDonnees
from fce.fiche import views
from fce.socle.texte import paris
from fce.sources.presentation import Tableau
from tests.donnees.entreprises import fabrique as f
from tests.fiche import jeux
from tests.fiche.jeux import AUTRE, SIREN, SIRET

pytestmark = pytest.mark.django_db
NOM = "accords-inventes"


@pytest.fixture(autouse=True)
def _le_25(inventees: None, monkeypatch: pytest.MonkeyPatch) -> None:
    le(monkeypatch, date(2026, 11, 25))


def le(monkeypatch: pytest.MonkeyPatch, jour: date) -> None:
    """Read on that day."""
    midi = datetime(jour.year, jour.month, jour.day, 11, tzinfo=UTC)

    def lecteur_de(request: HttpRequest, action: Droit = Droit.CONSULTER) -> LecteurDeDonnees:
        return LecteurDeDonnees(action=action, maintenant=midi)

    monkeypatch.setattr(views, "lecteur_de_la_page", lecteur_de)


def refuser(statut: str = Import.Statut.REFUSE, quand: str = "2026-11-20T23:30:00+00:00", source: str = NOM) -> None:
    Import.objects.create(source=source, statut=statut, fin=datetime.fromisoformat(quand))


def html_de(client: Client, numero: str = SIRET) -> str:
    genre = "etablissement" if len(numero) == 14 else "entreprise"
    return client.get(f"/{genre}/{numero}/tout").content.decode()


def test_when_up_to_date_nothing_is_said(client: Client) -> None:
    html = html_de(client)
    assert "en retard" not in html
    assert "refusé" not in html


@pytest.mark.parametrize(("jours", "dit"), [(45, False), (46, True)])
def test_beyond_the_promised_frequency_the_update_is_told_as_late(
    client: Client, monkeypatch: pytest.MonkeyPatch, jours: int, dit: bool
) -> None:
    le(monkeypatch, f.jour_des_fichiers() + timedelta(days=jours))
    attendu = "au 31/10/2026 (importé le 02/11/2026) · <strong>mise à jour en retard</strong>"
    assert (attendu in html_de(client)) is dit


@pytest.mark.parametrize(("jours", "dit"), [(45 + 60, False), (45 + 61, True)])
def test_a_file_published_after_the_period_it_describes_is_not_therefore_late(
    client: Client, monkeypatch: pytest.MonkeyPatch, jours: int, dit: bool
) -> None:
    accords = jeux.declarer(
        NOM,
        jeux.Accord,
        "relations-travail",
        presentation=Tableau(tri="-signature"),
        date_metier="signature",
        parution=60,
    )
    jeux.installer(monkeypatch, [*(s for n, s in jeux.jeux().items() if n != NOM), accords])
    # Its producer goes on sending files: only the age of the data counts.
    Import.objects.update(fin=datetime(2027, 1, 31, 8, tzinfo=UTC))
    le(monkeypatch, f.jour_des_fichiers() + timedelta(days=jours))
    html = client.get(f"/etablissement/{SIRET}/{NOM}").content.decode()
    assert ("mise à jour en retard" in html) is dit
    page = client.get(f"/sources/{NOM}").content.decode().replace("\xa0", " ").replace("\u202f", " ")
    assert "en retard après 45 jours sans nouveau fichier, ou des données de plus de 105 jours, dont 60 jours" in page


def test_an_empty_block_says_so_too(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    le(monkeypatch, date(2027, 1, 15))
    f.charger(NOM, [{"siret": AUTRE, "dossier": "A1", "signature": date(2024, 3, 1)}])
    html = html_de(client)
    assert "(OI, Essai — au 31/10/2026). Attention : mise à jour en retard." in html


@pytest.mark.parametrize("statut", [Import.Statut.REFUSE, Import.Statut.ECHOUE])
def test_the_last_refused_file_is_told_with_its_day_in_paris(client: Client, statut: str) -> None:
    refuser(statut)
    assert "<strong>dernier import refusé le 21/11/2026</strong>" in html_de(client)
    assert "<strong>dernier import refusé le 21/11/2026</strong>" in html_de(client, SIREN)


def test_an_import_that_succeeded_since_clears_the_refusal(client: Client) -> None:
    refuser()
    f.charger(NOM, [{"siret": SIRET, "dossier": "A1", "signature": date(2024, 3, 1)}])
    assert "refusé" not in html_de(client)


def test_a_source_never_imported_whose_first_file_is_refused_says_so(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    nouvelle = jeux.declarer("nouveau-jeu", jeux.Label, "agrements-labels")
    jeux.installer(monkeypatch, [*jeux.jeux().values(), nouvelle])
    refuser(source="nouveau-jeu")
    assert "source pas encore importée (OI, Essai). Attention : dernier import refusé le 21/11/2026." in html_de(client)


def test_the_workbook_and_the_api_say_so(client: Client) -> None:
    refuser()
    classeur = openpyxl.load_workbook(BytesIO(b"".join(client.get(f"/etablissement/{SIRET}/export.xlsx"))))
    rang = next(r for r in classeur["Sources"].values if r[0] == "Accords inventes")
    assert rang[5] == "Dernier import refusé le 21/11/2026"
    api = client.get(f"/api/v1/etablissements/{SIRET}").json()
    par_source: Mapping[str, Any] = {s["source"]: s for r in api["rubriques"] for s in r["sources"]}
    assert (par_source[NOM]["refuse_le"], par_source["labels-inventes"]["refuse_le"]) == ("2026-11-21", None)


def test_the_list_tells_the_delay(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    le(monkeypatch, date(2027, 1, 15))
    assert "mise à jour en retard" in client.get(f"/etablissement/{SIRET}/{NOM}").content.decode()


INCONNUE = "date de la donnée inconnue, importée le 02/11/2026"


def oublier(nom: str = NOM) -> None:
    Import.objects.filter(source=nom).update(date_metier=None)


def test_t3_an_unknown_date_is_told_everywhere_and_never_invented(client: Client) -> None:
    oublier()
    assert f"OI · Essai (Accords inventes) · {INCONNUE}" in html_de(client)
    assert INCONNUE in client.get(f"/etablissement/{SIRET}/{NOM}").content.decode()
    classeur = openpyxl.load_workbook(BytesIO(b"".join(client.get(f"/etablissement/{SIRET}/export.xlsx"))))
    rang = next(r for r in classeur["Sources"].values if r[0] == "Accords inventes")
    assert rang[3:5] == ("date de la donnée inconnue", datetime(2026, 11, 2))
    api = client.get(f"/api/v1/etablissements/{SIRET}").json()
    sienne = next(s for r in api["rubriques"] for s in r["sources"] if s["source"] == NOM)
    assert sienne["date_metier"] is None
    assert paris.jour_de(datetime.fromisoformat(sienne["date_import"])) == date(2026, 11, 2)
    page = client.get(f"/sources/{NOM}").content.decode()
    assert "date de la donnée inconnue" in page
    assert "31/10/2026" not in page
    jeu = next(j for j in client.get("/sources/catalogue.jsonld").json()["dcat:dataset"] if NOM in j["@id"])
    assert "dct:modified" not in jeu


def test_t3_an_empty_block_a_tile_and_an_alert_say_so(client: Client) -> None:
    for nom in jeux.jeux():
        oublier(nom)
    html = html_de(client) + html_de(client, SIREN)
    assert f"OI, {INCONNUE}" in html, "tiles and what is folded"
    assert "au 31/10/2026" not in html.replace("au 31/10/2026 (import", "")
    f.charger(NOM, [{"siret": AUTRE, "dossier": "A1", "signature": date(2024, 3, 1)}])
    oublier()
    assert f"(OI, Essai — {INCONNUE})." in html_de(client)


def test_t3_without_a_date_a_source_is_late_when_its_import_is(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is at least as old as its import: late for sure beyond; before, nobody knows."""
    oublier()
    for jours, dit in ((45, False), (46, True)):
        le(monkeypatch, date(2026, 11, 2) + timedelta(days=jours))
        assert (f"{INCONNUE} · <strong>mise à jour en retard</strong>" in html_de(client)) is dit


def test_what_is_imported_between_two_sheets_is_on_the_second_with_its_date(client: Client) -> None:
    """What a process saw in place is what it asks for, never what it shows."""
    VersionEnPlace.objects.filter(source=NOM).delete()
    assert "A1" not in html_de(client)
    f.charger(NOM, [{"siret": SIRET, "dossier": "A1", "signature": date(2024, 3, 1)}])
    Import.objects.filter(source=NOM).update(date_metier=date(2026, 9, 30))
    html = html_de(client)
    assert "A1" in html
    assert "au 30/09/2026" in html
    Import.objects.filter(source=NOM).update(date_metier=date(2026, 10, 31))
    assert "au 30/09/2026" not in html_de(client)
