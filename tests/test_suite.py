"""Guarantees of the suite to the authors of tests (``tests/conftest.py``)."""

from __future__ import annotations

import ast
import re
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client, TransactionTestCase
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from fce.donnees.imports.models import Import
from fce.droits.comptes.models import Session
from fce.droits.journal.services import consigner
from fce.droits.journal.verification import verifier
from fce.service.portail import annonces
from fce.sources import registre
from tests.donnees.entreprises import fabrique as f
from tests.droits.comptes import fabrique as comptes
from tests.droits.journal.fabrique import MIDI, consultation
from tests.epreuves import PARTIES
from tests.sql import executer

TESTS = Path(__file__).parent
HORLOGE = frozenset({"localdate", "localtime", "now", "today", "utcnow"})
TRAVAIL = (
    "INSERT INTO procrastinate_jobs (queue_name, task_name, args, status) VALUES ('default', 'essai', '{}', 'todo')"
)
DROIT = "SELECT has_any_column_privilege('fce_public', 'sirene_etablissements', 'SELECT')"


def nombre(table: str) -> int:
    return int(executer(f"SELECT count(*) FROM {table}")[0][0])


@pytest.mark.django_db(transaction=True)
def test_what_a_test_commits_is_undone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever part of the catalogue the test replaced."""
    comptes.compte()
    consigner([consultation()], MIDI)
    f.unites(f.unite(f.siren_no(1)))
    with connection.cursor() as curseur:
        curseur.execute(TRAVAIL)
        curseur.execute(DROIT)
        assert curseur.fetchone() == (True,)
        curseur.execute("REVOKE SELECT ON sirene_etablissements FROM fce_public")
        curseur.execute("CREATE VIEW essai_declare AS SELECT 1 AS ligne")
        curseur.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'generations'")
        (generation,) = curseur.fetchone()
    ecrites = ("comptes_compte", "journal.consultation", "journal.tete", "sirene_unites_legales", "procrastinate_jobs")
    assert all(nombre(table) for table in ecrites)
    monkeypatch.setattr(registre, "par_nom", dict)
    TransactionTestCase._fixture_teardown(None)  # type: ignore[attr-defined]
    assert not any(nombre(table) for table in ecrites)
    assert not Import.objects.exists()
    with connection.cursor() as curseur:
        curseur.execute("SELECT to_regclass(%s), to_regclass('essai_declare')", [f"generations.{generation}"])
        assert curseur.fetchone() == (None, None)
        curseur.execute(DROIT)
        assert curseur.fetchone() == (True,)
    assert registre.toutes() == []


@pytest.mark.django_db(transaction=True)
def test_numbers_that_other_tests_took_are_not_missing_from_the_journal() -> None:
    """A rolled-back test consumes sequence numbers, which the journal would report as gaps."""
    executer("SELECT setval('journal.consultation_id_seq', 50)")
    TransactionTestCase._fixture_setup()  # type: ignore[attr-defined]
    consigner([consultation()], MIDI)
    assert verifier().ruptures == ()


def test_a_test_that_starts_nothing_is_not_said_to(request: pytest.FixtureRequest) -> None:
    """``config/test_legerete.py`` tests the other case."""
    assert request.node.get_closest_marker("processus") is None


def test_a_page_is_never_polled_with_an_expression() -> None:
    """A string is evaluated in the page, which its CSP forbids; a function is not."""
    attente = re.compile(r"wait_for_function\(\s*(.)(?!\(\) =>)")
    ecrites = {
        str(fichier.relative_to(TESTS))
        for fichier in TESTS.rglob("*.py")
        for ouvrante in attente.findall(fichier.read_text(encoding="utf-8"))
        if ouvrante in "\"'"
    }
    assert ecrites == set()


def test_what_a_page_shows_is_waited_for() -> None:
    """Right after a click the next page may be incomplete; ``expect(…).to_be_visible()`` waits."""
    hatives = {
        str(fichier.relative_to(TESTS))
        for fichier in TESTS.rglob("*.py")
        if re.search(r"assert [^\[\n]*\.is_visible\(\)", fichier.read_text(encoding="utf-8"))
    }
    assert hatives == set()


def test_a_marker_is_not_what_a_random_token_may_hold() -> None:
    """A form token may contain letters and digits in a row, but no hyphen."""
    nues = {
        f"{fichier.relative_to(TESTS)}:{numero}"
        for fichier in TESTS.rglob("*.py")
        for numero, ligne in enumerate(fichier.read_text(encoding="utf-8").splitlines(), 1)
        if re.search(r"""MRK["'] (not )?in """, ligne)
    }
    assert nues == set()


def test_a_page_that_is_slow_to_come_asks_no_more_questions(client: Client, db: None) -> None:
    """Otherwise a test that counts queries would measure the machine."""
    comptes.connecter(client, comptes.compte())

    def questions() -> int:
        with CaptureQueriesContext(connection) as capture:
            assert client.get("/budget").status_code == 200
        return len(capture)

    questions()  # what the process then caches is read once
    avant = questions()
    Session.objects.update(vue_le=timezone.now() - timedelta(minutes=5))
    object.__setattr__(annonces._gardees, "prises_a", time.monotonic() - 300)
    assert questions() == avant


def lues_au_chargement(module: ast.Module) -> Iterator[int]:
    """Lines of a module that call a clock at import; function bodies are skipped."""
    a_lire: list[ast.AST] = [*module.body]
    while a_lire:
        noeud = a_lire.pop()
        if isinstance(noeud, ast.FunctionDef | ast.AsyncFunctionDef):
            defauts = (*noeud.args.defaults, *noeud.args.kw_defaults)
            a_lire += [*noeud.decorator_list, *(defaut for defaut in defauts if defaut)]
        elif not isinstance(noeud, ast.Lambda):
            if isinstance(noeud, ast.Call) and ast.unparse(noeud.func).rpartition(".")[2] in HORLOGE:
                yield noeud.lineno
            a_lire += ast.iter_child_nodes(noeud)


@pytest.mark.parametrize(
    ("ecrit", "lignes"),
    [
        ("HIER = timezone.localdate() - UN_JOUR", [1]),
        ("@pytest.mark.parametrize('jour', [date.today()])\ndef test(jour): ...", [1]),
        ("class Cas:\n    quand = datetime.now(UTC)", [2]),
        ("def ecrire(quand=timezone.now()):\n    return date.today()", [1]),
        ("hier = lambda: date.today()", []),
    ],
)
def test_a_clock_asked_while_a_module_loads_is_found(ecrit: str, lignes: list[int]) -> None:
    assert [*lues_au_chargement(ast.parse(ecrit))] == lignes


def test_no_test_keeps_the_day_on_which_it_was_collected() -> None:
    """A suite that runs past midnight would compare two days, and its processes collect different tests."""
    gardes = {
        f"{fichier.relative_to(TESTS)}:{ligne}"
        for fichier in TESTS.rglob("*.py")
        for ligne in lues_au_chargement(ast.parse(fichier.read_text(encoding="utf-8")))
    }
    assert gardes == set()


def test_one_place_skips_for_want_of_the_real_samples() -> None:
    """Another sentence would be another line of what pytest tells."""
    reglage = "FCE_SHARED" + "_DIR"
    ailleurs = {
        str(fichier.relative_to(TESTS))
        for fichier in TESTS.rglob("*.py")
        if fichier.name != "partage.py" and re.search(rf"skip.*{reglage}", fichier.read_text(encoding="utf-8"))
    }
    assert ailleurs == set()


def test_every_folder_of_tests_is_in_one_part_of_the_drills() -> None:
    partagees = [
        dossier for partie in PARTIES.values() if partie.commande[0] == "pytest" for dossier in partie.dossiers
    ]
    assert sorted(partagees) == sorted(f.parent.name for f in TESTS.glob("*/__init__.py"))


@pytest.mark.parametrize(
    ("quoi", "motif"),
    [
        ("a private name of the product is replaced", r"""setattr\([^()]*?(,\s*|\.)["']?_[a-z]\w*["']\s*,"""),
        ("a time is asserted", r"assert [^\n]*\b(monotonic|perf_counter|process_time|time)\(\) - "),
    ],
)
def test_no_test_holds_on_to_what_may_change(quoi: str, motif: str) -> None:
    """A private name is renamed without a word; a busy machine is slow."""
    fautifs = {str(f.relative_to(TESTS)) for f in TESTS.rglob("*.py") if re.search(motif, f.read_text("utf-8"))}
    # ``attendre`` gives up on what would hang.
    assert fautifs - {"test_suite.py", "config/serveur.py"} == set(), quoi
