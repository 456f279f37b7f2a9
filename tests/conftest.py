"""Shared fixtures. The suite has its own PostgreSQL cluster and its own data folder; it is hostile on purpose:
an undefined template variable, a warning, or a leak of another test's state is a failure."""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest
from xdist.scheduler import LoadScopeScheduling

RACINE = Path(__file__).resolve().parents[1]
# One cluster for all runs of this clone, one database per run (and per xdist worker): runs never meet.
DOSSIER_CLUSTER = Path(os.environ.get("FCE_TESTS_DIR", RACINE / "var" / "tests")).absolute()
DOSSIER_DONNEES = Path(tempfile.mkdtemp(prefix="fce-tests-"))
os.environ["FCE_DATA_DIR"] = str(DOSSIER_DONNEES)
os.environ["FCE_ENV"] = "developpement"
os.environ["FCE_ROLE"] = "tache"
os.environ.pop("DATABASE_URL", None)
os.environ["DJANGO_SETTINGS_MODULE"] = "fce.config.settings"


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Those of the browser first, for they are the longest and know nothing of the database of the tests; the others as
    pytest-django wants them: those that undo what they write, then those that empty the database."""
    items.sort(key=lambda test: not _du_navigateur(test.nodeid))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> LoadScopeScheduling:
    """A file stays on one worker, and so do all those that use the browser: a server, a demonstration is made once."""
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
    """{test: what goes to one worker}: a file, in as many parts as the order cuts it into."""
    lots, rang, precedent = {}, 0, ""
    for nodeid in ordre:
        fichier = "navigateur" if _du_navigateur(nodeid) else nodeid.split("::", 1)[0]
        rang += fichier != precedent
        lots[nodeid], precedent = f"{rang} {fichier}", fichier
    return lots


def _du_navigateur(nodeid: str) -> bool:
    return nodeid.startswith(("tests/e2e/", "tests/accessibilite/"))


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> Iterator[None]:
    from django.conf import settings

    from fce.socle.postgres import Cluster

    cluster = Cluster(DOSSIER_CLUSTER, durable=False)
    with cluster.en_marche():
        base = settings.DATABASES["default"]
        base["HOST"] = cluster.parametres()["host"]
        yield


def pytest_configure(config: pytest.Config) -> None:
    from django.conf import settings

    from fce.socle.postgres import Cluster
    from tests import demonstration

    # How long an example takes tells of the machine: what must be fast has a bench, or a bound of its own.
    hypothesis.settings.register_profile("fce", deadline=None)
    hypothesis.settings.load_profile("fce")
    demonstration.reserver()
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
def _dossier_de_donnees(settings: object, tmp_path: Path) -> None:
    """Each test has its own folders: no index, no deposit, no published file of another test is ever read."""
    settings.FCE_INDEX_DIR = tmp_path / "index"  # type: ignore[attr-defined]
    settings.FCE_DATA_DIR = tmp_path / "donnees"  # type: ignore[attr-defined]


@pytest.fixture(autouse=True)
def _rien_d_annonce() -> None:
    """What the team writes on the pages is read once per ten seconds and process: no test pays for it by chance."""
    from fce.portail import annonces

    annonces.ecrites()


@pytest.fixture(autouse=True)
def _pages_sous_leur_role(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages work under the roles of the database that they have in service: see ``pages_sous_roles``."""
    from tests import pages_sous_roles

    pages_sous_roles.installer(monkeypatch)


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
