"""Filters of a territory that only the index of the search knows, alone or crossed with the facts of the table."""

from __future__ import annotations

import re
from typing import Any

import pytest

from fce.droits.journal.models import Consultation
from fce.ensembles.territoires import selection
from fce.recherche import services
from tests.donnees.entreprises import fabrique as f
from tests.ensembles.territoires import fabrique as t
from tests.ensembles.territoires.test_page_des_exceptions import NORD as EXCEPTIONS, lignes, lire as lire_les_exceptions
from tests.ensembles.territoires.test_territoire import NORD, lire

pytestmark = pytest.mark.django_db
TOUTES = [t.GRANDE, t.MOYENNE, t.PETITE]


@pytest.fixture
def indexe() -> None:
    t.peupler()
    f.charger(
        "rne-dirigeants",
        [
            {"siren": siren, "rang": rang, "nom": "MARIVAULT", "prenoms": "Paul"}
            for rang, siren in enumerate((t.MOYENNE, t.VOISINE, t.MASQUEE), 1)
        ],
    )
    f.charger(
        "rge",
        [
            {"siret": t.siret(siren), "code_qualification": f"Q{siren}", "certificat": "QUALIBAT"}
            for siren in (t.GRANDE, t.PETITE, t.LOIN)
        ],
    )
    services.indexer(forcer=True)


@pytest.mark.parametrize(
    ("chemin", "params", "attendus"),
    [
        (NORD, {"q": "entreprise"}, TOUTES),
        (NORD, {"q": "entreprise 2"}, [t.MOYENNE]),
        (NORD, {"q": "entreprise", "pse": "oui"}, [t.GRANDE]),
        (NORD, {"label": "rge", "mortels": "oui"}, [t.PETITE]),
        (NORD, {"label": "rge", "naf": "F", "tri": "salaries"}, [t.PETITE]),
        (NORD, {"q": "introuvable"}, []),
        ("/territoire/unite-controle/059U01/etablissements", {"label": "rge"}, [t.GRANDE]),
    ],
)
def test_what_the_index_finds_is_crossed_with_the_territory_and_its_facts(
    indexe: None, chemin: str, params: dict[str, str], attendus: list[str]
) -> None:
    assert list(lire(t.agent("59").client(), chemin, **params)) == attendus


def test_a_masked_person_is_found_by_no_word_there(indexe: None) -> None:
    client = t.agent("59").client()
    for params in ({"q": "martreneuf"}, {"dirigeant": "marivault"}, {"q": t.MASQUEE}):
        page = client.get(NORD, params).content.decode()
        assert t.siret(t.MASQUEE) not in re.sub(r"\s", "", page)
        assert t.MASQUEE not in Consultation.objects.values_list("numero", flat=True)


def test_a_filter_of_the_index_and_a_closed_fact_list_nothing(indexe: None) -> None:
    sans = t.sans_habilitation().client(finalite=None)
    assert lire(sans, label="rge", mortels="oui") == {}
    assert lire(t.agent("59").client(), "/territoire/departement/35/etablissements", label="rge", mortels="oui") == {}
    assert list(lire(sans, label="rge")) == [t.GRANDE, t.PETITE]


def test_figures_and_files_keep_the_same_establishments(indexe: None) -> None:
    client = t.agent("59").client()
    chiffres = re.sub(r"\s+|<[^>]*>", " ", client.get(f"{EXCEPTIONS}/chiffres", {"label": "rge"}).content.decode())
    assert re.search(r"Total\s+2\s", chiffres)
    fichier = client.get(f"{EXCEPTIONS}/export.csv", {"label": "rge"}).getvalue().decode("utf-8-sig")
    assert [siren for siren in TOUTES if t.siret(siren) in fichier] == [t.GRANDE, t.PETITE]


def test_exceptions_are_those_of_what_the_index_finds(indexe: None) -> None:
    client = t.agent("59").client()
    for choix, attendues in (
        ({"q": "entreprise 3"}, [t.PETITE]), ({"label": "rge"}, [t.PETITE, t.GRANDE]), ({"q": "introuvable"}, []),
    ):  # fmt: skip
        page = lire_les_exceptions(client, EXCEPTIONS, depuis="tout", **choix)
        assert lignes(page) == [t.siret(siren) for siren in attendues]


def test_too_many_say_so_and_a_missing_index_too(indexe: None, monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    client = t.agent("59").client()
    monkeypatch.setattr(selection, "FENETRE", 1)
    refus = client.get(NORD, {"label": "rge"})
    assert refus.status_code == 400
    assert "ajoutez un filtre" in refus.content.decode()
    monkeypatch.undo()
    settings.FCE_INDEX_DIR = settings.FCE_INDEX_DIR / "absent"
    assert client.get(NORD, {"label": "rge"}).status_code == 503
    assert list(lire(client)) == TOUTES
