"""A function runs in a child process: its limits hold, its end is told, nothing of the parent reaches it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import psutil
import pytest

from fce.socle.travaux import processus_borne
from fce.socle.travaux.processus_borne import BornesDuFils, FilsArrete, RefusDuFils, executer
from tests.socle import charges

# The tests of the suite read in their own process, unless they say otherwise (tests/conftest.py).
pytestmark = pytest.mark.processus_borne
LARGES = BornesDuFils(memoire=512, processeur=30, duree=120)


def test_a_child_is_spared_only_while_a_command_reads_files_of_its_own() -> None:
    def processus() -> int:
        ((pid, _),) = executer(charges.dire_le_processus, bornes=LARGES)
        return int(pid)

    with processus_borne.sur_place():
        assert processus() == os.getpid()
    assert processus() != os.getpid()


def test_a3_what_the_function_yields_comes_back_in_order_whatever_a_library_prints() -> None:
    octets = b"\x00\xff" * 200_000
    messages = executer(charges.repeter, {"é": [1, None]}, octets, bornes=LARGES)
    assert [(dit, bytes(recus)) for dit, recus in messages] == [([n, {"é": [1, None]}], octets) for n in range(3)]


def test_a3_the_child_has_no_secret_of_the_parent(monkeypatch: pytest.MonkeyPatch) -> None:
    for nom in ("DATABASE_URL", "FCE_SECRET_KEY", "FCE_DEPOTS_S3", "AWS_SECRET_ACCESS_KEY", "PGPASSWORD"):
        monkeypatch.setenv(nom, "à ne pas transmettre")
    ((environnement, _),) = executer(charges.dire_l_environnement, bornes=LARGES)
    assert "à ne pas transmettre" not in environnement.values()
    assert not [nom for nom in environnement if nom.startswith(("FCE_", "DATABASE", "AWS_", "PG", "DJANGO"))]


@pytest.mark.parametrize("charge", [charges.allouer, charges.allouer_sans_python])
def test_a3_memory_beyond_the_limit_ends_the_child(charge: Any) -> None:
    with pytest.raises(FilsArrete) as limite:
        list(executer(charge, 1024, bornes=LARGES))
    assert limite.value.motif == "memoire"


def test_a3_processor_beyond_the_limit_ends_the_child() -> None:
    with pytest.raises(FilsArrete) as limite:
        list(executer(charges.calculer, bornes=BornesDuFils(512, 2, 300)))
    assert limite.value.motif == "processeur"


def test_a3_time_beyond_the_limit_ends_the_child() -> None:
    messages = executer(charges.dormir, 600, bornes=BornesDuFils(512, 30, 3))
    pid, _ = next(messages)
    with pytest.raises(FilsArrete) as limite:
        next(messages)
    assert limite.value.motif == "duree"
    assert not psutil.pid_exists(pid)


def test_a3_a_message_larger_than_what_the_parent_may_hold_is_refused_unread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processus_borne, "OCTETS_MAX", 1000)
    with pytest.raises(FilsArrete) as limite:
        list(executer(charges.repeter, 1, b"x" * 1001, bornes=LARGES))
    assert limite.value.motif == "memoire"


def test_a3_the_child_writes_no_file(tmp_path: Path) -> None:
    with pytest.raises(FilsArrete):
        list(executer(charges.ecrire, tmp_path / "sortie", bornes=LARGES))
    assert not (tmp_path / "sortie").exists() or not (tmp_path / "sortie").stat().st_size


def test_a3_an_expected_error_keeps_its_sentence_and_any_other_is_told_by_its_class_alone() -> None:
    messages = executer(charges.refuser, bornes=LARGES)
    assert next(messages)[0] == "avant"
    with pytest.raises(RefusDuFils) as refus:
        next(messages)
    assert (refus.value.message, refus.value.details) == ("Ce fichier est refusé.", {"ligne": 3})
    with pytest.raises(FilsArrete) as limite:
        list(executer(charges.echouer, bornes=LARGES))
    assert (limite.value.motif, limite.value.detail) == ("arret", "ValueError")


def test_a3_a_child_that_crashes_is_told() -> None:
    messages = executer(charges.mourir, bornes=LARGES)
    next(messages)
    with pytest.raises(FilsArrete) as limite:
        next(messages)
    assert limite.value.motif == "arret"


def test_a3_the_child_dies_with_the_iterator() -> None:
    with closing(executer(charges.dormir, 600, bornes=LARGES)) as messages:  # type: ignore[type-var]
        pid, _ = next(messages)
        assert psutil.pid_exists(pid)
    assert not psutil.pid_exists(pid)


def test_a3_the_child_dies_with_a_parent_that_is_killed() -> None:
    programme = (
        "from tests.socle import charges\n"
        "from fce.socle.travaux.processus_borne import BornesDuFils, executer\n"
        "for pid, _ in executer(charges.dormir, 600, bornes=BornesDuFils(512, 30, 600)): print(pid, flush=True)\n"
    )
    parent = subprocess.Popen([sys.executable, "-c", programme], stdout=subprocess.PIPE)
    assert parent.stdout is not None
    pid = int(parent.stdout.readline())
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    parent.stdout.close()
    with suppress(psutil.NoSuchProcess):
        psutil.Process(pid).wait(30)
    assert not psutil.pid_exists(pid)
