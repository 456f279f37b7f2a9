"""Jobs that agents ask for, in the queue: a worker that stops loses none of them."""

from __future__ import annotations

import signal
import time
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import transaction
from django.test import Client
from django.utils import timezone
from procrastinate import JobContext
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob
from procrastinate.exceptions import JobAborted
from procrastinate.jobs import Job

from fce.droits.comptes.models import Compte
from fce.ensembles.fichiers.services import PANNE
from fce.ensembles.listes import exports
from fce.ensembles.rapprochement import fichiers, services, tasks
from fce.ensembles.rapprochement.contenu import LigneARapprocher
from fce.ensembles.rapprochement.models import ARRETE, FichierDeTableau, TableauRapproche
from fce.socle.erreurs import IndexIndisponible
from tests.donnees.entreprises import fabrique as f
from tests.donnees.imports.travaux.processus import attendre, lancer
from tests.droits.comptes import fabrique as c
from tests.ensembles.rapprochement.fabrique import deposer
from tests.pannes import lever
from tests.sql import executer

ESSAIS = 4
TRAVAUX = (services.TACHE, fichiers.FICHIERS_DE_TABLEAU.tache, exports.FICHIERS_DE_LISTE.tache)


@pytest.mark.parametrize("tache", TRAVAUX)
def test_a_job_stopped_with_its_worker_runs_again_at_once_however_often_it_was_tried(tache: str) -> None:
    app.perform_import_paths()
    for essais in (0, 9):
        travail = Job(id=1, queue="default", lock=None, queueing_lock=None, task_name=tache, attempts=essais)
        reprise = app.tasks[tache].get_retry_exception(exception=JobAborted(), job=travail)
        assert reprise is not None
        assert reprise.retry_decision.retry_at is None
        assert app.tasks[tache].get_retry_exception(exception=ValueError(), job=travail) is None


def travailler(tache: str, *, essais: int = 0, **arguments: int) -> None:
    """What the worker does of a job already tried ``essais`` times."""
    app.perform_import_paths()
    travail = Job(id=1, queue="default", lock=None, queueing_lock=None, task_name=tache, attempts=essais)
    app.tasks[tache](JobContext(app=app, job=travail, start_timestamp=0, abort_reason=lambda: None), **arguments)


@pytest.fixture
def tableau(elle: Compte) -> TableauRapproche:
    lignes = [LigneARapprocher(numero=f.siren_no(n)) for n in range(3)]
    return deposer(elle, "Chantiers", lignes, siret_voulu=False)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("faute", "essais", "phrase"),
    [
        (OSError("disque plein"), 0, tasks.REPRENDRA),
        (IndexIndisponible("Aucun index."), ESSAIS - 1, tasks.REPRENDRA),
        (OSError("disque plein"), ESSAIS, ARRETE),
        (IndexIndisponible("Aucun index."), ESSAIS, ARRETE),
        (ValueError(), 0, ARRETE),
    ],
)
def test_a_table_that_fails_says_whether_it_will_go_on_by_itself(
    faute: Exception,
    essais: int,
    phrase: str,
    agent: Client,
    tableau: TableauRapproche,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with monkeypatch.context() as panne:
        panne.setattr("fce.ensembles.rapprochement.selectors.rapprocher", lever(faute))
        with pytest.raises(type(faute)):
            travailler(services.TACHE, essais=essais, tableau=tableau.pk)
    page = f"/rapprochements/{tableau.reference}"
    texte = agent.get(f"{page}?actualiser=oui")
    assert phrase in texte.content.decode()
    arrete = phrase == ARRETE
    assert texte.has_header("Refresh") is not arrete
    assert agent.get(f"{page}/avancement").has_header("HX-Refresh") is arrete
    assert (f'action="{page}/reprendre"' in texte.content.decode()) is arrete
    assert agent.post(f"{page}/reprendre").status_code == (302 if arrete else 400)
    travailler(services.TACHE, tableau=tableau.pk)
    assert phrase not in agent.get(page).content.decode()
    assert tableau.lignes.count() == 3


@pytest.mark.django_db
def test_a_stopped_table_goes_on_at_the_word_of_its_author_alone(agent: Client, tableau: TableauRapproche) -> None:
    page = f"/rapprochements/{tableau.reference}/reprendre"
    services.noter_une_panne(tableau.pk, ARRETE)
    autre = c.client_de(c.compte())
    assert autre.post(page).status_code == 404
    assert agent.get(page).status_code == 405
    en_file = ProcrastinateJob.objects.filter(task_name=services.TACHE)
    en_file.delete()
    assert agent.post(page)["Location"].endswith("?fait=tableau-repris")
    assert agent.post(page).status_code == 400
    assert [travail.args for travail in en_file] == [{"tableau": tableau.pk}]


@pytest.mark.django_db
def test_a_table_whose_job_ended_without_a_word_has_stopped_the_next_night(tableau: TableauRapproche) -> None:
    assert services.noter_les_abandons() == 0
    TableauRapproche.objects.update(cree_le=timezone.now() - timedelta(days=1, minutes=1))
    tasks.retirer_les_masques(timestamp=0)
    tableau.refresh_from_db()
    assert tableau.arrete
    travailler(services.TACHE, tableau=tableau.pk)
    assert services.noter_les_abandons() == 0


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("faute", "essais", "abandonne"),
    [(OSError("disque plein"), 0, False), (OSError("disque plein"), ESSAIS, True), (ValueError(), 0, True)],
)
def test_a_file_that_fails_for_good_says_so(
    faute: Exception,
    essais: int,
    abandonne: bool,
    agent: Client,
    tableau: TableauRapproche,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    travailler(services.TACHE, tableau=tableau.pk)
    agent.post(f"/rapprochements/{tableau.reference}/fichiers", {"format": "csv"})
    fichier = FichierDeTableau.objects.get()
    with monkeypatch.context() as panne:
        panne.setattr("fce.ensembles.rapprochement.lectures.exporter", lever(faute))
        with pytest.raises(type(faute)):
            travailler(fichiers.FICHIERS_DE_TABLEAU.tache, essais=essais, fichier=fichier.pk)
    texte = agent.get(f"/rapprochements/{tableau.reference}/fichiers/{fichier.reference}").content.decode()
    assert (PANNE in texte) is abandonne
    travailler(fichiers.FICHIERS_DE_TABLEAU.tache, fichier=fichier.pk)
    fichier.refresh_from_db()
    assert (fichier.contenu is None) is abandonne


@pytest.mark.django_db
def test_the_tables_of_an_agent_leave_the_worker_to_other_jobs() -> None:
    compte = c.compte()
    for _ in range(3):
        deposer(compte, "Chantiers", [LigneARapprocher(numero=f.siren_no(1))], siret_voulu=False)
    assert _prendre() == services.TACHE
    app.configure_task(exports.FICHIERS_DE_LISTE.tache).defer(fichier=1)
    assert [_prendre(), _prendre()] == [exports.FICHIERS_DE_LISTE.tache, None]
    # With a single place, another job goes before the tables that wait.
    ProcrastinateJob.objects.filter(status="doing").update(status="succeeded")
    app.configure_task(exports.FICHIERS_DE_LISTE.tache).defer(fichier=2)
    assert [_prendre(), _prendre(), _prendre()] == [exports.FICHIERS_DE_LISTE.tache, services.TACHE, None]


def _prendre() -> str | None:
    """The name of the next job that a free place of the worker takes."""
    return executer("SELECT task_name FROM procrastinate_fetch_job_v2(NULL, NULL)")[0][0]


@pytest.mark.epreuve
@pytest.mark.django_db(transaction=True)
def test_a_table_whose_worker_stops_in_the_middle_of_a_lot_is_finished_by_the_next(tmp_path: Path) -> None:
    reglages = {"FCE_DATA_DIR": str(tmp_path / "d")}
    lignes = [LigneARapprocher(numero=f.siren_no(n)) for n in range(450)]
    tableau = deposer(c.compte(), "Chantiers", lignes, siret_voulu=False)
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
    return bool(executer("SELECT EXISTS (SELECT 1 FROM pg_locks WHERE NOT granted AND pid <> pg_backend_pid())")[0][0])
