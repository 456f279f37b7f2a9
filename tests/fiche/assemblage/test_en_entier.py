"""The whole list of one source: pages and order on the server, and the files made of it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from fce.droits.habilitations.lecteur import LecteurDeDonnees
from fce.fiche.assemblage import en_entier
from fce.fiche.formes.contenu import EnTableau
from fce.socle.erreurs import ParametreInvalide
from tests.donnees.entreprises import fabrique as f
from tests.fiche.jeux import SIREN, SIRET
from tests.fiche.test_fraicheur import le
from tests.service.portail.pages import verifier

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("inventees")]


def accords(nombre: int) -> None:
    f.charger(
        "accords-inventes",
        [
            {"siret": SIRET, "dossier": f"A{n:05d}", "signature": date(2000 + n % 26, 1, 1), "salaries": n}
            for n in range(nombre)
        ],
    )


def tableau(numero: str, nom: str, **options: Any) -> EnTableau:
    contenu = en_entier.liste(numero, nom, **options).tableau
    assert contenu is not None
    return contenu


def test_five_thousand_rows_are_read_page_by_page_without_reading_all() -> None:
    accords(5000)
    with CaptureQueriesContext(connection) as requetes:
        page = tableau(SIRET, "accords-inventes", page=3, tri="-salaries")
    assert (page.total, page.page, page.pages, len(page.lignes)) == (5000, 3, 100, 50)
    assert [c.texte for c in page.lignes[0]][-1] == "4\u202f899"
    assert "LIMIT 50 OFFSET 100" in requetes.captured_queries[-1]["sql"] or any(
        "LIMIT 50 OFFSET 100" in r["sql"] for r in requetes.captured_queries
    )


def test_sorting_goes_both_ways_and_only_by_a_column_that_is_shown() -> None:
    accords(30)
    assert [c.texte for c in tableau(SIRET, "accords-inventes", tri="salaries").lignes[0]][-1] == "0"
    assert [c.texte for c in tableau(SIRET, "accords-inventes", tri="-salaries").lignes[0]][-1] == "29"
    for tri in ("inconnue", "-ligne", "salaries; DROP TABLE x", '"'):
        with pytest.raises(ParametreInvalide):
            en_entier.liste(SIRET, "accords-inventes", tri=tri)


def test_the_list_of_the_company_stays_by_establishment() -> None:
    f.lieux(*(f.lieu(SIREN, n, libelle_commune=f"VILLE {n}") for n in range(1, 80)))
    f.charger(
        "accords-inventes",
        [{"siret": f.siret_no(SIREN, n), "dossier": "A", "salaries": n} for n in range(1, 80) for _ in "ab"],
    )
    page = tableau(SIREN, "accords-inventes", page=2, tri="salaries")
    assert (page.total, page.pages, len(page.lignes)) == (79, 2, 29)
    assert [c.texte for c in page.lignes[0]][2:5] == ["VILLE 51", "2", "102"]


def test_the_list_of_a_source_with_a_rule_obeys_the_rule() -> None:
    lecteur = LecteurDeDonnees(maintenant=datetime(2026, 11, 25, 11, tzinfo=UTC))
    page = tableau(SIREN, "decisions-inventees", tri="heures", lecteur=lecteur)
    assert [ligne[1].texte for ligne in page.lignes] == ["D2", "D1"]


def test_a_page_beyond_the_last_breaks_nothing(client: Client) -> None:
    for page in ("99", "0", "-1", "²", "9" * 50):
        assert client.get(f"/etablissement/{SIRET}/accords-inventes?page={page}").status_code == 200


def test_the_page_and_the_fragment(client: Client) -> None:
    accords(120)
    adresse = f"/etablissement/{SIRET}/accords-inventes"
    html = client.get(f"{adresse}?tri=-salaries").content.decode()
    page = verifier(html)
    assert f"{adresse}?tri=-salaries&page=2" in page.liens
    assert 'aria-sort="descending"' in html
    fragment = client.get(adresse, headers={"hx-request": "true", "hx-target": "liste-accords-inventes"})
    assert "<html" not in fragment.content.decode()
    assert "HX-Target" in fragment["Vary"]


def test_what_is_not_a_source_remains_a_badly_written_number(client: Client) -> None:
    for adresse in (f"/entreprise/{SIREN}/x", f"/etablissement/{SIRET}/sirene-doublons", f"/entreprise/{SIREN}/x.csv"):
        assert client.get(adresse).status_code in (400, 404)


def test_the_csv_gives_each_fact_as_it_is(client: Client) -> None:
    reponse = client.get(f"/entreprise/{SIREN}/accords-inventes.csv")
    lignes = b"".join(reponse).decode("utf-8-sig").splitlines()
    assert lignes[0] == "SIRET;Dossier;Signature;Salariés couverts"
    assert sorted(lignes[1:])[0] == f"{SIRET};A1;01/03/2024;10"
    assert len(lignes) == 4


def test_the_csv_never_writes_a_formula(client: Client) -> None:
    f.charger("accords-inventes", [{"siret": SIRET, "dossier": "=HYPERLINK(1)"}])
    csv = b"".join(client.get(f"/entreprise/{SIREN}/accords-inventes.csv")).decode("utf-8-sig")
    assert ";'=HYPERLINK(1);" in csv


def classeur(client: Client, adresse: str) -> dict[str, list[list[Any]]]:
    octets = b"".join(client.get(f"{adresse}/export.xlsx"))
    livre = openpyxl.load_workbook(BytesIO(octets))
    return {feuille.title: [[c for c in rangee if c is not None] for rangee in feuille.values] for feuille in livre}


def test_the_workbook_has_a_tab_per_heading_and_its_sources_first(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    le(monkeypatch, date(2026, 11, 25))
    feuilles = classeur(client, f"/entreprise/{SIREN}")
    assert list(feuilles)[:3] == ["Sources", "Identité", "Établissements"]
    assert list(feuilles)[-1] == "Agréments et labels"
    sources = feuilles["Sources"]
    assert ["Finalité", "Consultation des données ouvertes, sans connexion"] in sources
    dates = [datetime(2026, 10, 31), datetime(2026, 11, 2)]
    assert ["Decisions inventees", "OI", "Essai", *dates, "Données", "Toute l'entreprise"] in sources
    assert [SIRET, "Ouvert", "LILLE", 2, 40, datetime(2026, 3, 1)] in feuilles["Relations de travail"]
    assert ["SIREN", SIREN] in feuilles["Identité"]
    assert [50000, 2019, "contact@exemple.fr"] in feuilles["Dirigeants"]
    assert list(classeur(client, f"/etablissement/{SIRET}"))[:2] == ["Sources", "Identité"]


def test_the_workbook_gives_all_the_rows(client: Client) -> None:
    f.charger("accords-inventes", [{"siret": SIRET, "dossier": f"A{n}", "salaries": Decimal(n)} for n in range(300)])
    lignes = classeur(client, f"/etablissement/{SIRET}")["Relations de travail"]
    assert sum(str(ligne[0]).startswith("A") for ligne in lignes if ligne) >= 300
