"""Faults at any moment of an import, and readers all along: always one whole version, and the next import works."""

import contextlib
import random
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from fce.donnees.imports import services
from fce.donnees.imports.chargement.copie import Copie
from fce.donnees.imports.chargement.empreinte import Empreinte
from fce.donnees.imports.chargement.importation import Importation
from fce.donnees.imports.chargement.nettoyage import INTERROMPU
from fce.donnees.imports.models import Import
from fce.socle.erreurs import BaseIndisponible, DejaEnCours
from fce.sources import lecture
from fce.sources.declaration import Source
from fce.sources.lecture.sha256 import EmpreinteAbandonnee
from tests.donnees.imports.chargement.outils import lignes, somme, tables, tables_attendues
from tests.donnees.imports.chargement.processus import lancer
from tests.sources import fabrique
from tests.sql import executer

pytestmark = pytest.mark.django_db(transaction=True)


def version(dossier: Path, numero: int, nombre: int = 300) -> Path:
    """A file of which every row carries ``numero``: a read that mixes two versions sees two numbers."""
    rangs = [[*rang[:4], str(numero), rang[5]] for rang in fabrique.lignes_valides(nombre)]
    return fabrique.ecrire(dossier, fabrique.texte_csv(rangs), f"v{numero}.csv")


class Lecteurs:
    """Threads that read the view all the time and keep what was wrong."""

    def __init__(self, source: Source, attendues: int, nombre: int = 3) -> None:
        self.source, self.attendues = source, attendues
        self.fin = threading.Event()
        self.fautes: list[str] = []
        self.vues: Counter[int] = Counter()
        self.fils = [threading.Thread(target=self._lire) for _ in range(nombre)]

    def __enter__(self) -> "Lecteurs":
        for fil in self.fils:
            fil.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.fin.set()
        for fil in self.fils:
            fil.join()
        assert self.fautes == []
        assert self.vues, "aucune lecture"

    def _lire(self) -> None:
        # The same view twice in one statement: both sides must be the same version.
        requete = (
            f"SELECT count(*), min(a.effectif), max(a.effectif), min(b.effectif), max(b.effectif) "
            f"FROM {self.source.vue} a JOIN {self.source.vue} b USING (siret)"
        )
        try:
            while not self.fin.is_set():
                nombre, *numeros = executer(requete)[0]
                if nombre != self.attendues or len(set(numeros)) != 1:
                    self.fautes.append(f"{nombre} lignes, versions {numeros}")
                self.vues[numeros[0]] += 1
                self.fin.wait(0.002)  # the importer too needs the server
        except Exception as erreur:
            self.fautes.append(repr(erreur))
        finally:
            connection.close()


def _bascules(source: Source, dossier: Path, nombre: int) -> None:
    services.importer(source, [version(dossier, 0)])
    with Lecteurs(source, attendues=300) as lecteurs:
        for numero in range(1, nombre + 1):
            if numero % 5 == 0:
                services.revenir(source)
            else:
                services.importer(source, [version(dossier, numero)])
    assert len(lecteurs.vues) > nombre // 4, "les lecteurs n'ont presque rien vu passer"
    assert tables(source) == tables_attendues(source)


def test_readers_see_whole_versions_through_switches(source: Source, tmp_path: Path) -> None:
    _bascules(source, tmp_path, 10)


@pytest.mark.epreuve
def test_readers_see_whole_versions_through_sixty_switches(source: Source, tmp_path: Path) -> None:
    _bascules(source, tmp_path, 60)


def _tuer(source: Source, dossier: Path, fois: int, alea: random.Random, nombre: int = 10_000) -> None:
    services.importer(source, [version(dossier, 0, nombre)])
    debut = time.monotonic()
    lancer("import", source.nom, version(dossier, 1, nombre)).communicate()
    duree = time.monotonic() - debut
    with Lecteurs(source, attendues=nombre, nombre=1):
        for numero in range(2, 2 + fois):
            processus = lancer("import", source.nom, version(dossier, numero, nombre))
            time.sleep(alea.uniform(0, duree))
            processus.kill()
            processus.communicate()
    # Nobody repaired anything by hand: the next import runs, and leaves nothing of the dead ones.
    limite = time.monotonic() + 10
    while True:
        try:
            dernier = services.importer(source, [version(dossier, 99, nombre)])
            break
        except DejaEnCours:  # the server takes a moment to see that the client is gone
            assert time.monotonic() < limite
            time.sleep(0.1)
    assert dernier.statut == Import.Statut.EN_PLACE
    assert set(lignes(source, ["effectif"], "effectif")) == {(99,)}
    assert not Import.objects.filter(statut=Import.Statut.EN_COURS).exists()
    # A server process may still be undoing the last killed load.
    while tables(source) != tables_attendues(source):
        assert time.monotonic() < limite + 10
        time.sleep(0.1)


def test_killed_at_random_moments(source: Source, tmp_path: Path) -> None:
    _tuer(source, tmp_path, 1, random.Random(3), nombre=3000)


@pytest.mark.epreuve
def test_killed_at_twenty_random_moments(source: Source, tmp_path: Path) -> None:
    _tuer(source, tmp_path, 20, random.Random(20))


def _attendre_un_import_en_cours() -> None:
    limite = time.monotonic() + 20
    while not Import.objects.filter(statut=Import.Statut.EN_COURS).exists():
        assert time.monotonic() < limite, "l'import n'a pas commencé"
        time.sleep(0.02)


def test_two_imports_at_once_one_runs_the_other_says_so(
    source: Source, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    vraie, suite = lecture.lire, threading.Event()

    def attendre(*args: Any, **options: Any) -> Iterator[Any]:
        assert suite.wait(60)
        yield from vraie(*args, **options)

    def premier() -> Import:
        try:
            return services.importer(source, [version(tmp_path, 1)])
        finally:
            connection.close()

    monkeypatch.setattr(lecture, "lire", attendre)
    with ThreadPoolExecutor(1) as fils:
        en_cours = fils.submit(premier)
        try:
            _attendre_un_import_en_cours()
            with pytest.raises(DejaEnCours):
                services.importer(source, [version(tmp_path, 2)])
            second = lancer("import", source.nom, tmp_path / "v2.csv")
            sortie, _ = second.communicate(timeout=30)
        finally:
            suite.set()
        assert second.returncode == 75
        assert "déjà en cours" in sortie
        assert en_cours.result(60).statut == Import.Statut.EN_PLACE
    assert set(lignes(source, ["effectif"], "effectif")) == {(1,)}


@pytest.mark.parametrize("etape", ["__init__", "statement", "executer"])
def test_stopped_before_its_first_step_an_import_does_not_say_that_it_runs(
    source: Source, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, etape: str
) -> None:
    methode = "executer" if etape == "executer" else "__init__"
    vraie = getattr(Importation, methode)

    def interrompre(importation: Importation, *args: Any, **options: Any) -> None:
        if methode == "__init__":
            vraie(importation, *args, **options)
        if etape == "statement":  # sent, its answer not read
            connection.connection.pgconn.send_query(b"SELECT 1")
        raise SystemExit(143)

    monkeypatch.setattr(Importation, methode, interrompre)
    with pytest.raises(SystemExit):
        services.importer(source, [version(tmp_path, 1)])
    trace = Import.objects.get()
    assert (trace.statut, trace.motifs) == (Import.Statut.ECHOUE, [INTERROMPU])


def test_sigterm_stops_cleanly(source: Source, tmp_path: Path) -> None:
    services.importer(source, [version(tmp_path, 0)])
    avant = somme(source)
    processus = lancer("import", source.nom, version(tmp_path, 1), pause=5)
    _attendre_un_import_en_cours()
    processus.send_signal(signal.SIGTERM)
    processus.communicate(timeout=60)
    assert processus.returncode == 143
    trace = Import.objects.latest("pk")
    assert trace.statut == Import.Statut.ECHOUE
    assert "Interrompu" in trace.motifs[0]
    assert (somme(source), tables(source)) == (avant, tables_attendues(source))


def test_what_is_refused_or_cut_leaves_no_thread_at_work(
    source: Source, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A thread that goes on while its process ends may make it crash; in a web process, it works for nobody."""
    en_fil = threading.Event()

    def sans_fin(fichiers: object, *, abandonnee: Callable[[], bool]) -> str:
        en_fil.set()
        while not abandonnee():
            time.sleep(0.01)
        raise EmpreinteAbandonnee

    def couper(*_: object, **__: object) -> Iterator[Any]:
        assert en_fil.wait(10)
        raise SystemExit(143)
        yield

    monkeypatch.setattr(lecture, "empreinte", sans_fin)
    monkeypatch.setattr(lecture, "lire", couper)
    with pytest.raises(SystemExit):
        services.importer(source, [version(tmp_path, 0)])
    assert [fil.name for fil in threading.enumerate() if isinstance(fil, Empreinte | Copie)] == []


@pytest.mark.parametrize("role", ["import", "verrou"])
def test_the_server_cuts_a_connection_during_the_copy(
    source: Source, tmp_path: Path, monkeypatch: Any, role: str
) -> None:
    services.importer(source, [version(tmp_path, 0)])
    avant, vraie = somme(source), lecture.lire

    def coupante(*args: Any, **options: Any) -> Iterator[Any]:
        yield from vraie(*args, **options)
        assert executer(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity "
            "WHERE application_name = %s AND datname = current_database()",
            [f"fce-{role}"],
        )[0] == (1,)

    with monkeypatch.context() as contexte:
        contexte.setattr(lecture, "lire", coupante)
        with pytest.raises(BaseIndisponible, match="relancez l'import"):
            services.importer(source, [version(tmp_path, 1)])
    assert Import.objects.latest("pk").statut == Import.Statut.ECHOUE
    assert somme(source) == avant
    assert services.importer(source, [tmp_path / "v1.csv"]).statut == Import.Statut.EN_PLACE
    assert tables(source) == tables_attendues(source)


def test_every_statement_of_the_bookkeeping_may_fail(source: Source, tmp_path: Path) -> None:
    """The n-th statement on Django's connection raises, n = 1, 2… until an import passes: old or new, never a mix."""
    services.importer(source, [version(tmp_path, 0)])
    avant = somme(source)
    for n in range(1, 100):
        restant = n

        def compter(execute: Any, sql: str, params: Any, many: bool, contexte: Any) -> Any:
            nonlocal restant
            restant -= 1
            if restant == 0:
                raise RuntimeError("panne d'essai")
            return execute(sql, params, many, contexte)

        with contextlib.suppress(RuntimeError), connection.execute_wrapper(compter):
            services.importer(source, [version(tmp_path, 1)])
            if restant > 0:
                break  # every statement was met; the feed of changes may fail before without the import
        assert somme(source) == avant or set(lignes(source, ["effectif"], "effectif")) == {(1,)}
        if somme(source) != avant:
            # The switch was done, the clean-up after it failed: go back, to meet the next statement.
            services.revenir(source)
    assert 10 < n < 99, "le nombre d'instructions paraît faux"
    assert set(lignes(source, ["effectif"], "effectif")) == {(1,)}
    services.importer(source, [version(tmp_path, 2)])
    assert tables(source) == tables_attendues(source)
    assert not Import.objects.filter(statut=Import.Statut.EN_COURS).exists()


def test_interrupted_while_waiting_to_switch(source: Source, tmp_path: Path) -> None:
    services.importer(source, [version(tmp_path, 0)])
    avant = somme(source)

    def interrompre(execute: Any, sql: str, *reste: Any) -> Any:
        if "lock_timeout" in sql:
            raise KeyboardInterrupt
        return execute(sql, *reste)

    with connection.execute_wrapper(interrompre), pytest.raises(KeyboardInterrupt):
        services.importer(source, [version(tmp_path, 1)])
    assert Import.objects.latest("pk").statut == Import.Statut.ECHOUE
    assert (somme(source), tables(source)) == (avant, tables_attendues(source))
