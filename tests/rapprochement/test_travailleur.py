"""Jobs that agents ask for, in the queue: a worker that stops loses none of them."""

from __future__ import annotations

import signal
import time
from pathlib import Path

import pytest
from django.db import connection, transaction
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob
from procrastinate.exceptions import JobAborted
from procrastinate.jobs import Job

from fce.listes import exports
from fce.rapprochement import fichiers, services
from fce.rapprochement.contenu import LigneARapprocher
from fce.rapprochement.models import TableauRapproche
from tests.comptes import fabrique as c
from tests.entreprises import fabrique as f
from tests.imports.travaux.processus import attendre, lancer

TRAVAUX = (services.TACHE, fichiers.TACHE, exports.TACHE)


@pytest.mark.parametrize("tache", TRAVAUX)
def test_a_job_stopped_with_its_worker_runs_again_at_once_however_often_it_was_tried(tache: str) -> None:
    app.perform_import_paths()
    for essais in (0, 9):
        travail = Job(id=1, queue="default", lock=None, queueing_lock=None, task_name=tache, attempts=essais)
        reprise = app.tasks[tache].get_retry_exception(exception=JobAborted(), job=travail)
        assert reprise is not None
        assert reprise.retry_decision.retry_at is None
        assert app.tasks[tache].get_retry_exception(exception=ValueError(), job=travail) is None


@pytest.mark.django_db
def test_the_tables_of_an_agent_leave_the_worker_to_other_jobs() -> None:
    compte = c.compte()
    for _ in range(3):
        services.deposer(compte, "Chantiers", [LigneARapprocher(numero=f.siren_no(1))], siret_voulu=False)
    assert _prendre() == services.TACHE
    app.configure_task(exports.TACHE).defer(fichier=1)
    assert [_prendre(), _prendre()] == [exports.TACHE, None]
    # With a single place, another job goes before the tables that wait.
    ProcrastinateJob.objects.filter(status="doing").update(status="succeeded")
    app.configure_task(exports.TACHE).defer(fichier=2)
    assert [_prendre(), _prendre(), _prendre()] == [exports.TACHE, services.TACHE, None]


def _prendre() -> str | None:
    """The name of the next job that a free place of the worker takes."""
    with connection.cursor() as curseur:
        curseur.execute("SELECT task_name FROM procrastinate_fetch_job_v2(NULL, NULL)")
        return curseur.fetchone()[0]


@pytest.mark.epreuve
@pytest.mark.django_db(transaction=True)
def test_a_table_whose_worker_stops_in_the_middle_of_a_lot_is_finished_by_the_next(tmp_path: Path) -> None:
    reglages = {"FCE_DATA_DIR": str(tmp_path / "d")}
    lignes = [LigneARapprocher(numero=f.siren_no(n)) for n in range(450)]
    tableau = services.deposer(c.compte(), "Chantiers", lignes, siret_voulu=False)
    arrete = lancer(reglages=reglages, arret=0)
    try:
        with transaction.atomic():
            # The worker waits for this row before it writes its first lot.
            TableauRapproche.objects.select_for_update().get(pk=tableau.pk)
            attendre(_quelqu_un_attend, arrete)
            arrete.send_signal(signal.SIGTERM)
            time.sleep(3)
    finally:
        sortie = arrete.communicate(timeout=60)[0]
    tableau.refresh_from_db()
    assert (tableau.faites, tableau.fini) == (200, False), sortie
    assert ProcrastinateJob.objects.get(task_name=services.TACHE).status == "todo"
    suivant = lancer("--une-fois", reglages=reglages)
    sortie = suivant.communicate(timeout=120)[0]
    assert suivant.returncode == 0, sortie
    assert [*tableau.lignes.values_list("rang", flat=True)] == [*range(1, 451)]


def _quelqu_un_attend() -> bool:
    with connection.cursor() as curseur:
        curseur.execute("SELECT EXISTS (SELECT 1 FROM pg_locks WHERE NOT granted AND pid <> pg_backend_pid())")
        return bool(curseur.fetchone()[0])
