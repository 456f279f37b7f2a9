"""Shared fixtures. The suite has its own PostgreSQL cluster and data folder. An undefined template variable, a warning,
or state leaked by another test is a failure.

Lifetimes:

- the run: the cluster, the migrated database (``tests/base.py``), and the folders of ``tests/demonstration.py`` (a
  demonstration, an empty installation), to be copied (``demonstration.copier``, ``tests.config.serveur.installe``); in
  memory if there is room (``tests/dossiers.py``);
- the process (session fixtures; one set per xdist worker): its copy of the database, the identity server
  (``tests/droits/comptes/conftest.py``), the demonstration served to chromium (``tests/e2e/serveur.py``,
  ``personnages.py``; tests that write have their own, ``tests/e2e/gestes``), the rows of its universe
  (``tests/demo/conftest.py``);
- the file (module fixtures; ``--dist loadfile`` keeps a file on one process): a real ``fce serve`` and its folder;
- the test: rows, data and index folders, settings.

Prefer ``db``, whose transaction is rolled back, tables included (``tests/donnees/entreprises/fabrique.py`` loads a
source in milliseconds). Use ``transactional_db`` for what commits (imports, threads, jobs, processes);
``tests/remise.py`` then deletes the rows, the schema ``journal`` included, restores the views and drops the
generations.

Slow tests that seldom fail are drills: they bear the mark ``epreuve``, alone or by their folder (``EPREUVES``), and
``make epreuves`` runs them part by part (``tests/epreuves.py``). The daily suite keeps a sample of each long matrix
(readers, steps of a kill): ``tests/echantillon.py``.

The mark ``processus`` is set automatically on files that import what starts processes.
"""

import functools
import gc
import inspect
import itertools
import os
import sys
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from types import ModuleType
from typing import Any

import hypothesis
import pytest
import pytest_django

from tests import horloge
from tests.dossiers import TEMPORAIRES
from tests.partage import ABSENTS, partage

# One cluster per run and one database per process, so that runs do not meet.
CLUSTER = "FCE_TESTS_DIR"
DOSSIER_CLUSTER = Path(os.environ.setdefault(CLUSTER, str(TEMPORAIRES / f"fce-cluster-{os.getpid()}"))).absolute()
DOSSIER_DONNEES = TEMPORAIRES / f"fce-tests-{os.getpid()}"
DOSSIER_DONNEES.mkdir(exist_ok=True)
RANGS = itertools.count()
# Compile modules, and rewrite asserts, once for a hundred processes.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False
# Each worker has one core: more threads of polars only wait, and those of numpy spin at import.
os.environ.setdefault("POLARS_MAX_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
# Lower the priority as the imports and indexes started by tests do (``commande._ceder_le_pas``), else they would
# starve.
os.setpriority(os.PRIO_PROCESS, 0, max(10, os.getpriority(os.PRIO_PROCESS, 0)))
# Until collection ends (``pytest_collection_finish``); then with the thresholds of a web process.
gc.disable()
RAMASSAGE = (50_000, 20, 20)
os.environ["FCE_DATA_DIR"] = str(DOSSIER_DONNEES)
os.environ["FCE_ENV"] = "developpement"
os.environ["FCE_ROLE"] = "tache"
os.environ.pop("DATABASE_URL", None)
os.environ["DJANGO_SETTINGS_MODULE"] = "fce.config.settings"


# Modules used to start processes.
DEMARRENT = {
    *("subprocess", "multiprocessing", "tests.config.serveur", "tests.demonstration", "tests.e2e.serveur"),
    *("tests.e2e.personnages", "tests.donnees.imports.chargement.processus", "tests.donnees.imports.travaux.processus"),
    "tests.navigateur",
}
NAVIGATEUR = ("tests/e2e/", "tests/accessibilite/")
EPREUVES = ("tests/accessibilite/", "tests/consistance/", "tests/demo/", "tests/tutoriel/")


@pytest.hookimpl(tryfirst=True)
def pytest_itemcollected(item: pytest.Item) -> None:
    if _demarre_des_processus(item):
        item.add_marker("processus")
    if horloge.reelle(item.path):
        item.add_marker("horloge_reelle")
    if item.nodeid.startswith(EPREUVES):
        item.add_marker("epreuve")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """First the tests that start processes, because they mostly wait; then pytest-django's order. Browser tests come
    last, when the demonstration that they all need has been made beside the others."""
    items.sort(key=lambda test: (_du_navigateur(test.nodeid), not _demarre_des_processus(test)))


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_make_collect_report(collector: pytest.Collector) -> Iterator[None]:
    """Import a file by the clock of its tests: its constants and parameters may be days."""
    with horloge.du_fichier(collector.path):
        return (yield)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    """Run the test and its fixtures by the clock of its file."""
    with horloge.du_fichier(item.path):
        return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Iterator[None]:
    """Give all the tests that lack the real samples one place, so that they are told in one line."""
    rapport: Any = yield
    if rapport.skipped and isinstance(rapport.longrepr, tuple) and ABSENTS in rapport.longrepr[2]:
        rapport.longrepr = (partage.__code__.co_filename, None, rapport.longrepr[2])
    return rapport


def pytest_collection_finish() -> None:
    """Keep the garbage collector away from the million objects of the collected tests."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*RAMASSAGE)
    gc.enable()


def _du_navigateur(nodeid: str) -> bool:
    return nodeid.startswith(NAVIGATEUR)


def _demarre_des_processus(test: pytest.Item) -> bool:
    module = test.getparent(pytest.Module)
    return module is not None and (_du_navigateur(test.nodeid) or _importe_de_quoi_demarrer(module.obj))


@functools.cache
def _importe_de_quoi_demarrer(fichier: ModuleType) -> bool:
    return any(
        (valeur.__name__ if inspect.ismodule(valeur) else getattr(valeur, "__module__", "")) in DEMARRENT
        for valeur in vars(fichier).values()
    )


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> Iterator[None]:
    from django.conf import settings

    from fce.socle.postgres.grappe import Cluster

    cluster = Cluster(DOSSIER_CLUSTER, durable=False)
    with cluster.en_marche():
        base = settings.DATABASES["default"]
        base["HOST"] = cluster.parametres()["host"]
        yield


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment: None,
    django_db_modify_db_settings: None,
    django_db_blocker: pytest_django.DjangoDbBlocker,
) -> None:
    """Make the database of this process, and install the clean-up of tests that commit."""
    from tests import base, remise

    with django_db_blocker.unblock():
        base.preparer(DOSSIER_CLUSTER)
        remise.installer()


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    config.option.basetemp = config.option.basetemp or TEMPORAIRES / f"fce-pytest-{os.getpid()}"

    from django.conf import settings

    from fce.socle.postgres.grappe import Cluster
    from tests import demonstration

    # No deadline: the duration of an example depends on the machine.
    hypothesis.settings.register_profile("fce", deadline=None)
    hypothesis.settings.load_profile("fce")
    demonstration.reserver()
    cluster = Cluster(DOSSIER_CLUSTER, durable=False)
    base = settings.DATABASES["default"]
    base["HOST"] = cluster.parametres()["host"]
    base.setdefault("TEST", {})["NAME"] = f"test_fce_{os.getpid()}"
    # Test clients rebuild the middlewares: do not list all static files each time.
    settings.WHITENOISE_AUTOREFRESH = True
    # An undefined template variable fails the test that renders it.
    settings.TEMPLATES[0]["OPTIONS"]["string_if_invalid"] = VariableIndefinie("%s")


class VariableIndefinie(str):
    """``string_if_invalid`` that fails the test instead of rendering ""."""

    def __contains__(self, cle: object) -> bool:
        return cle == "%s" or super().__contains__(cle)  # type: ignore[operator]

    def __mod__(self, variable: object) -> str:
        # Django looks some variables up on purpose ({% if %}, default filters), without coming here.
        raise AssertionError(f"variable de gabarit indéfinie : {variable}")


@pytest.fixture(autouse=True)
def _comme_neuf(request: pytest.FixtureRequest) -> Iterator[None]:
    """Reset the data folders and the in-process caches before each test, in a single fixture because thousands of tests
    use it.

    - folders: no index, deposit or published file of another test;
    - texts written by the team, cached for ten seconds per process; versions of Sirene in place, for one second;
    - usage counters waiting in memory, and the key of the pseudonyms, read once per process.
    """
    from django.conf import settings

    from fce.recherche.reponse import lignes
    from fce.service.portail import annonces
    from fce.service.statistiques import collecte, pseudonymes
    from fce.service.statistiques.models import CleDePseudonyme

    if "tmp_path" in request.fixturenames:
        dossier = request.getfixturevalue("tmp_path")
    else:
        dossier = DOSSIER_DONNEES / f"test-{next(RANGS)}"
        dossier.mkdir()
    de_la_session = settings.FCE_INDEX_DIR, settings.FCE_DATA_DIR
    settings.FCE_INDEX_DIR, settings.FCE_DATA_DIR = dossier / "index", dossier / "donnees"
    annonces.retenir()
    lignes.sirene_en_place.cache_clear()
    collecte.MEMOIRE.faits.clear()
    pseudonymes.retenir(CleDePseudonyme(debut=date(2000, 1, 1), fin=date(2100, 1, 1), secret=b"cle des essais"))
    yield
    settings.FCE_INDEX_DIR, settings.FCE_DATA_DIR = de_la_session


@pytest.fixture(scope="session", autouse=True)
def _pages_sous_leur_role() -> Iterator[None]:
    """Run pages under their database roles, read-only as a served process: see ``pages_sous_roles`` and
    ``ecritures_servies``."""
    from tests import ecritures_servies, pages_sous_roles

    with pytest.MonkeyPatch.context() as monkeypatch:
        pages_sous_roles.installer(monkeypatch)
        ecritures_servies.installer(monkeypatch)
        yield


@pytest.fixture(autouse=True)
def _lectures_sur_place(request: pytest.FixtureRequest) -> Iterator[None]:
    """A child process for each of thousands of small files would double the time of the suite."""
    if request.node.get_closest_marker("processus_borne"):
        yield
        return
    from fce.socle.travaux.processus_borne import sur_place

    with sur_place():
        yield


@pytest.fixture(scope="session", autouse=True)
def _sans_hate() -> Iterator[None]:
    """Make time-based caches outlast any test, so that the number of queries does not depend on the speed of the
    machine. A switch ends the second during which a process believes the versions of Sirene that it has read."""
    from fce.donnees.imports.chargement import bascule
    from fce.droits.comptes import sessions
    from fce.recherche.reponse import lignes
    from fce.service.portail import annonces

    demander = bascule.demander

    def passer_une_seconde(tache: str) -> None:
        lignes.sirene_en_place.cache_clear()
        demander(tache)

    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setattr(sessions, "PAS", timedelta(minutes=15))
        monkeypatch.setattr(annonces, "DUREE_S", 900.0)
        monkeypatch.setattr(lignes, "DUREE_S", 1e9)
        monkeypatch.setattr(bascule, "demander", passer_une_seconde)
        yield


@pytest.fixture
def dossier_partage() -> Path:
    """Folder of the real samples; skips the test where it is missing."""
    return partage()


def pytest_unconfigure(config: pytest.Config) -> None:
    import shutil

    from tests import demonstration

    shutil.rmtree(DOSSIER_DONNEES, ignore_errors=True)
    if not hasattr(config, "workerinput"):
        demonstration.effacer()
        shutil.rmtree(DOSSIER_CLUSTER, ignore_errors=True)
        DOSSIER_CLUSTER.with_suffix(".modele").unlink(missing_ok=True)
    _effacer_les_clusters_de_tests_disparus()


def _effacer_les_clusters_de_tests_disparus() -> None:
    """Remove the clusters of deleted test folders: as root, those of closed folders live elsewhere."""
    import shutil

    from fce.socle.postgres.grappe import RACINE_DE_REPLI

    for origine in RACINE_DE_REPLI.glob("*.origine"):
        dossier = Path(origine.read_text().strip())
        if "fce-pytest-" in str(dossier) and not dossier.exists():
            for chemin in RACINE_DE_REPLI.glob(f"{origine.stem}*"):
                shutil.rmtree(chemin, ignore_errors=True) if chemin.is_dir() else chemin.unlink(missing_ok=True)
