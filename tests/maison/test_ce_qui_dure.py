"""What an upgrade finds in the base or in a backup is recognised, wherever the code that reads it has moved: names of
jobs, seals, pseudonyms."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
from procrastinate.contrib.django import app

from fce.droits.journal.empreintes import sceau_valable
from fce.exploitation.sauvegarde.manifeste import sceau
from fce.service.statistiques import pseudonymes

CLE = "une clé d'essai, longue de plus de trente-deux caractères"


@pytest.fixture(autouse=True)
def une_seule_cle(settings: Any) -> None:
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS, settings.FCE_JOURNAL_CLE = CLE, [], []


def test_a_seal_of_the_journal_is_still_valid() -> None:
    scelle = bytes.fromhex("d38567b3f442532e7be0b40e12fa2ad913b872168a947dd0609563fe39fc574d")
    assert sceau_valable("cd82c8511533", scelle, "2026-12-01", "3")


def test_a_backup_is_still_ours() -> None:
    assert sceau({"version": 1}) == "59f79ce6b4f95ff25d2489f29470dee1e13edc9ab3727e55df86bf52dfb1e9fd"


def test_an_agent_keeps_its_pseudonym() -> None:
    mois: Any = SimpleNamespace(debut=date(2026, 1, 1), fin=date(2027, 2, 1), secret=bytes(32))
    pseudonymes.retenir(mois)
    try:
        assert pseudonymes.pseudonyme("1", date(2026, 6, 1)) == "a173315711854b7ed42f017ed0aa43ba"
    finally:
        pseudonymes.retenir(None)


def test_a_job_has_a_name_of_its_own_not_that_of_its_module() -> None:
    app.perform_import_paths()
    des_notres = [nom for nom, tache in app.tasks.items() if tache.full_path.startswith("fce.")]
    assert des_notres
    assert [nom for nom in des_notres if nom.startswith("fce.")] == []
