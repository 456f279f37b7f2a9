"""The client stands alone, says what the service refuses, and starts again after any death with an equal copy."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from pathlib import Path
from random import Random
from typing import Any

import pytest

from fce.changements import services
from fce.client import CurseurExpire, ErreurFce
from tests.changements.histoire import LIEUX, UNITES, client, importer, publies
from tests.entreprises import fabrique as f
from tests.mort_subite import tuer
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
