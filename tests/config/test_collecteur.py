"""Metrics of the database: each state that an operator must see is one measure."""

from __future__ import annotations

import shutil
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone
from procrastinate.contrib.django import app
from prometheus_client import CollectorRegistry

from fce.donnees.imports.models import Import, VersionEnPlace
from fce.donnees.imports.travaux import taches
from fce.droits.comptes.tasks import REPRISES_DE_COURRIEL
from fce.droits.journal.cloture import sceller
from fce.droits.journal.services import consigner
from fce.exploitation.deploiement import temoin
from fce.exploitation.diagnostic import Constat
from fce.exploitation.metriques import collecteur
from fce.socle.texte import paris
from tests.droits.journal.fabrique import consultation, vider
from tests.sql import executer

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.horloge_reelle]
SOURCE = "sirene-unites-legales"


def lire() -> dict[str, float]:
    """{measure with its labels: value}, read by a new collector."""
    registre = CollectorRegistry()
    registre.register(collecteur.Collecteur(delai_s=60))  # type: ignore[arg-type]
    return {
        m.name + "".join(f" {nom}={m.labels[nom]}" for nom in sorted(m.labels)): m.value
        for famille in registre.collect()
        for m in famille.samples
    }


def travail(tache: str, statut: str = "todo", *, dans: str = "-1 minute", verrou: str | None = None) -> int:
    with connection.cursor() as curseur:
        curseur.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, status, scheduled_at, lock) "
            "VALUES ('default', %s, 'todo', now() + %s::interval, %s) RETURNING id",
            [tache, dans, verrou],
        )
        (numero,) = curseur.fetchone()
        if statut != "todo":
            curseur.execute("UPDATE procrastinate_jobs SET status = 'doing' WHERE id = %s", [numero])
        if statut == "failed":
            curseur.execute("UPDATE procrastinate_jobs SET status = 'failed' WHERE id = %s", [numero])
    return int(numero)


def test_no_worker_then_one_then_a_dead_one() -> None:
    assert lire()["fce_travailleurs"] == 0
    with connection.cursor() as curseur:
        curseur.execute("INSERT INTO procrastinate_workers DEFAULT VALUES")
        assert lire()["fce_travailleurs"] == 1
        curseur.execute("UPDATE procrastinate_workers SET last_heartbeat = now() - interval '31 seconds'")
    assert lire()["fce_travailleurs"] == 0


def test_jobs_are_counted_by_state_and_only_those_that_nothing_holds_are_late() -> None:
    travail("relever", "doing", verrou="source:a")
    travail("relever", dans="-5 hours", verrou="source:a")
    assert lire()["fce_travaux_retard_secondes"] == 0
    travail("purger", dans="-2 hours")
    travail("purger", dans="1 hour")
    travail("indexer", "failed")
    lus = lire()
    assert 7200 <= lus["fce_travaux_retard_secondes"] < 7300
    assert lus["fce_travaux_en_file etat=en_cours tache=relever"] == 1
    assert lus["fce_travaux_en_file etat=en_attente tache=relever"] == 1
    assert lus["fce_travaux_en_file etat=plus_tard tache=purger"] == 1
    assert lus["fce_travaux_echoues tache=indexer"] == 1


def test_a_failure_of_yesterday_is_no_longer_told() -> None:
    numero = travail("indexer", "failed")
    executer("UPDATE procrastinate_events SET at = at - interval '25 hours' WHERE job_id = %s", [numero])
    assert lire()["fce_travaux_echoues tache=indexer"] == 0


def test_fail_05_mails_that_wait_are_counted_retries_included() -> None:
    travail("ecrire_a_un_compte")
    travail("ecrire_a_un_service", dans="15 minutes")
    travail("purger")
    assert lire()["fce_courriels_en_attente"] == 2


def test_o4_a_mail_that_no_server_takes_is_late_since_its_first_try() -> None:
    travail("ecrire_a_un_compte", dans="2 hours")  # not due, and never tried
    assert lire()["fce_courriels_retard_secondes"] == 0
    numero = travail("ecrire_a_un_service", "doing")
    executer("SELECT procrastinate_retry_job_v2(%s, now() + interval '1 hour', NULL, NULL, NULL)", [numero])
    executer("UPDATE procrastinate_events SET at = at - interval '16 minutes' WHERE job_id = %s", [numero])
    lus = lire()
    assert 960 <= lus["fce_courriels_retard_secondes"] < 1000
    assert lus["fce_travaux_retard_secondes"] == 0


def test_o2_a_day_of_the_journal_that_waits_for_its_seal_is_told() -> None:
    consigner([consultation()], timezone.now() - timedelta(days=3))
    try:
        assert 2 * 86_400 - 7_200 < lire()["fce_journal_sceau_retard_secondes"] < 3 * 86_400
        sceller(timezone.now())
        assert lire()["fce_journal_sceau_retard_secondes"] == 0
    finally:
        vider()


def test_o1_the_disk_of_the_backups_is_measured_where_they_are_seen(settings: Any, tmp_path: Path) -> None:
    """The units of pages and worker see an empty file system there (InaccessiblePaths)."""
    settings.FCE_DATA_DIR, settings.FCE_SAUVEGARDES = tmp_path, tmp_path / "copies"
    settings.FCE_SAUVEGARDES.mkdir()
    lus = lire()
    assert "fce_disque_libre_octets dossier=donnees" in lus
    assert "fce_disque_libre_octets dossier=sauvegardes" not in lus
    assert lus["fce_controle_age_secondes"] == float("inf")
    temoin.noter([Constat("TLS", False, "…"), Constat("Disques", True, "…"), Constat("TLS", True, "…")])
    lus = lire()
    assert lus["fce_disque_octets dossier=sauvegardes"] == shutil.disk_usage(tmp_path).total
    assert lus["fce_controle_age_secondes"] < 60
    assert (lus["fce_controle_defaut point=TLS"], lus["fce_controle_defaut point=Disques"]) == (1, 0)
    (tmp_path / "dernier-controle.json").write_text("{")
    assert lire()["fce_controle_age_secondes"] == float("inf")


def test_the_jobs_of_mail_are_those_that_are_tried_again_as_mails() -> None:
    app.perform_import_paths()
    memes = {nom for nom, tache in app.tasks.items() if tache.retry_strategy is REPRISES_DE_COURRIEL}
    assert memes == collecteur.TACHES_DE_COURRIEL


def test_a_worker_is_dead_for_the_metrics_when_it_is_for_the_queue() -> None:
    assert collecteur.SILENCE_S == taches.SILENCE_S


def test_sources_and_imports_are_told_by_state_and_age() -> None:
    maintenant = timezone.now()
    fini = Import.objects.create(
        source=SOURCE, statut="en_place", fin=maintenant, date_metier=paris.aujourd_hui() - timedelta(days=400)
    )
    VersionEnPlace.objects.create(source=SOURCE, en_place=fini)
    en_cours = Import.objects.create(source="sirene-doublons", statut="en_cours")
    Import.objects.filter(pk=en_cours.pk).update(debut=maintenant - timedelta(hours=3))
    lus = lire()
    assert lus[f"fce_source_etat etat=en_retard source={SOURCE}"] == 1
    assert lus[f"fce_source_age_jours source={SOURCE}"] >= 399
    assert lus["fce_imports etat=en_place"] == 1
    assert 10_800 <= lus["fce_import_en_cours_secondes"] < 10_900


def test_dep_02_a_migration_that_the_database_lacks_is_told() -> None:
    assert lire()["fce_migrations_en_attente"] == 0
    otees = executer("DELETE FROM django_migrations WHERE app = 'journal' RETURNING name")
    try:
        assert lire()["fce_migrations_en_attente"] == len(otees) > 0
    finally:
        with connection.cursor() as curseur:
            curseur.executemany(
                "INSERT INTO django_migrations (app, name, applied) VALUES ('journal', %s, now())", otees
            )


def test_the_age_of_the_last_whole_backup_is_told_without_its_folder(settings: Any, tmp_path: Path) -> None:
    """The units of pages and worker may not open it (ops/systemd)."""
    settings.FCE_DATA_DIR, settings.FCE_SAUVEGARDES = tmp_path, tmp_path / "absent"
    assert lire()["fce_sauvegarde_age_secondes"] == float("inf")
    (tmp_path / "derniere-sauvegarde").write_text(f"{timezone.now() - timedelta(days=3):%Y-%m-%dT%H-%M-%SZ}")
    assert lire()["fce_sauvegarde_age_secondes"] == pytest.approx(3 * 86_400, abs=120)


def test_a_scrape_reads_the_database_once_in_a_while_with_few_queries(django_assert_max_num_queries: Any) -> None:
    lu = collecteur.Collecteur(delai_s=60)
    with django_assert_max_num_queries(0):  # in another thread, whose connection is its own
        premieres = lu.collect()
    assert lu.collect() is premieres
