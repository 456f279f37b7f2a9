"""Shared fixtures. The suite has its own PostgreSQL cluster and its own data folder; it is hostile on purpose:
an undefined template variable, a warning, or a leak of another test's state is a failure.

What lives how long, for a suite that stays quick:

- the run: the cluster, the database that the migrations make in it (``tests/base.py``), and two data folders that
  ``tests/demonstration.py`` makes once, a demonstration and an empty installation; who wants one copies it
  (``demonstration.copier``, ``tests.config.serveur.installe``). All of it is in memory where there is room
  (``tests/dossiers.py``);
- the process (session fixtures; each of xdist's has its own): a copy of that database and its session, the identity
  server (``tests/comptes/conftest.py``);
- the folders that stay on one process each (``ENTIERS``): the demonstration, its servers and chromium for those of the
  browser (``tests/e2e/serveur.py``, ``personnages.py``; who writes in it has another one, ``tests/e2e/gestes``), the
  rows of its universe for those that read them (``tests/demo/conftest.py``);
- the file (module fixtures; a file stays on one process): a real ``fce serve`` and its folder;
- the test: all that is in the database, its folders of data and index, the settings.

Prefer ``db``: what the test writes is undone with its transaction, tables included (``tests/entreprises/fabrique.py``
loads a source in some milliseconds). ``transactional_db`` is for what commits: imports, threads, jobs, processes. It is
followed by ``tests/remise.py``, which empties what was written, in the schema ``journal`` too (Django does not know it,
and its triggers let nobody delete), gives the views their first definition back and drops the generations: no test
begins with what another has left, and none has to empty a table first.

What takes long, of a list where all are treated alike (pages in a browser, readers of a matrix), is tried by turns each
day and wholly in the drills: ``tests/echantillon.py``, the mark ``epreuve``.

Tests that start processes bear the mark ``processus``, which nobody writes: it follows from what their file imports.
"""

import functools
import gc
import inspect
import itertools
import os
import sys
import tempfile
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from types import ModuleType

import hypothesis
import pytest
import pytest_django
from xdist.scheduler import LoadScopeScheduling

from tests.dossiers import TEMPORAIRES

# One cluster per run, one database per process of the run: runs never meet.
CLUSTER = "FCE_TESTS_DIR"
DOSSIER_CLUSTER = Path(os.environ.setdefault(CLUSTER, str(TEMPORAIRES / f"fce-cluster-{os.getpid()}"))).absolute()
DOSSIER_DONNEES = Path(tempfile.mkdtemp(prefix="fce-tests-"))
RANGS = itertools.count()
HORLOGE = ("LD_PRELOAD", "FAKETIME", "FAKETIME_DONT_FAKE_MONOTONIC")
# Asserts are rewritten, and what a hundred processes import is compiled, once and not each time.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False
# Files of a few rows: a second thread of polars only waits for the first, and each worker has one core. Those of numpy
# turn for nothing when it is imported.
os.environ.setdefault("POLARS_MAX_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
# That of the imports and indexes that it starts and waits for (``commande._ceder_le_pas``): else they would starve.
os.setpriority(os.PRIO_PROCESS, 0, max(10, os.getpriority(os.PRIO_PROCESS, 0)))
# Until the tests are collected (``pytest_collection_finish``); then no more often than in a web process.
gc.disable()
RAMASSAGE = (50_000, 20, 20)
os.environ["FCE_DATA_DIR"] = str(DOSSIER_DONNEES)
os.environ["FCE_ENV"] = "developpement"
os.environ["FCE_ROLE"] = "tache"
os.environ.pop("DATABASE_URL", None)
os.environ["DJANGO_SETTINGS_MODULE"] = "fce.config.settings"


# What a file uses to start processes.
DEMARRENT = {
    *("subprocess", "multiprocessing", "tests.config.serveur", "tests.demonstration", "tests.e2e.serveur"),
    *("tests.e2e.personnages", "tests.imports.chargement.processus", "tests.imports.travaux.processus"),
}
NAVIGATEUR = ("tests/e2e/", "tests/accessibilite/")
ENTIERS = ("tests/e2e/gestes/", "tests/e2e/", "tests/accessibilite/", "tests/demo/")
"""Folders that stay on one process, the innermost first: all their files ask for one demonstration, its server or its
rows, which take longer to make than most of them to pass."""


@pytest.hookimpl(tryfirst=True)
def pytest_itemcollected(item: pytest.Item) -> None:
    if _demarre_des_processus(item):
        item.add_marker("processus")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Those of the browser first, for they are the longest, then those that start processes, which wait more than they
    work; the others as pytest-django wants them: those that undo what they write, then those that empty the base."""
    items.sort(key=lambda test: (not _du_navigateur(test.nodeid), not _demarre_des_processus(test)))


def pytest_collection_finish() -> None:
    """Tests stay to the end: what looks for cycles need not go through their million objects each time, nor while they
    are collected."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*RAMASSAGE)
    gc.enable()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> LoadScopeScheduling:
    """A file stays on one worker: what it starts is started once."""
    config.option.loadscopereorder = False
    return ParFichier(config, log)


class ParFichier(LoadScopeScheduling):
    def schedule(self) -> None:
        if self.collection is None:
            self.lots = _lots(next(iter(self.registered_collections.values())))
        super().schedule()

    def _split_scope(self, nodeid: str) -> str:
        return self.lots[nodeid]


def _lots(ordre: list[str]) -> dict[str, str]:
    """{test: what goes to one worker}: a file, in as many parts as the order cuts it into, or a whole folder."""
    lots, rang, precedent = {}, 0, ""
    for nodeid in ordre:
        fichier = nodeid.split("::", 1)[0]
        rang += fichier != precedent
        entier = next((dossier for dossier in ENTIERS if fichier.startswith(dossier)), None)
        lots[nodeid], precedent = entier or f"{rang} {fichier}", fichier
    return lots


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

    from fce.socle.postgres import Cluster

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
    """The database of this process, and the way back to it for the tests that commit."""
    from tests import base, remise

    with django_db_blocker.unblock():
        base.preparer(DOSSIER_CLUSTER)
        remise.installer()


def pytest_configure(config: pytest.Config) -> None:
    from django.conf import settings

    from fce.socle import postgres
    from fce.socle.postgres import Cluster
    from tests import demonstration

    # How long an example takes tells of the machine: what must be fast has a bench, or a bound of its own.
    hypothesis.settings.register_profile("fce", deadline=None)
    hypothesis.settings.load_profile("fce")
    demonstration.reserver()
    # The clock of ``tests.heures`` is that of the database too.
    postgres.ENVIRONNEMENT.update({n: v for n, v in os.environ.items() if n in HORLOGE})
    cluster = Cluster(DOSSIER_CLUSTER, durable=False)
    base = settings.DATABASES["default"]
    base["HOST"] = cluster.parametres()["host"]
    base.setdefault("TEST", {})["NAME"] = f"test_fce_{os.getpid()}"
    # Each client of a test makes the middlewares anew: they do not list all the static files each time.
    settings.WHITENOISE_AUTOREFRESH = True
    # Any undefined variable of a template makes the test fail where it is rendered.
    settings.TEMPLATES[0]["OPTIONS"]["string_if_invalid"] = VariableIndefinie("%s")


class VariableIndefinie(str):
    """``string_if_invalid`` that fails the test instead of printing an empty string."""

    def __contains__(self, cle: object) -> bool:
        return cle == "%s" or super().__contains__(cle)  # type: ignore[operator]

    def __mod__(self, variable: object) -> str:
        # Django's own machinery probes some variables on purpose ({% if %}, default filters) and never gets here.
        raise AssertionError(f"variable de gabarit indéfinie : {variable}")


@pytest.fixture(autouse=True)
def _comme_neuf(request: pytest.FixtureRequest) -> Iterator[None]:
    """No test reads what another has left: neither its folders, nor what a process keeps in memory. One fixture for all
    of it, without those of the settings and of a folder of pytest, which each test would pay for: there are thousands.

    - its folders: no index, no deposit, no published file of another test is ever read;
    - what the team writes on the pages, read once per ten seconds and process: no test pays for it by chance;
    - what pages count, which waits in memory, and the key of the pseudonyms, asked for once per process: no test writes
      what another has counted, nor pays for the key.
    """
    from django.conf import settings

    from fce.portail import annonces
    from fce.statistiques import collecte, pseudonymes
    from fce.statistiques.models import CleDePseudonyme

    if "tmp_path" in request.fixturenames:
        dossier = request.getfixturevalue("tmp_path")
    else:
        dossier = DOSSIER_DONNEES / f"test-{next(RANGS)}"
        dossier.mkdir()
    de_la_session = settings.FCE_INDEX_DIR, settings.FCE_DATA_DIR
    settings.FCE_INDEX_DIR, settings.FCE_DATA_DIR = dossier / "index", dossier / "donnees"
    annonces.retenir()
    collecte.MEMOIRE.faits.clear()
    pseudonymes.retenir(CleDePseudonyme(debut=date(2000, 1, 1), fin=date(2100, 1, 1), secret=b"cle des essais"))
    yield
    settings.FCE_INDEX_DIR, settings.FCE_DATA_DIR = de_la_session


@pytest.fixture(scope="session", autouse=True)
def _pages_sous_leur_role() -> Iterator[None]:
    """Pages work under the roles of the database that they have in service, and write only where a read-only process
    may: see ``pages_sous_roles`` and ``ecritures_servies``."""
    from tests import ecritures_servies, pages_sous_roles

    with pytest.MonkeyPatch.context() as monkeypatch:
        pages_sous_roles.installer(monkeypatch)
        ecritures_servies.installer(monkeypatch)
        yield


@pytest.fixture(autouse=True)
def _lectures_sur_place(request: pytest.FixtureRequest) -> Iterator[None]:
    """Thousands of small files are read by the tests: a child process for each would double the time of the suite."""
    if request.node.get_closest_marker("processus_borne"):
        yield
        return
    from fce.socle.processus_borne import sur_place

    with sur_place():
        yield


@pytest.fixture(scope="session", autouse=True)
def _sans_hate() -> Iterator[None]:
    """What pages ask the database again after some seconds lasts longer than any test: a slow machine asks no more
    questions than a fast one, and who counts them counts what a page does."""
    from fce.comptes import sessions
    from fce.portail import annonces

    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setattr(sessions, "PAS", timedelta(minutes=15))
        monkeypatch.setattr(annonces, "DUREE_S", 900.0)
        yield


@pytest.fixture
def dossier_partage() -> Path:
    """The folder of real samples; a test that needs it is skipped, with the reason, where it is not there."""
    from django.conf import settings

    if not Path(settings.FCE_SHARED_DIR).is_dir():
        pytest.skip(f"échantillons réels absents ({settings.FCE_SHARED_DIR}) : réglez FCE_SHARED_DIR")
    return Path(settings.FCE_SHARED_DIR)


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
    """As root, clusters of pytest's closed folders live elsewhere: they go once pytest has removed it."""
    import shutil

    from fce.socle.postgres import RACINE_DE_REPLI

    for origine in RACINE_DE_REPLI.glob("*.origine"):
        dossier = Path(origine.read_text().strip())
        if "pytest-of-" in str(dossier) and not dossier.exists():
            for chemin in RACINE_DE_REPLI.glob(f"{origine.stem}*"):
                shutil.rmtree(chemin, ignore_errors=True) if chemin.is_dir() else chemin.unlink(missing_ok=True)
