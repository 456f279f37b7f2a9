"""The sample of every data set that is deposited goes through a trial, and gives the bloc of a sheet."""

from __future__ import annotations

from typing import Any

import pytest
from django.template.loader import render_to_string

from fce.donnees.imports.depots import reception
from fce.donnees.imports.depots.services import deposable
from fce.service.portail.essai.services import verifier_essai
from fce.sources import registre
from fce.sources.declaration import Source

pytestmark = pytest.mark.django_db
SOURCES = [s for s in registre.toutes() if deposable(s)]


@pytest.mark.parametrize("source", SOURCES, ids=lambda s: s.nom)
def test_the_sample_of_a_source_gives_a_report_and_a_sheet(source: Source, settings: Any, tmp_path: Any) -> None:
    settings.FCE_DATA_DIR = tmp_path
    exemple = registre.exemple(source)
    with exemple.open("rb") as flux:
        recu = reception.recevoir(flux.read, exemple.stat().st_size, exemple.name, {})
    vu = verifier_essai(source, recu)
    assert vu.rapport["chargees"], vu.rapport
    assert vu.rapport["differences"] is None
    assert not list(reception.racine().iterdir())
    if vu.numero and vu.contenu is not None:
        assert render_to_string("portail/essai/_bloc.html", {"essai": vu, "contenu": vu.contenu, "source": source})
