"""``fce journal`` and the jobs of the worker."""

from __future__ import annotations

import stat
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from fce.droits.journal import tasks
from fce.droits.journal.models import Alerte, LectureDuJournal, Purge, Sceau
from fce.droits.journal.services import consigner
from fce.socle.texte.formats import PARIS
from tests.droits.journal.fabrique import MIDI, consultation, sans_garde, siren

pytestmark = pytest.mark.usefixtures("journal")


def test_verifier_says_what_it_has_reread(capsys: pytest.CaptureFixture[str]) -> None:
    consigner([consultation()], MIDI)
    call_command("journal", "verifier")
    assert capsys.readouterr().out == "Le journal est intact : 1 consultation, 1 agent, 0 sceau.\n"


def test_verifier_exits_with_1_and_says_where(capsys: pytest.CaptureFixture[str]) -> None:
    consigner([consultation()], MIDI)
    sans_garde("UPDATE journal.consultation SET finalite = 'autre'")
    with pytest.raises(CommandError) as echec:
        call_command("journal", "verifier")
    assert echec.value.returncode == 1
    assert "Le journal n’est pas intact" in str(echec.value)
    assert "Consultation n° 1, agent agent-1 : son contenu a été changé." in capsys.readouterr().err


def test_o2_an_explained_break_gives_0_again(capsys: pytest.CaptureFixture[str]) -> None:
    consigner([consultation(), consultation()], timezone.now())
    sans_garde("DELETE FROM journal.consultation WHERE id = 1")
    with pytest.raises(CommandError, match="10 caractères au moins"):
        call_command("journal", "expliquer", "--motif", "court")
    call_command("journal", "expliquer", "--motif", "effacée par erreur, incident n° 4")
    assert "2 ruptures expliquées." in capsys.readouterr().out
    call_command("journal", "verifier")
    assert "1 consultation, 1 agent, 0 sceau ; 2 ruptures expliquées, au registre." in capsys.readouterr().out


def test_sceller_seals_once(capsys: pytest.CaptureFixture[str]) -> None:
    consigner([consultation()], timezone.now() - timedelta(days=1))
    call_command("journal", "sceller")
    assert "1 consultation, empreinte " in capsys.readouterr().out
    call_command("journal", "sceller")
    assert capsys.readouterr().out == "Tous les jours finis sont scellés.\n"
    assert Sceau.objects.count() == 1


def test_exporter_writes_a_file_for_its_owner_alone(tmp_path: Path, capsys: Any) -> None:
    consigner([consultation(), consultation(agent="agent-2")], MIDI)
    sortie = tmp_path / "journal.csv"
    call_command("journal", "exporter", "--motif", "demande du délégué", "--agent", "agent-2", "--sortie", str(sortie))
    assert stat.S_IMODE(sortie.stat().st_mode) == 0o600
    assert sortie.read_text("utf-8").count("agent-2") == 1
    assert "agent-1" not in sortie.read_text("utf-8")
    lecture = LectureDuJournal.objects.get()
    assert lecture.lecteur.startswith("commande:")
    assert lecture.agents == ["agent-2"]
    assert "empreinte SHA-256" in capsys.readouterr().out


def test_exporter_filters_by_all_that_the_command_offers(tmp_path: Path) -> None:
    consigner([consultation()], MIDI)
    filtres = {
        "--administration": "00000000000000",
        "--siren": siren(1),
        "--source": "x",
        "--finalite": "x",
        "--surface": "api",
        "--debut": "2026-06-15",
        "--fin": "2026-06-15",
    }
    arguments = [texte for paire in filtres.items() for texte in paire]
    call_command(
        "journal", "exporter", "--motif", "demande du délégué", "--sortie", str(tmp_path / "j.csv"), *arguments
    )
    assert set(LectureDuJournal.objects.get().filtres.values()) == set(filtres.values())


@pytest.mark.parametrize(("motif", "dossier", "code"), [("court", ".", 2), ("demande du délégué", "absent", 1)])
def test_an_impossible_export_is_explained(tmp_path: Path, motif: str, dossier: str, code: int) -> None:
    with pytest.raises(CommandError) as echec:
        call_command("journal", "exporter", "--motif", motif, "--sortie", str(tmp_path / dossier / "j.csv"))
    assert echec.value.returncode == code
    assert not list(tmp_path.iterdir())


def test_the_nightly_job_seals_verifies_and_erases(settings: Any) -> None:
    settings.FCE_JOURNAL_MOIS = 6
    maintenant = timezone.now()
    for jours in (190, 1):
        consigner([consultation()], maintenant - timedelta(days=jours))
    tasks.sceller_journal(timestamp=0)
    # A day is one of Paris, where 190 times 24 hours may cross a change of time.
    premier = (maintenant - timedelta(days=190)).astimezone(PARIS).date()
    assert Sceau.objects.count() == (maintenant.astimezone(PARIS).date() - premier).days
    assert Purge.objects.filter(nombre=1).count() == 1
    assert not Alerte.objects.exists()


def test_the_job_of_each_minute_raises_alerts() -> None:
    consigner([consultation()], timezone.now() - timedelta(days=3))
    tasks.surveiller_journal(timestamp=0)
    assert Alerte.objects.get().genre == "sceau"
