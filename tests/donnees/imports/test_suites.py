"""What an import sets off is one list, and every way to switch a version sets off all of it, with the switch."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import transaction
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from fce.donnees.imports import services
from fce.donnees.imports.chargement import bascule, connexions
from fce.donnees.imports.depots import services as depots
from fce.donnees.imports.travaux import releve
from fce.recherche.services import annoncer_l_index
from fce.socle.travaux.file_d_attente import demander
from fce.socle.web.offres import offres
from fce.sources.declaration import Source
from tests.donnees.imports.chargement.outils import declarer_seules
from tests.donnees.imports.depots.outils import fichier, jeton, source_ouverte, verifie

FCE = Path(__file__).resolve().parents[3] / "fce"
pytestmark = pytest.mark.django_db(transaction=True)
SUITES = {
    "avant_bascule": {"calculer_a_temps"},
    "a_la_bascule": {"noter", "demander_la_comparaison"},
    "apres_bascule": {"indexer", "preparer_les_territoires", "preparer_fichiers", "calculer_les_changements"},
    "apres_index": {"relire_les_recherches_suivies"},
}


@pytest.fixture
def ouverte(monkeypatch: pytest.MonkeyPatch) -> Source:
    source = source_ouverte()
    declarer_seules(monkeypatch, source)
    return source


def ecrit(dossier: Path, jusqu_a: int) -> Path:
    (chemin := dossier / f"essai-{jusqu_a}.csv").write_bytes(fichier(range(1, jusqu_a)))
    return chemin


VOIES: dict[str, Callable[[Source, Path], Any]] = {
    "commande": lambda source, dossier: call_command("import", source.nom, str(ecrit(dossier, 12))),
    "retour": lambda source, _: call_command("sources", "rollback", source.nom),
    "depot": lambda source, _: depots.publier(verifie(jeton()[0], source, fichier(range(1, 12))).pk),
    "telechargement": lambda source, dossier: releve.importer(source, [ecrit(dossier, 12)], None),
    "retrait": lambda source, _: services.retirer([source.nom]),
}


def en_attente() -> list[str]:
    return sorted(ProcrastinateJob.objects.filter(status="todo").values_list("task_name", flat=True))


@pytest.mark.parametrize("voie", VOIES)
def test_every_way_to_switch_sets_off_the_whole_list(
    voie: str, ouverte: Source, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for jusqu_a in (10, 11):
        services.importer(ouverte, [ecrit(tmp_path, jusqu_a)])
    ProcrastinateJob.objects.all().delete()
    appels: list[Any] = []
    notees = replace(offres(), avant_bascule=(appels.append,), a_la_bascule=(lambda *quoi: appels.append(quoi[0]),))
    monkeypatch.setattr(bascule, "offres", lambda: notees)
    VOIES[voie](ouverte, tmp_path)
    assert appels == [[ouverte.nom], ouverte]
    assert en_attente() == sorted(SUITES["apres_bascule"])


def test_the_list_can_be_read_and_each_of_its_jobs_exists() -> None:
    declarees = {nom: {getattr(x, "__name__", x) for x in getattr(offres(), nom)} for nom in SUITES}
    assert declarees == SUITES
    app.perform_import_paths()
    assert SUITES["apres_bascule"] | SUITES["apres_index"] <= app.tasks.keys()


def test_no_other_room_listens_to_an_import_or_to_an_index() -> None:
    """``Signal`` is Django's way to be called without being listed."""
    declarent = {f.name for f in FCE.rglob("*.py") if "from django.dispatch import" in f.read_text("utf-8")}
    assert declarent == {"signaux.py", "erreurs.py"}


def test_a_new_index_queues_its_jobs() -> None:
    annoncer_l_index()
    assert en_attente() == sorted(SUITES["apres_index"])


def test_a_waiting_job_starts_after_the_transaction_that_asks_for_it_again(ouverte: Source) -> None:
    """Started before, it would not see the switch, and no other would be queued."""
    demander("indexer")
    with transaction.atomic():
        demander("indexer")
        with connexions.ouvrir("essai") as autre:
            prendre = "SELECT count(*) FROM (SELECT id FROM procrastinate_jobs FOR UPDATE SKIP LOCKED) x"
            assert autre.execute(prendre).fetchone() == (0,)
    assert en_attente() == ["indexer"]
