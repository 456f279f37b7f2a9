"""The worker, as it runs: a source followed, a file deposited, a stop, a death; one whole version all along."""

import contextlib
import signal
import time
from pathlib import Path
from typing import Any

import pytest

from fce.donnees.imports.models import Import, Releve, VersionEnPlace
from tests.donnees.imports.chargement.outils import declarer_seules, somme
from tests.donnees.imports.travaux.processus import NOM, attendre, lancer, source
from tests.donnees.imports.travaux.serveur import Serveur
from tests.sources import fabrique
from tests.sql import valeurs

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def essai(monkeypatch: pytest.MonkeyPatch) -> Any:
    declaree = source()
    declarer_seules(monkeypatch, declaree)
    return declaree


def reglages(miroir: Serveur, tmp_path: Path, **autres: str) -> dict[str, str]:
    commun = {"FCE_MIROIR": miroir.adresse, "FCE_DATA_DIR": str(tmp_path / "d"), "FCE_TELECHARGEMENTS": NOM}
    return commun | autres


def contenu(nombre: int, graine: int = 1) -> bytes:
    return fabrique.texte_csv(fabrique.lignes_valides(nombre, graine)).encode()


def travaux(etat: str) -> list[str]:
    return valeurs("SELECT task_name FROM procrastinate_jobs WHERE status = %s ORDER BY id", [etat])


def test_a_source_is_followed_and_a_deposit_taken_then_the_worker_stops(
    miroir: Serveur, essai: Any, tmp_path: Path
) -> None:
    depots = tmp_path / "depots"
    dossier = depots / "essai" / NOM
    dossier.mkdir(parents=True)
    (dossier / "envoi.csv.part").write_bytes(b"pas fini")
    miroir.donner("/exemple.fr/essai.csv", contenu(60))
    variables = reglages(miroir, tmp_path, FCE_DEPOTS_DIR=str(depots), FCE_DEPOTS_STABLE="0")
    worker = lancer(reglages=variables)
    try:
        attendre(lambda: Releve.objects.filter(statut="importe").exists(), worker)
        assert VersionEnPlace.objects.get(source=NOM).en_place.total == 60
        assert VersionEnPlace.objects.get(source=NOM).en_place.par == "fce worker"
        (dossier / "envoi.csv").write_bytes(contenu(75, graine=2))
        # The minute may be far: the same job, asked by hand.
        demander("surveiller")
        attendre(lambda: VersionEnPlace.objects.get(source=NOM).en_place.total == 75, worker)
        attendre(lambda: list(dossier.glob("traites/*-envoi.csv")), worker)
        assert "mis en place" in next(dossier.glob("traites/*.rapport.txt")).read_text()
        assert sorted(f.name for f in dossier.iterdir()) == ["envoi.csv.part", "traites"]
        attendre(lambda: travaux("doing") == [] == travaux("todo"), worker)
    finally:
        worker.send_signal(signal.SIGTERM)
        sortie = worker.communicate(timeout=20)[0]
    assert worker.returncode == 0, sortie
    assert "Arrêté." in sortie
    assert (travaux("doing"), travaux("failed")) == ([], []), sortie
    # The upper rooms were told: the files that everyone may download are those of the version in place.
    assert sorted(f.suffix for f in (tmp_path / "d" / "publication" / NOM).glob("[!.]*")) == [".csv", ".parquet"]


def demander(nom: str) -> None:
    from procrastinate.contrib.django import app
    from procrastinate.exceptions import AlreadyEnqueued

    with contextlib.suppress(AlreadyEnqueued):
        app.configure_task(nom, queueing_lock=nom).defer(timestamp=int(time.time()))


@pytest.mark.epreuve
def test_killed_in_the_middle_the_version_stays_and_the_job_runs_again(
    miroir: Serveur, essai: Any, tmp_path: Path
) -> None:
    miroir.donner("/exemple.fr/essai.csv", contenu(50))
    variables = reglages(miroir, tmp_path)
    premier = lancer("--une-fois", reglages=variables)
    assert premier.communicate(timeout=60)[0].rstrip().endswith("Arrêté.")
    avant = somme(essai)
    Releve.objects.update(verifie=None)
    miroir.donner("/exemple.fr/essai.csv", contenu(60, graine=2))
    tue = lancer(reglages=variables, pause=20)
    attendre(lambda: Import.objects.filter(source=NOM, statut="en_cours").exists(), tue)
    tue.kill()
    tue.communicate()
    assert somme(essai) == avant
    assert "relever" in travaux("doing")
    time.sleep(1.5)
    suivant = lancer(reglages=variables, silence=1)
    try:
        attendre(lambda: VersionEnPlace.objects.get(source=NOM).en_place.total == 60, suivant)
        attendre(lambda: travaux("doing") == [], suivant)
    finally:
        suivant.terminate()
        suivant.communicate(timeout=20)
    assert list(Import.objects.filter(source=NOM).order_by("id").values_list("statut", flat=True)) == [
        *("remplace", "echoue", "en_place"),
    ]


def test_stopped_in_the_middle_the_import_closes_and_the_job_goes_back_to_the_queue(
    miroir: Serveur, essai: Any, tmp_path: Path
) -> None:
    miroir.donner("/exemple.fr/essai.csv", contenu(3000))
    worker = lancer(reglages=reglages(miroir, tmp_path), pause=0.5, arret=1)
    attendre(lambda: Import.objects.filter(source=NOM, statut="en_cours").exists(), worker)
    worker.send_signal(signal.SIGTERM)
    try:
        sortie = worker.communicate(timeout=30)[0]
    finally:
        worker.kill()
    assert worker.returncode == 0, sortie
    assert Import.objects.get(source=NOM).statut == "echoue"
    assert travaux("todo").count("relever") == 1
    assert not VersionEnPlace.objects.filter(source=NOM).exists()
