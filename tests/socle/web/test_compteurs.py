"""Counts that processes share: never more than the limit in any period, hardly less, whatever dies."""

import multiprocessing
import os
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from fce.socle.web import compteurs
from fce.socle.web.compteurs import Compteurs, Limite

CLE = b"cle"
DEBUT = 1_800_000_000.0


def table(dossier: Path) -> Compteurs:
    return Compteurs(dossier / "debit" / "compteurs", CLE)


@given(st.lists(st.tuples(st.floats(0, 30), st.integers(1, 20)), max_size=60), st.integers(1, 50))
def test_s14_never_more_than_the_limit_in_any_minute(
    tmp_path_factory: pytest.TempPathFactory, demandes: list[tuple[float, int]], nombre: int
) -> None:
    lus, limite = table(tmp_path_factory.mktemp("c")), Limite("page", nombre)
    maintenant, servies = DEBUT, []
    for pause, cout in demandes:
        maintenant += pause
        if attente := lus.prendre("a", limite, cout, maintenant):
            # Who waits as long as he is told is served.
            maintenant += attente + 1e-3
            assert lus.prendre("a", limite, cout, maintenant) == 0.0
        servies.append((maintenant, min(cout, nombre)))
    for debut, _ in servies:
        assert sum(c for quand, c in servies if debut <= quand < debut + 60) <= nombre


@pytest.mark.parametrize("limite", [Limite("page", 60), Limite("fragment", 600), Limite("api", 20, 20 / 7)])
def test_s14_whoever_insists_gets_the_limit_to_within_five_percent(tmp_path: Path, limite: Limite) -> None:
    lus, servies, duree = table(tmp_path), 0, 20 * limite.periode_s
    essais = 3 * limite.nombre * 20
    for essai in range(essais):
        servies += not lus.prendre("a", limite, 1, DEBUT + essai * duree / essais)
    assert servies == pytest.approx(limite.nombre * duree / limite.periode_s, rel=0.06)


def _insister(dossier: Path, depart: object, servies: object) -> None:
    lus = table(dossier)
    depart.wait()  # type: ignore[attr-defined]
    servies.put(sum(not lus.prendre("a", Limite("page", 600), 1, DEBUT) for _ in range(400)))  # type: ignore[attr-defined]


def test_s14_four_processes_at_once_give_only_the_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # A machine with much else to do may stop the holder of the lock for longer than the others wait: they are served.
    monkeypatch.setattr(compteurs, "ESSAIS", 30_000)
    contexte = multiprocessing.get_context("fork")
    depart, servies = contexte.Barrier(4), contexte.Queue()
    lances = [contexte.Process(target=_insister, args=(tmp_path, depart, servies)) for _ in range(4)]
    for processus in lances:
        processus.start()
    assert sum(servies.get(timeout=30) for _ in lances) == 600
    for processus in lances:
        processus.join(10)


def test_s14_the_table_survives_a_restart_and_tells_no_address(tmp_path: Path) -> None:
    limite = Limite("page", 3)
    assert [table(tmp_path).prendre("203.0.113.7", limite, 1, DEBUT) > 0 for _ in range(4)] == [False] * 3 + [True]
    fichier = tmp_path / "debit" / "compteurs"
    assert fichier.stat().st_size == compteurs.OCTETS_TABLE
    assert fichier.stat().st_mode & 0o077 == 0
    assert b"203.0.113.7" not in fichier.read_bytes()


def test_s14_without_the_table_each_process_counts_for_itself(tmp_path: Path) -> None:
    (tmp_path / "debit").write_text("un fichier à la place du dossier")
    lus, limite = table(tmp_path), Limite("page", 3)
    assert [lus.prendre("a", limite, 1, DEBUT) > 0 for _ in range(4)] == [False] * 3 + [True]
    # Found again, it is used again.
    (tmp_path / "debit").unlink()
    assert lus.prendre("a", limite, 1, DEBUT) == 0.0
    assert (tmp_path / "debit" / "compteurs").exists()


def test_s14_a_table_held_by_a_stopped_process_does_not_hold_pages_back(tmp_path: Path) -> None:
    import fcntl

    lus, limite = table(tmp_path), Limite("page", 3)
    lus.prendre("a", limite, 1, DEBUT)
    with (tmp_path / "debit" / "compteurs").open("r+b") as autre:
        fcntl.flock(autre, fcntl.LOCK_EX)
        assert lus.prendre("a", limite, 1, DEBUT) == 0.0


@pytest.mark.parametrize("contenu", [b"", b"x" * 100, os.urandom(1000)])
def test_s14_a_damaged_table_stops_nothing(tmp_path: Path, contenu: bytes) -> None:
    (tmp_path / "debit").mkdir()
    (tmp_path / "debit" / "compteurs").write_bytes(contenu)
    assert table(tmp_path).prendre("a", Limite("page", 3), 1, DEBUT) == 0.0


def test_s14_a_clock_set_back_locks_nobody_in(tmp_path: Path) -> None:
    lus, limite = table(tmp_path), Limite("page", 1)
    assert lus.prendre("a", limite, 1, DEBUT) == 0.0
    assert lus.prendre("a", limite, 1, DEBUT - 86_400) == 0.0


def test_s14_the_readers_forgotten_are_the_oldest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compteurs, "GROUPES", 1)
    lus, limite = table(tmp_path), Limite("page", 2)
    for numero in range(compteurs.PAR_GROUPE + 1):
        assert lus.prendre(f"a{numero}", limite, 1, DEBUT + 3 * numero) == 0.0
    assert lus.prendre("a1", limite, 1, DEBUT + 30) == 0.0
    assert lus.prendre("a0", limite, 1, DEBUT + 30) == 0.0


def test_a5_new_readers_never_take_the_cell_of_one_who_used_his_limit_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(compteurs, "GROUPES", 4)
    lus, limite = table(tmp_path), Limite("api", 5)
    for numero in range(3):
        assert [lus.prendre(f"plein{numero}", limite, 1, DEBUT) > 0 for _ in range(6)] == [False] * 5 + [True]
    # A counter of a day, of which the slices are numbered in another unit, is no older for that.
    jour = Limite("contact de tous", 2, 86_400)
    assert [lus.prendre("", jour, 1, DEBUT) > 0 for _ in range(3)] == [False, False, True]
    for numero in range(3_000):
        lus.prendre(f"nouveau{numero}", limite, 1, DEBUT + numero / 100)
    assert all(lus.prendre(f"plein{numero}", limite, 1, DEBUT + 30) > 0 for numero in range(3))
    assert lus.prendre("", jour, 1, DEBUT + 30) > 0
    # Its period over, a counter is nobody's any more.
    assert lus.prendre("plein0", limite, 1, DEBUT + 64) == 0.0


def test_a5_where_every_counter_is_used_up_a_new_reader_is_served(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(compteurs, "GROUPES", 1)
    lus, limite = table(tmp_path), Limite("api", 1)
    for numero in range(compteurs.PAR_GROUPE):
        assert lus.prendre(f"plein{numero}", limite, 1, DEBUT) == 0.0
    assert lus.prendre("nouveau", limite, 1, DEBUT) == 0.0
    assert all(lus.prendre(f"plein{numero}", limite, 1, DEBUT) > 0 for numero in range(compteurs.PAR_GROUPE))


@pytest.mark.epreuve
def test_a5_55_320_keys_flush_no_counter_that_is_used_up(tmp_path: Path) -> None:
    lus, limite = table(tmp_path), Limite("page", 60)
    victimes = [f"203.0.113.{n}" for n in range(250)]
    for victime in victimes:
        assert lus.prendre(victime, limite, 60, DEBUT) == 0.0
    for numero in range(55_320):
        lus.prendre(f"invente {numero}", limite, 1, DEBUT + 1)
    assert [v for v in victimes if lus.prendre(v, limite, 1, DEBUT + 2) == 0.0] == []


@pytest.mark.parametrize(
    ("adresse", "attendus"),
    [
        ("2001:db8:1:2aff::1", ["2001:db8:1:2aff::/64", "2001:db8:1:2a00::/56", "2001:db8:1::/48"]),
        ("2001:db8:1:2aff::/64", ["2001:db8:1:2aff::/64", "2001:db8:1:2a00::/56", "2001:db8:1::/48"]),
        ("::ffff:203.0.113.7", ["::ffff:203.0.113.7"]),
        ("203.0.113.7", ["203.0.113.7"]),
        ("inconnue", ["inconnue"]),
        ("c12", ["c12"]),
    ],
)
def test_a6_an_ipv6_address_counts_in_the_networks_around_it(adresse: str, attendus: list[str]) -> None:
    assert [reseau for reseau, _ in compteurs.reseaux(adresse)] == attendus
