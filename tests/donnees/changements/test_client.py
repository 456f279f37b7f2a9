"""The client stands alone, says what the service refuses, and starts again after any death with an equal copy."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from pathlib import Path
from random import Random
from typing import Any

import httpx
import pytest
from django.test import Client

import fce.client
from fce.client import ClientFce, CurseurExpire, ErreurFce
from fce.config import debit
from fce.donnees.changements import services
from tests.donnees.changements.histoire import Transport, client, importer, publies
from tests.donnees.entreprises import fabrique as f
from tests.mort_subite import tuer
from tests.recherche.repertoire import LIEUX, UNITES
from tests.recherche.univers import Univers

LECTEUR = """
import json, sqlite3, sys
from fce.client import ClientFce, appliquer
adresse, base = sys.argv[1:]
copie = sqlite3.connect(base, isolation_level=None)
copie.execute("CREATE TABLE IF NOT EXISTS faits (siren TEXT PRIMARY KEY, faits TEXT)")
copie.execute("CREATE TABLE IF NOT EXISTS lu (id INTEGER PRIMARY KEY, curseur TEXT)")
curseur = (copie.execute("SELECT curseur FROM lu").fetchone() or [""])[0]
print("parti", flush=True)
with ClientFce(adresse) as fce:
    for page in fce.pages_du_flux(curseur, taille=7):
        for c in page.changements:
            tenu = copie.execute("SELECT faits FROM faits WHERE siren = ?", [c.siren]).fetchone()
            un = {c.siren: json.loads(tenu[0])} if tenu else {}
            appliquer(un, c)
            copie.execute("DELETE FROM faits WHERE siren = ?", [c.siren])
            for siren, faits in un.items():
                copie.execute("INSERT INTO faits VALUES (?, ?)", [siren, json.dumps(faits)])
        copie.execute("INSERT OR REPLACE INTO lu VALUES (1, ?)", [page.curseur])
"""


def test_the_client_imports_nothing_of_the_service() -> None:
    dit = "import sys, fce.client; print([m for m in sys.modules if m.startswith(('django', 'fce.', 'polars'))])"
    sortie = subprocess.run([sys.executable, "-c", dit], capture_output=True, text=True, check=True).stdout
    assert sortie.strip() == "['fce.client']"


@pytest.mark.django_db
def test_the_client_searches_and_reads_a_company_or_says_the_refusal() -> None:
    siren = f.siren_no(1)
    importer({UNITES: [f.unite(siren, denomination="VERGNAUD")], LIEUX: [f.lieu(siren)]})
    with client() as fce:
        assert fce.entreprise(siren)["siren"] == siren
        assert fce.chercher(siren)["resultats"][0]["siren"] == siren
        with pytest.raises(ErreurFce) as refus:
            fce.entreprise("123456789")
    assert (refus.value.statut, refus.value.code) == (400, "identifiant_invalide")


@pytest.mark.django_db
def test_the_client_reads_a_search_whole_a_batch_and_a_nomenclature() -> None:
    univers = Univers()
    sirens = sorted(univers.entreprise(f"VERGNAUD {n}") for n in range(7))
    univers.indexer()
    with client() as fce:
        assert [r["siren"] for r in fce.tout_chercher("vergnaud", taille=2)] == sirens
        lignes = list(fce.lot([*sirens * 150, "x"]))
        assert (len(lignes), lignes[-1].issue, lignes[-1].resultat) == (1051, "invalide", None)
        assert {ligne.resultat["siren"] for ligne in lignes[:-1] if ligne.resultat} == {*sirens}
        assert "naf-rev2" in fce.nomenclatures()
        assert fce.nomenclature("departements")["59"].libelle == "Nord"
        resultats = fce.tout_chercher("vergnaud", taille=2)
        next(resultats)
        univers.indexer()
        with pytest.raises(CurseurExpire):
            list(resultats)


@pytest.mark.django_db
@pytest.mark.parametrize("separateur", ["\u2028", "\u2029", "\x85"])
def test_a_name_with_a_separator_of_lines_does_not_stop_the_feed(separateur: str) -> None:
    siren, nom = f.siren_no(1), f"VERG{separateur}NAUD"
    importer({UNITES: [f.unite(siren, denomination=nom)]})
    services.calculer()
    with client() as fce:
        (recu,) = fce.changements()
    assert recu.donnees[UNITES][0]["denomination"] == nom


# --- Quotas and waits ------------------------------------------------------------------------------------------------


@pytest.fixture
def heure(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """A clock that only the waits of the client advance; the waits, after the hour."""
    settings.FCE_DATA_DIR = tmp_path
    lue = [1_800_000_000.0]

    def attendre(secondes: float) -> None:
        lue[0] += secondes
        lue.append(secondes)

    monkeypatch.setattr(debit, "time", lambda: lue[0])
    monkeypatch.setattr(fce.client, "sleep", attendre)
    monkeypatch.setattr(fce.client, "monotonic", lambda: lue[0])
    return lue


def test_a_field_that_a_later_api_adds_stops_no_client() -> None:
    ligne = {"curseur": "1", "siren": "000000001", "genre": "entree", "complet": True, "date": "2026-12-01", "neuf": 1}
    texte = "\n".join(map(json.dumps, (ligne, {"curseur": "1", "a_jour": True}))) + "\n"
    plus_tard = httpx.MockTransport(lambda _: httpx.Response(200, text=texte))
    with ClientFce("http://plus-tard.example", transport=plus_tard) as fce_:
        assert [c.siren for c in fce_.changements()] == ["000000001"]


@pytest.mark.django_db
def test_five_thousand_numbers_are_answered_within_the_quota(heure: list[float]) -> None:
    importer({UNITES: [f.unite(f.siren_no(1))], LIEUX: [f.lieu(f.siren_no(1))]})
    with ClientFce("http://testserver", transport=Transport("203.0.113.7")) as client_compte:
        assert len(list(client_compte.lot(f.siren_no(n) for n in range(5_000)))) == 5_000
    assert len(heure) > 1


@pytest.mark.django_db
def test_beyond_its_patience_the_client_says_how_long_to_wait(heure: list[float]) -> None:
    with ClientFce("http://testserver", patience_s=0, transport=Transport("203.0.113.7")) as client_compte:
        for _ in range(20):
            client_compte.nomenclatures()
        with pytest.raises(ErreurFce) as refus:
            client_compte.nomenclatures()
    assert refus.value.statut == 429
    assert refus.value.attente
    assert heure[1:] == []


def test_a_service_that_says_no_instant_is_not_asked_again(heure: list[float]) -> None:
    demandes = []

    def ferme(demande: httpx.Request) -> httpx.Response:
        demandes.append(demande)
        return httpx.Response(503)

    with ClientFce("http://testserver", transport=httpx.MockTransport(ferme)) as seul, pytest.raises(ErreurFce):
        seul.nomenclatures()
    assert (len(demandes), heure[1:]) == (1, [])


@pytest.mark.django_db
def test_a_feed_followed_for_ever_does_not_ask_more_than_once_a_second_for_nothing(heure: list[float]) -> None:
    with client() as suivi:
        for attente in (0, 20):
            pages = suivi.pages_du_flux(sans_fin=True, attente=attente)
            for _ in range(4):
                assert next(pages).a_jour
    assert heure[1:] == [1.0] * 3 + [20.0] * 3


def test_a_case_without_a_purpose_is_sent_for_the_service_to_refuse() -> None:
    recues = []

    def noter(demande: httpx.Request) -> httpx.Response:
        recues.append(demande.url.params)
        return httpx.Response(200, json={})

    with ClientFce("http://testserver", transport=httpx.MockTransport(noter)) as seul:
        seul.entreprise(f.siren_no(1), reference="PV-2026-1")
        seul.entreprise(f.siren_no(1))
    assert [dict(p) for p in recues] == [{"reference": "PV-2026-1"}, {}]


@pytest.mark.django_db
def test_the_document_says_what_a_batch_and_a_file_count_for() -> None:
    chemins = Client().get("/api/v1/openapi.json").json()["paths"]
    for chemin, verbe in (("/api/v1/lot", "post"), ("/api/v1/fichiers/entreprises.{genre}", "get")):
        assert chemins[chemin][verbe]["summary"].endswith("(compte pour 10 demandes)")


@pytest.mark.epreuve
@pytest.mark.django_db(transaction=True)
def test_a_reader_killed_anywhere_ends_with_a_copy_equal_to_the_source(live_server: Any, tmp_path: Path) -> None:
    hasard, base = Random(7), tmp_path / "copie.sqlite"
    sirens = [f.siren_no(n) for n in range(60)]
    for _ in range(6):
        lignes = [
            f.unite(s, denomination=hasard.choice("ABC"), statut_diffusion=hasard.choice("OOOP"))
            for s in sirens
            if hasard.random() < 0.9
        ]
        importer({UNITES: lignes, LIEUX: [f.lieu(s, enseigne_1=hasard.choice("ABC")) for s in sirens]})
        services.calculer()
        for _ in range(3):
            tuer(LECTEUR, live_server.url, str(base), apres=hasard.random())
    subprocess.run([sys.executable, "-c", LECTEUR, live_server.url, str(base)], check=True, capture_output=True)
    with sqlite3.connect(base) as copie:
        assert {s: json.loads(lus) for s, lus in copie.execute("SELECT siren, faits FROM faits")} == publies()
