"""A workbook is written by a thread that serves pages: it stops after so many rows or seconds, and says so."""

import io
from collections.abc import Iterator

import openpyxl  # type: ignore[import-untyped]
import pytest
from django.test import Client

from fce.recherche import exports, selectors
from fce.recherche.requete import Requete
from fce.recherche.selectors import Resultat
from tests.portail import fabriques

pytestmark = pytest.mark.django_db


@pytest.fixture
def dix(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Ten results, in two blocks; the list counts the blocks that were read."""
    lus: list[int] = []

    def parcourir(requete: Requete) -> Iterator[list[Resultat]]:
        for bloc in range(2):
            lus.append(bloc)
            yield [Resultat(fabriques.entreprise(siren=f"00588059{n}")) for n in range(5)]

    monkeypatch.setattr(selectors, "parcourir", parcourir)
    return lus


def lire(client: Client) -> tuple[int, dict[str, object]]:
    """(rows of results, what the sheet « Provenance » says)."""
    reponse = client.get("/recherche/export.xlsx?q=x")
    classeur = openpyxl.load_workbook(io.BytesIO(b"".join(reponse.streaming_content)))
    provenance = {rang[0]: rang[1] for rang in classeur["Provenance"].iter_rows(values_only=True)}
    return classeur["Résultats"].max_row - 1, provenance


def test_au_dela_de_tant_de_lignes_il_s_arrete_et_le_dit(client: Client, dix, monkeypatch) -> None:
    monkeypatch.setattr(exports, "LIGNES_CLASSEUR", 7)
    lignes, provenance = lire(client)
    assert (lignes, provenance["Lignes"]) == (7, 7)
    assert provenance["Attention"] == ("Ce classeur s’arrête à 7 lignes : téléchargez le CSV pour la liste complète.")


def test_au_dela_de_tant_de_secondes_aussi_et_il_ne_lit_plus_rien(client: Client, dix, monkeypatch) -> None:
    monkeypatch.setattr(exports, "SECONDES_CLASSEUR", -1.0)
    lignes, provenance = lire(client)
    assert lignes == 0
    assert "téléchargez le CSV" in str(provenance["Attention"])
    assert dix == [0]


def test_entier_il_n_avertit_de_rien(client: Client, dix) -> None:
    lignes, provenance = lire(client)
    assert lignes == 10
    assert "Attention" not in provenance
