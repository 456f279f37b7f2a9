"""The data sets of the ministry go into the database: the files that follow one another (samples: ``tests/kit``)."""

from pathlib import Path

import pytest

from fce.donnees.imports import services
from fce.sources import registre
from tests.donnees.imports.chargement.outils import lignes
from tests.sources.catalogue.lectures import exemple_de

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_year_of_posted_workers_rolls_over(tmp_path: Path) -> None:
    source = registre.source("detachement-siren")
    for annee, corps in ((2025, "000001008,12\n"), (2026, "000001008,3\n"), (2026, "000001008,5\n000001016,1\n")):
        fichier = tmp_path / f"ClientsPSI-Siren-{annee}.csv"
        fichier.write_text(f"client_siren,salaries_distincts_{annee}\n{corps}")
        services.importer(source, [fichier], forcer="essai")
    assert sorted(lignes(source, ["annee", "siren", "salaries"])) == [
        (2025, "000001008", 12),
        (2026, "000001008", 5),
        (2026, "000001016", 1),
    ]


def test_the_cases_of_the_former_system_survive_the_new_file(tmp_path: Path) -> None:
    source, exemple = registre.source("rupco-procedures"), exemple_de("rupco-procedures")
    entete = exemple.read_text(encoding="utf-8").splitlines()[0]
    ancien = tmp_path / "ancien.csv"
    ancien.write_text(f"{entete};HISTORIQUE_SI\n9001;PSE;03/02/2015;Clos;000001008;800;;;;In bonis;true\n")
    services.importer(source, [ancien], forcer="reprise de l'ancien système")
    services.importer(source, [exemple], forcer="essai")
    numeros = {numero for (numero,) in lignes(source, ["numero"])}
    assert "9001" in numeros
    assert len(numeros) == 6


def test_past_controls_stay_when_the_file_carries_only_the_last(tmp_path: Path) -> None:
    source = registre.source("wikit-controles")
    for jour in ("18/05/2025", "02/06/2026"):
        fichier = tmp_path / "EtablissementActifsControles.csv"
        fichier.write_text(f"Siret;Date de dernier controle;Propriétaire\n00000100800010;{jour};UC 1\n")
        services.importer(source, [fichier], forcer="essai")
    assert len(lignes(source)) == 2
