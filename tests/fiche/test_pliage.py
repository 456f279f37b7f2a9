"""Rows folded by the rule of their source: one same summary on the page, in the workbook and in the API."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from io import BytesIO
from typing import Any

import openpyxl  # type: ignore[import-untyped]
import pytest
from django.test import Client

from fce.sources.presentation import ParEtablissement, Pliage, Tableau
from tests.donnees.entreprises import fabrique as f
from tests.fiche import jeux
from tests.fiche.jeux import AUTRE, SIREN, SIRET
from tests.pannes import lever
from tests.service.portail.pages import verifier

pytestmark = pytest.mark.django_db


def par_annee(lignes: Sequence[Mapping[str, Any]], aujourd_hui: date) -> list[Mapping[str, Any]]:
    annees = sorted({x["signature"].year for x in lignes if x["signature"]}, reverse=True)
    return [
        {"annee": a, "accords": sum(1 for x in lignes if x["signature"] and x["signature"].year == a)} for a in annees
    ]


@pytest.fixture(autouse=True)
def _accords(monkeypatch: pytest.MonkeyPatch) -> None:
    pliage = Pliage(par_annee, {"annee": "Année", "accords": "Nombre d'accords"})
    options: dict[str, Any] = {"presentation": Tableau(tri="-signature", limite=3, pliage=pliage)}
    jeux.installer(
        monkeypatch,
        [
            jeux.declarer("accords-plies", jeux.Accord, "relations-travail", **options),
            jeux.declarer(
                "accords-regroupes",
                jeux.Accord,
                "relations-travail",
                regroupement=ParEtablissement(derniere="signature"),
                **options,
            ),
        ],
    )
    f.unites(f.unite(SIREN, denomination="VERGERS DU NORD"))
    f.lieux(f.lieu(SIREN, libelle_commune="LILLE", code_commune="59350"), f.lieu(SIREN, 2))
    for nom in ("accords-plies", "accords-regroupes"):
        f.charger(
            nom,
            [
                *({"siret": SIRET, "dossier": f"A{n}", "signature": date(2025, 1 + n % 12, 1)} for n in range(30)),
                {"siret": AUTRE, "dossier": "B1", "signature": date(2026, 3, 1)},
            ],
        )


def section(html: str, nom: str) -> str:
    return html.split(f'id="liste-{nom}"')[0].rsplit("<h3", 1)[1] + html.split(f'id="liste-{nom}"')[1].split("<h3")[0]


def test_the_page_shows_the_summary_and_the_rows_one_click_away(client: Client) -> None:
    html = client.get(f"/etablissement/{SIRET}/tout").content.decode()
    verifier(html)
    bloc = section(html, "accords-plies")
    assert "Nombre d&#x27;accords" in bloc
    assert '<td class="fce-droite" data-libelle="Nombre d&#x27;accords">30</td>' in bloc
    assert "2025" in bloc
    assert "A29" not in bloc
    assert "Voir le détail : 30 lignes" in bloc
    liste = client.get(f"/etablissement/{SIRET}/accords-plies").content.decode()
    assert "A29" in liste
    assert "Nombre d&#x27;accords" not in liste


def test_the_company_has_the_summary_then_its_establishments(client: Client) -> None:
    bloc = section(client.get(f"/entreprise/{SIREN}/tout").content.decode(), "accords-regroupes")
    assert bloc.index("Nombre d&#x27;accords") < bloc.index("Établissement</th>")
    assert "LILLE" in bloc


def test_the_api_and_the_workbook_speak_like_the_page(client: Client) -> None:
    rubriques = client.get(f"/api/v1/entreprises/{SIREN}").json()["rubriques"]
    sienne = next(s for r in rubriques for s in r["sources"] if s["source"] == "accords-plies")
    assert sienne["synthese"]["lignes"] == [{"annee": 2026, "accords": 1}, {"annee": 2025, "accords": 30}]
    assert sienne["synthese"]["champs"][1]["libelle"] == "Nombre d'accords"
    assert len(sienne["lignes"]) == 31
    feuilles = openpyxl.load_workbook(BytesIO(b"".join(client.get(f"/entreprise/{SIREN}/export.xlsx"))))
    rangs = [rang[:2] for rang in feuilles["Relations de travail"].values]
    debut = rangs.index(("Année", "Nombre d'accords"))
    assert rangs[debut + 1 : debut + 3] == [(2026, 1), (2025, 30)]
    assert "A29" in {cellule for rang in feuilles["Relations de travail"].values for cellule in rang}


def test_a_failing_fold_costs_only_its_block(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    pliage = Pliage(lever(KeyError("signature")), {"annee": "Année"})
    jeux.installer(
        monkeypatch,
        [
            jeux.declarer("accords-plies", jeux.Accord, "aides", presentation=Tableau(pliage=pliage)),
            jeux.declarer("accords-regroupes", jeux.Accord, "relations-travail"),
        ],
    )
    html = client.get(f"/etablissement/{SIRET}/tout").content.decode()
    assert "Accords plies : source momentanément indisponible" in html
    assert "A19" in html
