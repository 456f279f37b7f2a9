"""The reader says which columns a list shows: in the address, without JavaScript, kept by every link of the list."""

from __future__ import annotations

import re
from datetime import date
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.test import Client

from fce.sources.catalogue.acheteurs.marches_publics.source import source as marches_publics
from fce.sources.presentation import Tableau
from tests.donnees.entreprises import fabrique as f
from tests.fiche import jeux
from tests.fiche.fiches import entetes
from tests.fiche.jeux import SIRET

pytestmark = pytest.mark.django_db
NOM = "accords-inventes"
LISTE = f"/etablissement/{SIRET}/{NOM}"
TOUTES = ["Dossier", "Signature", "Salariés couverts"]


@pytest.fixture(autouse=True)
def _jeux(monkeypatch: pytest.MonkeyPatch) -> None:
    accords = jeux.declarer(
        NOM,
        jeux.Accord,
        "relations-travail",
        presentation=Tableau(
            ("dossier", "signature", "salaries"),
            tri="-signature",
            total=("salaries",),
            optionnelles=("signature", "salaries"),
        ),
    )
    jeux.installer(monkeypatch, [*(s for n, s in jeux.jeux().items() if n != NOM), accords])
    jeux.peupler()
    f.charger(
        NOM,
        [
            {"siret": SIRET, "dossier": f"A{n:05d}", "signature": date(2000 + n % 26, 1, 1), "salaries": n}
            for n in range(120)
        ],
    )


def cochees(html: str) -> list[str]:
    return re.findall(r'name="colonnes" value="(\w+)"[^>]* checked', html)


def test_without_a_choice_all_columns_are_there_and_their_boxes_ticked(client: Client) -> None:
    html = client.get(LISTE).content.decode()
    assert entetes(html) == TOUTES
    assert cochees(html) == ["signature", "salaries"]


@pytest.mark.parametrize(
    ("params", "attendues"),
    [
        ("?colonnes=&colonnes=salaries", ["Dossier", "Salariés couverts"]),
        ("?colonnes=", ["Dossier"]),
        ("?colonnes=inconnue&colonnes=%22%3E", ["Dossier"]),
    ],
)
def test_the_choice_leaves_only_what_is_asked_for_and_what_cannot_be_hidden(
    client: Client, params: str, attendues: list[str]
) -> None:
    html = client.get(LISTE + params).content.decode()
    assert entetes(html) == attendues
    premiere = re.search(r"<tbody><tr>(.*?)</tr>", html, re.S)
    assert premiere
    assert premiere[1].count("<td") == len(attendues)


def test_sorting_and_turning_the_page_keep_the_choice(client: Client) -> None:
    html = client.get(LISTE + "?colonnes=&colonnes=salaries&tri=-salaries").content.decode()
    liens = {unescape(x) for x in re.findall(rf'href="({LISTE}\?[^"]+)"', html)}
    assert len(liens) >= 3
    for lien in liens:
        assert parse_qs(urlsplit(lien).query, keep_blank_values=True)["colonnes"] == ["", "salaries"], lien
    suite = next(x for x in liens if "page=2" in x)
    page = client.get(suite).content.decode()
    assert entetes(page) == ["Dossier", "Salariés couverts"]
    assert "69" in re.sub("<[^>]+>", " ", page.split("<tbody>")[1].split("</tr>")[0])


def test_the_list_loaded_in_the_sheet_offers_the_same_choice(client: Client) -> None:
    fragment = client.get(
        LISTE + "?colonnes=", headers={"HX-Request": "true", "HX-Target": f"liste-{NOM}"}
    ).content.decode()
    assert "<html" not in fragment
    assert entetes(fragment) == ["Dossier"]
    fiche = client.get(f"/etablissement/{SIRET}/tout").content.decode()
    assert f'href="{LISTE}">Choisir les colonnes' in fiche


def test_a_list_without_an_optional_column_offers_nothing(client: Client) -> None:
    html = client.get(f"/etablissement/{SIRET}/decisions-inventees?colonnes=").content.decode()
    assert 'name="colonnes"' not in html
    assert len(entetes(html)) > 1


def test_an_optional_column_must_exist() -> None:
    with pytest.raises(ImproperlyConfigured, match="rien"):
        jeux.declarer("faux-jeu", jeux.Accord, "aides", presentation=Tableau(optionnelles=("rien",)))


def test_public_contracts_let_cpv_procedure_and_duration_be_chosen() -> None:
    forme = marches_publics.presentation
    assert isinstance(forme, Tableau)
    assert forme.optionnelles == ("cpv", "procedure", "duree")
