"""The list of controlled establishments: distinct, complete, in a file for its owner only, and its making is known."""

import stat
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.urls import get_resolver
from structlog.testing import capture_logs

from fce.donnees.entreprises import signaux_faibles
from fce.donnees.imports.services import retablir_les_vues
from fce.sources import registre
from tests.donnees.publication.test_catalogue import remplir
from tests.sources.fabrique import avec_cle

pytestmark = pytest.mark.django_db
SIRENS = [avec_cle(f"{n:08d}") for n in range(10101010, 10101018)]
SIRETS = [avec_cle(siren + "0001") for siren in SIRENS]


@pytest.fixture
def controles() -> list[str]:
    """Controls of each body, one establishment seen by two, one case of a whole company, two false visits."""
    hier = date.today() - timedelta(days=1)
    remplir("wikit_controles", {"siret": SIRETS[0], "date": hier}, {"siret": SIRETS[1], "date": hier})
    remplir("sora_controles", {"siret": SIRETS[1], "date": hier})
    remplir("sparc_metrologie", {"siret": SIRETS[2], "date": hier})
    remplir(
        "eos_visites",
        {"siret": SIRETS[3], "date": date(2026, 3, 2)},
        {"siret": SIRETS[6], "date": date(2025, 12, 31)},
        {"siret": SIRETS[7], "date": date.today() + timedelta(days=9)},
    )
    remplir(
        "mdf_controles",
        {"numero": "1", "siren": SIRENS[4], "siret": SIRETS[4]},
        {"numero": "2", "siren": SIRENS[5], "siret": None},
        {"numero": "3", "siren": SIRENS[6], "siret": None},
    )
    remplir("sirene_unites_legales", {"siren": SIRENS[5], "nic_siege": SIRETS[5][9:]})
    retablir_les_vues([registre.source(nom) for nom in (*signaux_faibles.SOURCES_DE_CONTROLE, "sirene-unites-legales")])
    return sorted(SIRETS[:6])


def test_each_controlled_establishment_is_listed_once(controles: list[str]) -> None:
    assert list(signaux_faibles.sirets()) == controles


def test_the_file_is_for_its_owner_and_the_journal_says_who_made_it(controles: list[str], tmp_path: Path) -> None:
    sortie = tmp_path / "liste.csv"
    with capture_logs() as dits:
        call_command("export", "signaux-faibles", sortie=sortie)
    assert sortie.read_text().splitlines() == ["siret", *controles]
    assert stat.S_IMODE(sortie.stat().st_mode) == 0o600
    assert [f.name for f in tmp_path.iterdir()] == ["liste.csv"]
    (dit,) = [d for d in dits if d["event"] == "export"]
    assert (dit["liste"], dit["lignes"], dit["absentes"]) == ("signaux-faibles", 6, [])
    assert len(dit["empreinte"]) == 64
    assert dit["par"]
    assert not any(siret in str(dit) for siret in controles)


def test_without_a_file_it_goes_to_the_standard_output(controles: list[str], capsys: Any) -> None:
    call_command("export", "signaux-faibles")
    assert capsys.readouterr().out.splitlines() == ["siret", *controles]


def test_a_missing_source_is_said(capsys: Any) -> None:
    call_command("export", "signaux-faibles")
    lu = capsys.readouterr()
    assert lu.out == "siret\n"
    assert "jamais importées : wikit-controles" in lu.err


def test_a_folder_that_does_not_exist_is_said(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="ne peut pas être écrit"):
        call_command("export", "signaux-faibles", sortie=tmp_path / "nulle" / "part.csv")


def test_no_page_gives_it() -> None:
    assert "signaux" not in str(get_resolver().reverse_dict)
