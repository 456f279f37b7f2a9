"""No failure of one source takes down the sheet: its bloc says so in French, and the rest is there, on each surface."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from io import BytesIO
from typing import Any

import openpyxl  # type: ignore[import-untyped]
import pytest
from django.db import connection
from django.test import Client

from fce.socle.base import branches
from fce.sources.declaration import Source
from fce.sources.presentation import Alarme, ParEtablissement, Pliage, Tableau, Tuile
from tests.donnees.entreprises import fabrique as f
from tests.fiche import jeux
from tests.fiche.jeux import SIREN, SIRET
from tests.pannes import lever
from tests.service.portail.pages import verifier

pytestmark = pytest.mark.django_db
SOURCE = "decisions-inventees"
PHRASE = "Decisions inventees : source momentanément indisponible (OI, Essai)."


def surfaces(client: Client) -> Iterable[tuple[str, str, str, Mapping[str, Any]]]:
    """(page, texts of the workbook, sentence of the source in the workbook, source in the API) of both sheets."""
    for genre, numero in (("entreprise", SIREN), ("etablissement", SIRET)):
        reponse = client.get(f"/{genre}/{numero}/tout")
        assert reponse.status_code == 200
        html = reponse.content.decode()
        verifier(html)
        export = client.get(f"/{genre}/{numero}/export.xlsx")
        assert export.status_code == 200
        classeur = openpyxl.load_workbook(BytesIO(b"".join(export)))
        rangs = [rang for feuille in classeur for rang in feuille.values]
        phrase = next(rang[7] for rang in classeur["Sources"].values if rang[0] == "Decisions inventees")
        api = client.get(f"/api/v1/{genre}s/{numero}")
        assert api.status_code == 200
        sienne = next(s for r in api.json()["rubriques"] for s in r["sources"] if s["source"] == SOURCE)
        yield html, " ".join(str(c) for rang in rangs for c in rang), phrase, sienne


def verifier_la_panne(client: Client) -> None:
    """The bloc says it, everywhere; the others are there."""
    for html, classeur, phrase, api in surfaces(client):
        assert PHRASE in html
        assert phrase == PHRASE
        assert (api["etat"], api["message"], api["lignes"]) == ("indisponible", PHRASE, [])
        for autre in ("Labels inventes", "Salariés couverts", "VERGERS DU NORD"):
            assert autre in html
            assert autre in classeur


@pytest.fixture(autouse=True)
def declarees(monkeypatch: pytest.MonkeyPatch) -> dict[str, Source]:
    connues = jeux.jeux()
    jeux.installer(monkeypatch, connues.values())
    jeux.peupler()
    return connues


def sql(*requetes: str) -> None:
    with connection.cursor() as curseur:
        for requete in requetes:
            curseur.execute(requete)


def test_the_view_is_missing(client: Client) -> None:
    sql("DROP VIEW decisions_inventees")
    verifier_la_panne(client)
    liste = client.get(f"/etablissement/{SIRET}/{SOURCE}")
    assert liste.status_code == 503
    assert "ne peut pas être lue pour le moment" in liste.content.decode()


def test_a_column_has_disappeared(client: Client) -> None:
    sql("DROP VIEW decisions_inventees", "CREATE VIEW decisions_inventees AS SELECT 'x'::text AS siret")
    verifier_la_panne(client)


def test_the_query_exceeds_its_timeout(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    colonnes = ", ".join(f"NULL::text AS {c}" for c in ("dossier", "motif", "lieu", "acheteur"))
    sql(
        "DROP VIEW decisions_inventees",
        f"CREATE VIEW decisions_inventees AS SELECT 1::bigint AS ligne, '{SIRET}'::text AS siret, {colonnes}, "
        "NULL::date AS jour_decision, NULL::numeric AS heures FROM pg_sleep(2)",
        "SET LOCAL statement_timeout = '400ms'",
    )
    monkeypatch.setattr(branches, "DELAI_PAR_BRANCHE", "200ms")
    verifier_la_panne(client)


@pytest.mark.parametrize(
    "valeurs",
    [
        {"jour_decision": "infinity"},
        {"jour_decision": "0044-03-15 BC"},
        {"jour_decision": date(2026, 10, 6), "heures": Decimal("NaN")},
    ],
    ids=["date-sans-fin", "date-avant-notre-ere", "nombre-impossible"],
)
def test_a_row_is_corrupted(client: Client, valeurs: dict[str, Any]) -> None:
    f.charger(SOURCE, [{"siret": SIRET, "dossier": "D1", "jour_decision": date(2026, 10, 5), "heures": 1}])
    colonnes, marques = ", ".join(valeurs), ", ".join(["%s"] * len(valeurs))
    with connection.cursor() as curseur:
        curseur.execute("SELECT pg_get_viewdef('decisions_inventees'::regclass)")
        table = curseur.fetchone()[0].split("FROM ")[1].split(";")[0].strip()
        curseur.execute(
            f"INSERT INTO {table} (ligne, siret, dossier, {colonnes}) VALUES (9, %s, 'D9', {marques})",
            [SIRET, *valeurs.values()],
        )
    verifier_la_panne(client)


_casse = lever(ZeroDivisionError("le dossier D1 de l'établissement"))


@pytest.mark.parametrize(
    "options",
    [
        {"selection": _casse},
        {"selection": lambda lignes, jour: None},
        {"presentation": Tableau(pliage=Pliage(_casse, {"annee": "Année"}))},
    ],
    ids=["selection", "rien", "pliage"],
)
def test_a_rule_fails(
    client: Client,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    declarees: dict[str, Source],
    options: dict[str, Any],
) -> None:
    base = {"tuile": Tuile("Heures", jeux.heures), "presentation": declarees[SOURCE].presentation}
    cassee = jeux.declarer(SOURCE, jeux.Decision, "mutations-economiques", **(base | options))
    jeux.installer(monkeypatch, (declarees | {SOURCE: cassee}).values())
    verifier_la_panne(client)
    assert "D1" not in caplog.text


def test_an_impossible_grouping_costs_only_its_block(
    client: Client, monkeypatch: pytest.MonkeyPatch, declarees: dict[str, Source]
) -> None:
    cassee = jeux.declarer(
        SOURCE,
        jeux.Decision,
        "mutations-economiques",
        selection=lambda lignes, jour: [{**x, "siret": ["?"]} for x in lignes],
        regroupement=ParEtablissement(derniere="jour_decision"),
    )
    jeux.installer(monkeypatch, (declarees | {SOURCE: cassee}).values())
    html = client.get(f"/entreprise/{SIREN}/tout").content.decode()
    assert PHRASE in html
    assert "Salariés couverts" in html


@pytest.mark.parametrize("resume", ["tuile", "alarme"])
def test_a_failing_summary_leaves_the_block(
    client: Client, monkeypatch: pytest.MonkeyPatch, declarees: dict[str, Source], resume: str
) -> None:
    options = {"tuile": Tuile("Heures", _casse)} if resume == "tuile" else {"alarme": Alarme(_casse)}
    cassee = jeux.declarer(SOURCE, jeux.Decision, "mutations-economiques", **options)
    jeux.installer(monkeypatch, (declarees | {SOURCE: cassee}).values())
    for html, _, _, api in surfaces(client):
        assert "Date de décision" in html
        assert api["etat"] == "donnees"


def test_a_failing_link_leaves_the_block(client: Client) -> None:
    html = client.get(f"/etablissement/{SIRET}/tout").content.decode()
    assert "https://exemple.fr/notice/D1" in html


def test_with_all_sources_down_the_sheet_remains(client: Client, declarees: dict[str, Source]) -> None:
    sql(*(f"DROP VIEW {s.vue}" for s in declarees.values()), "DROP VIEW sirene_successions")
    for adresse in (f"/entreprise/{SIREN}/tout", f"/etablissement/{SIRET}/tout"):
        reponse = client.get(adresse)
        assert reponse.status_code == 200
        assert "VERGERS DU NORD" in reponse.content.decode()
