"""Open and deposited data sets go into the database whole: examples, and the real files there are."""

import inspect
from pathlib import Path

import pytest
from django.conf import settings

from fce.imports import services
from fce.imports.models import Import
from fce.sources import registre
from fce.sources.declaration import Source
from tests.imports.chargement.outils import comptes, lignes

pytestmark = pytest.mark.django_db(transaction=True)

PRODUCTEURS = (
    *("acheteurs", "ademe", "bdf", "commission_europeenne", "dgcl", "dgddi", "dgfip", "dila", "finances", "inpi"),
    *("interieur", "msa", "urssaf"),
)
REELS = {
    "bodacc": ("bodacc/RCS-A_BXA20210005.xml", 369),
    "rna": ("rna/rna_waldec_sample_dpt_976.csv", 3),
    "ratios-financiers": ("ratios_financiers/ratios_inpi_bce.csv", 1),
}


def dossier(source: Source) -> Path:
    return Path(inspect.getfile(source.modele)).parent


SOURCES = [s for s in registre.toutes() if dossier(s).parent.name in PRODUCTEURS]


@pytest.mark.parametrize("source", SOURCES, ids=lambda s: s.nom)
def test_the_example_is_imported_twice_and_nothing_moves(source: Source) -> None:
    exemples = list(dossier(source).glob("exemple.*"))
    premiers = services.importer(source, exemples)
    assert premiers.statut == Import.Statut.EN_PLACE
    assert comptes(premiers)[2] == 0
    avant = lignes(source)
    assert len(avant) == comptes(premiers)[1] >= 5
    services.importer(source, exemples, forcer="essai")
    assert lignes(source) == avant


@pytest.mark.parametrize("nom", REELS)
def test_every_real_row_is_accounted_for(nom: str) -> None:
    fichier, attendues = REELS[nom]
    chemin = Path(settings.FCE_SHARED_DIR) / "data" / fichier
    if not chemin.is_file():
        pytest.skip(f"fichier de référence absent ({chemin}) : réglez FCE_SHARED_DIR")
    source = registre.source(nom)
    importation = services.importer(source, [chemin], forcer="essai")
    lues, chargees, ecartees, _ = comptes(importation)
    assert (lues, chargees, ecartees) == (attendues, attendues, 0)
    assert len(lignes(source)) == attendues
