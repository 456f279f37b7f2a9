"""Open and deposited data sets go into the database whole: the real files there are (samples: ``tests/kit``)."""

from pathlib import Path

import pytest
from django.conf import settings

from fce.imports import services
from fce.sources import registre
from tests.imports.chargement.outils import comptes, lignes

pytestmark = pytest.mark.django_db(transaction=True)

REELS = {
    "bodacc": ("bodacc/RCS-A_BXA20210005.xml", 369),
    "rna": ("rna/rna_waldec_sample_dpt_976.csv", 3),
    "ratios-financiers": ("ratios_financiers/ratios_inpi_bce.csv", 1),
}


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
