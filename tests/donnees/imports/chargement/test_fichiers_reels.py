"""Real files of INSEE: every row is accounted for."""

from pathlib import Path

import pytest

from fce.donnees.imports import services
from fce.donnees.imports.models import Import
from fce.sources import registre
from tests.donnees.imports.chargement.outils import comptes
from tests.sql import valeurs

FICHIERS = [
    ("stock_2020", "StockUniteLegale_utf8.csv", "sirene-unites-legales"),
    ("stock_2020", "StockEtablissement_utf8.csv", "sirene-etablissements"),
    ("stock_2020", "StockUniteLegaleHistorique_utf8.csv", "sirene-unites-legales-historique"),
    ("stock_2020", "StockEtablissementHistorique_utf8.csv", "sirene-etablissements-historique"),
    ("stock_2020", "StockEtablissementLiensSuccession_utf8.csv", "sirene-successions"),
    ("stock_2020", "StockEtablissement_utf8_geo.csv", "sirene-etablissements"),
    ("recents", "StockUniteLegale_utf8.csv", "sirene-unites-legales"),
    ("recents", "StockEtablissement_utf8.csv", "sirene-etablissements"),
]


pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize(
    ("dossier", "fichier", "nom"), FICHIERS, ids=[f"{d}-{f.split('.')[0]}" for d, f, _ in FICHIERS]
)
def test_every_row_is_accounted_for(dossier: str, fichier: str, nom: str, dossier_partage: Path) -> None:
    source = registre.source(nom)
    chemin = dossier_partage / "data" / "sirene" / dossier / fichier
    importation = services.importer(source, [chemin])
    lues, chargees, ecartees, _ = comptes(importation)
    assert importation.statut == Import.Statut.EN_PLACE
    assert lues == chemin.read_bytes().rstrip(b"\n").count(b"\n")
    assert ecartees <= 0.05 * lues
    assert source.modele.objects.count() == chargees
    index = valeurs(
        "SELECT indexdef FROM pg_indexes WHERE schemaname = 'generations' AND tablename = %s", [importation.table]
    )
    assert len(index) == 1 + len(source.index)
    assert sum("UNIQUE" in definition for definition in index) == (source.doublons.garder != "tous")
