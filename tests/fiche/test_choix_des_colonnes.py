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
from tests.entreprises import fabrique as f
from tests.fiche import jeux
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


def entetes(html: str) -> list[str]:
    return [unescape(re.sub("<[^>]+>", "", x)) for x in re.findall(r'<th scope="col".*?</th>', html)]


def cochees(html: str) -> list[str]:
    return re.findall(r'name="colonnes" value="(\w+)"[^>]* checked', html)


def test_sans_choix_toutes_les_colonnes_sont_la_et_leurs_cases_cochees(client: Client) -> None:
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
def test_le_choix_ne_laisse_que_ce_qui_est_demande_et_ce_qui_ne_se_cache_pas(
    client: Client, params: str, attendues: list[str]
) -> None:
    html = client.get(LISTE + params).content.decode()
    assert entetes(html) == attendues
    premiere = re.search(r"<tbody><tr>(.*?)</tr>", html, re.S)
    assert premiere
    assert premiere[1].count("<td") == len(attendues)


def test_trier_et_tourner_la_page_gardent_le_choix(client: Client) -> None:
    html = client.get(LISTE + "?colonnes=&colonnes=salaries&tri=-salaries").content.decode()
    liens = {unescape(x) for x in re.findall(rf'href="({LISTE}\?[^"]+)"', html)}
    assert len(liens) >= 3
    for lien in liens:
        assert parse_qs(urlsplit(lien).query, keep_blank_values=True)["colonnes"] == ["", "salaries"], lien
    suite = next(x for x in liens if "page=2" in x)
    page = client.get(suite).content.decode()
    assert entetes(page) == ["Dossier", "Salariés couverts"]
    assert "69" in re.sub("<[^>]+>", " ", page.split("<tbody>")[1].split("</tr>")[0])


def test_la_liste_chargee_dans_la_fiche_offre_le_meme_choix(client: Client) -> None:
    fragment = client.get(
        LISTE + "?colonnes=", headers={"HX-Request": "true", "HX-Target": f"liste-{NOM}"}
    ).content.decode()
    assert "<html" not in fragment
    assert entetes(fragment) == ["Dossier"]
    fiche = client.get(f"/etablissement/{SIRET}/tout").content.decode()
    assert f'href="{LISTE}">Choisir les colonnes' in fiche


def test_une_liste_sans_colonne_facultative_n_offre_rien(client: Client) -> None:
    html = client.get(f"/etablissement/{SIRET}/decisions-inventees?colonnes=").content.decode()
    assert 'name="colonnes"' not in html
    assert len(entetes(html)) > 1


def test_une_colonne_facultative_doit_exister() -> None:
    with pytest.raises(ImproperlyConfigured, match="rien"):
        jeux.declarer("faux-jeu", jeux.Accord, "aides", presentation=Tableau(optionnelles=("rien",)))


def test_les_marches_publics_laissent_choisir_cpv_procedure_et_duree() -> None:
    forme = marches_publics.presentation
    assert isinstance(forme, Tableau)
    assert forme.optionnelles == ("cpv", "procedure", "duree")
