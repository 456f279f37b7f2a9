"""The embedded PostgreSQL: a private cluster on a Unix socket, for trials, the demonstration and the tests.

Each process that uses the cluster holds a shared ``flock``; the last one to leave stops the server. As root, the server
runs under an unprivileged account. When this account cannot reach the data folder, the cluster lives in
``/var/lib/fce/<hash>`` and a pointer file names it; the permissions of parent folders are never widened.
"""

import contextlib
import fcntl
import hashlib
import os
import shutil
import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import structlog
from psycopg.conninfo import make_conninfo

from fce.socle.erreurs import BaseIndisponible
from fce.socle.postgres.binaires import VERSION_MINIMALE, Binaires, candidats, compte_du_serveur, copier
from fce.socle.postgres.reglages import reglages

DELAI_DEMARRAGE_S = 600
DELAI_REPONSE_S = 60
DELAI_ARRET_S = 120
DELAI_NETTOYAGE_S = 3
# PostgreSQL's own limit is 1024 bytes for any file of the cluster.
LONGUEUR_MAX_CHEMIN = 900
BASE = UTILISATEUR = "fce"
PORT = "5432"
"""Of a socket in a folder of its own: only its name."""
# Roles of the web pages, each inheriting the previous one: see ``roles``.
ROLES = ("fce_public", "fce_comptes", "fce_agents")
RACINE_DE_REPLI = Path("/var/lib/fce")
ENVIRONNEMENT = {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}
"""Environment of the server and its commands, without any of our variables."""
HORLOGE = ("LD_PRELOAD", "FAKETIME", "FAKETIME_DONT_FAKE_MONOTONIC")
"""Variables of libfaketime: the server has the clock of whoever starts it."""
log = structlog.get_logger("fce.postgres")


class Cluster:
    """The embedded cluster of one data folder.

    ``durable=False`` trades crash safety for speed (tests only). ``programmes``: ``bin`` folder of PostgreSQL to use
    instead of the one found.
    """

    def __init__(self, dossier: Path, *, durable: bool = True, programmes: Path | None = None) -> None:
        # Resolve links and "..", so that one folder has one cluster.
        self.dossier = Path(os.path.realpath(dossier))
        self.durable = durable
        self.programmes = programmes
        self.empreinte = hashlib.sha256(os.fsencode(self.dossier)).hexdigest()[:12]
        # The kernel limits socket paths to 107 bytes: use a short fixed folder rather than the data folder.
        self.dossier_socket = Path("/tmp") / f"fce-{os.geteuid()}-{self.empreinte}"  # noqa: S108 - owner and mode are checked
        self._repli = RACINE_DE_REPLI / self.empreinte
        self._pointeur = self.dossier / "postgres.emplacement"

    def parametres(self) -> dict[str, str]:
        """Return the connection parameters of the application's database (libpq names)."""
        return {"host": str(self.dossier_socket), "port": PORT, "dbname": BASE, "user": UTILISATEUR}

    @contextlib.contextmanager
    def en_marche(self) -> Iterator[None]:
        """Run the block with the server up; afterwards stop the server unless another process uses it.

        Raises BaseIndisponible, with the message of the server or of the disk, when it cannot start.
        """
        with self._erreurs_du_disque():
            self.dossier.mkdir(parents=True, exist_ok=True)
            usage = os.open(self.dossier / "postgres.usage", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            with self._erreurs_du_disque(), self._exclusif():
                try:
                    self._assurer_demarre()
                    fcntl.flock(usage, fcntl.LOCK_SH)
                except BaseException:  # interrupted or failed: do not leave a server without a user
                    self._arreter_si_seul(usage)
                    raise
            try:
                yield
            finally:
                with self._exclusif():
                    self._arreter_si_seul(usage)
        finally:
            os.close(usage)

    def surveiller(self, arret: threading.Event, *, periode_s: float = 1.0) -> None:
        """Restart the server whenever it dies, until ``arret``. Runs in a thread of a process that uses the cluster."""
        while not arret.wait(periode_s):
            if self.postmaster() is not None:
                continue
            try:
                with self._exclusif():
                    self._assurer_demarre()
                log.warning("postgres_relance")
            except (BaseIndisponible, OSError) as erreur:
                log.error("postgres_non_relance", erreur=str(erreur))

    @property
    def donnees(self) -> Path:
        """PGDATA: ``dossier/postgres``, or the folder named by ``postgres.emplacement`` when the server cannot enter
        ``dossier``."""
        if self._pointeur.exists():
            return Path(self._pointeur.read_text().strip())
        return self.dossier / "postgres"

    def postmaster(self) -> int | None:
        """Return the process id of the running server, None when it does not run."""
        lignes = self._lignes_du_pid()
        return int(lignes[0]) if lignes and _titre_postgres(int(lignes[0])) else None

    @contextlib.contextmanager
    def _exclusif(self) -> Iterator[None]:
        with open(self.dossier / "postgres.verrou", "w") as verrou:
            fcntl.flock(verrou, fcntl.LOCK_EX)
            yield

    @contextlib.contextmanager
    def _erreurs_du_disque(self) -> Iterator[None]:
        try:
            yield
        except OSError as erreur:
            raise BaseIndisponible(
                f"Le dossier de données {self.dossier} n’est pas utilisable ({erreur.strerror or erreur}) : "
                "vérifiez ses droits et l’espace libre, ou choisissez-en un autre avec FCE_DATA_DIR."
            ) from erreur

    def _assurer_demarre(self) -> None:
        if not (self.donnees / "PG_VERSION").exists():
            self._initialiser()
        self._preparer_socket()
        limite = time.monotonic() + DELAI_REPONSE_S
        while True:
            if self.postmaster() is None:
                self._nettoyer_apres_arret_brutal()
                self._demarrer()
            elif self._socket_du_serveur() not in ("", str(self.dossier_socket)):
                raise BaseIndisponible(
                    f"Le serveur PostgreSQL de {self.donnees} est déjà en service pour un autre dossier ou un autre "
                    "compte : arrêtez-le d’abord."
                )
            try:
                self._creer_base()
                return
            except psycopg.OperationalError as erreur:
                # The process exists but may still be starting (its starter was killed) or dying.
                if time.monotonic() > limite:
                    raise BaseIndisponible(
                        f"Le serveur PostgreSQL embarqué ne répond pas ({str(erreur).splitlines()[0]}). "
                        f"{_fin_de(self.donnees / 'journal.log')}".strip()
                    ) from erreur
                time.sleep(0.1)

    def _demarrer(self) -> None:
        self._ecrire_configuration()
        programmes = self._programmes()
        options = f"-k {self.dossier_socket} -c cluster_name={self.dossier_socket.name}"
        # pg_ctl passes the path to a shell: run in the data folder with ".", so that no special character reaches it.
        self._appeler(
            [
                *(programmes.dossier / "pg_ctl", "-D", ".", "-w", "-t", str(DELAI_DEMARRAGE_S)),
                *("-l", "journal.log", "-o", options, "start"),
            ],
            dossier=self.donnees,
        )

    def _arreter_si_seul(self, usage: int) -> None:
        if not _seul(usage) or self.postmaster() is None:
            return
        pg_ctl = self._programmes().dossier / "pg_ctl"
        self._appeler(
            [pg_ctl, "-D", ".", "-w", "-t", str(DELAI_ARRET_S), "-m", "fast", "stop"],
            dossier=self.donnees,
            check=False,
        )
        with contextlib.suppress(OSError):  # not empty: the server did not stop in time
            self.dossier_socket.rmdir()

    def _initialiser(self) -> None:
        self._choisir_emplacement()
        donnees = self.donnees
        if len(os.fsencode(donnees)) > LONGUEUR_MAX_CHEMIN:
            raise BaseIndisponible(
                f"Le chemin du dossier de données dépasse {LONGUEUR_MAX_CHEMIN} octets, ce que PostgreSQL refuse : "
                "choisissez-en un plus court avec FCE_DATA_DIR."
            )
        if donnees.exists() and any(donnees.iterdir()):
            raise BaseIndisponible(
                f"Le dossier {donnees} existe mais ne contient pas de données PostgreSQL : déplacez-le."
            )
        # initdb in a temporary folder, then rename: a killed initdb leaves nothing that looks like a cluster.
        partiel = donnees.with_name(f"{donnees.name}.partiel")
        shutil.rmtree(partiel, ignore_errors=True)
        partiel.mkdir(mode=0o700)
        self._donner(partiel)
        programmes = self._programmes()
        locale = ["--locale-provider=builtin"] if programmes.majeure >= 17 else []
        hate = [] if self.durable else ["--no-sync"]
        self._appeler(
            [
                *(programmes.dossier / "initdb", "-D", ".", "-U", UTILISATEUR, "-A", "trust", "-E", "UTF8"),
                *(*locale, "--locale=C.UTF-8", "--no-instructions", *hate),
            ],
            dossier=partiel,
        )
        with open(partiel / "postgresql.conf", "a") as conf:
            conf.write("\ninclude = 'fce.conf'\n")
        partiel.rename(donnees)

    def _ecrire_configuration(self) -> None:
        # Rewritten at each start, because a new release or another machine may need other values.
        conf = self.donnees / "fce.conf"
        conf.write_text(reglages(durable=self.durable))
        self._donner(conf)

    def _choisir_emplacement(self) -> None:
        if os.geteuid() != 0 or self._accessible(self.dossier):
            self._pointeur.unlink(missing_ok=True)
            return
        _creer_racine_de_repli()
        if self._repli.exists():
            # The data folder was emptied: set the old cluster aside (one is kept, in case of a mistake).
            ecarte = self._repli.with_name(f"{self._repli.name}.ecarte")
            shutil.rmtree(ecarte, ignore_errors=True)
            self._repli.rename(ecarte)
        self._pointeur.write_text(f"{self._repli}\n")
        # Tells an administrator which data folder this cluster belongs to.
        (RACINE_DE_REPLI / f"{self.empreinte}.origine").write_text(f"{self.dossier}\n")

    def _preparer_socket(self) -> None:
        with contextlib.suppress(FileExistsError):
            self.dossier_socket.mkdir(mode=0o700)
        etat = self.dossier_socket.lstat()
        if self.dossier_socket.is_symlink() or etat.st_uid not in (os.geteuid(), compte_du_serveur()[0]):
            raise BaseIndisponible(f"Le dossier {self.dossier_socket} appartient à un autre compte : supprimez-le.")
        self.dossier_socket.chmod(0o700)
        self._donner(self.dossier_socket)

    def _creer_base(self) -> None:
        adresse = make_conninfo(**{**self.parametres(), "dbname": "postgres", "connect_timeout": "3"})
        with psycopg.connect(adresse, autocommit=True) as connexion:
            if not connexion.execute("SELECT 1 FROM pg_database WHERE datname = %s", [BASE]).fetchone():
                connexion.execute(f"CREATE DATABASE {BASE}")
            presents = {nom for (nom,) in connexion.execute("SELECT rolname FROM pg_roles")}
            for nom, precedent in zip(ROLES, (None, *ROLES), strict=False):
                if nom not in presents:
                    connexion.execute(f"CREATE ROLE {nom} NOLOGIN" + (f" IN ROLE {precedent}" if precedent else ""))

    def _nettoyer_apres_arret_brutal(self) -> None:
        """After a ``kill -9`` of the server: kill its surviving children and remove a stale pid file, so that it can
        restart."""
        limite = time.monotonic() + DELAI_NETTOYAGE_S
        while (orphelins := self._processus()) and time.monotonic() < limite:
            for pid in orphelins:
                with contextlib.suppress(ProcessLookupError, PermissionError):
                    os.kill(pid, signal.SIGKILL)
            time.sleep(0.02)
        lignes = self._lignes_du_pid()
        while lignes and _vivant(int(lignes[0])) and time.monotonic() < limite:
            time.sleep(0.02)
        if lignes and _vivant(int(lignes[0])):
            # A zombie, or a reused pid: PostgreSQL would believe that the server still runs.
            (self.donnees / "postmaster.pid").unlink(missing_ok=True)
            (self.dossier_socket / f".s.PGSQL.{PORT}.lock").unlink(missing_ok=True)

    def _processus(self) -> list[int]:
        numeros = (int(entree.name) for entree in Path("/proc").glob("[0-9]*"))
        return [n for n in numeros if self.empreinte in (_titre_postgres(n) or "")]

    def _lignes_du_pid(self) -> list[str]:
        try:
            lignes = (self.donnees / "postmaster.pid").read_text().splitlines()
        except FileNotFoundError:
            return []
        return lignes if lignes and lignes[0].isdigit() else []

    def _socket_du_serveur(self) -> str:
        lignes = self._lignes_du_pid()
        return lignes[4].split(",")[0].strip() if len(lignes) > 4 else ""

    def _programmes(self) -> Binaires:
        voulue = self._version_des_donnees()
        presents = []
        for candidat in candidats(self.programmes):
            presents.append(candidat.version)
            if voulue in (None, candidat.majeure):
                if os.geteuid() == 0 and not self._accessible(candidat.dossier / "postgres"):
                    _creer_racine_de_repli()
                    return copier(candidat, RACINE_DE_REPLI)
                return candidat
        if voulue is None:
            raise BaseIndisponible(
                f"Aucun PostgreSQL {VERSION_MINIMALE} ou plus récent sur cette machine : installez-le, "
                "ou donnez l’adresse d’un serveur dans DATABASE_URL."
            )
        raise BaseIndisponible(
            f"Les données de {self.donnees} ont été écrites par PostgreSQL {voulue}, absent de cette machine "
            f"(présents : {', '.join(presents) or 'aucun'}) : installez PostgreSQL {voulue}, ou reprenez l’import dans "
            "un nouveau FCE_DATA_DIR."
        )

    def _version_des_donnees(self) -> int | None:
        fichier = self.donnees / "PG_VERSION"
        if not fichier.exists():
            return None
        texte = fichier.read_text().strip()
        if not texte.isdigit():
            raise BaseIndisponible(f"Le fichier {fichier} est abîmé : restaurez les données d’une sauvegarde.")
        return int(texte)

    def _accessible(self, chemin: Path) -> bool:
        return self._appeler(["/usr/bin/test", "-x", chemin], check=False).returncode == 0

    def _donner(self, chemin: Path) -> None:
        if os.geteuid() == 0:
            os.chown(chemin, *compte_du_serveur(), follow_symlinks=False)

    def _appeler(
        self, commande: list[Path | str], *, dossier: Path = Path("/"), check: bool = True
    ) -> subprocess.CompletedProcess[str]:
        # Only root can change account.
        uid, gid = compte_du_serveur() if os.geteuid() == 0 else (None, None)
        # New session: Ctrl-C must reach the application only, which then stops the server. Output to a file: the server
        # inherits pg_ctl's standard output and would keep a pipe open.
        sortie = self.dossier / "postgres.commandes.log"
        with open(sortie, "w+") as fichier:
            resultat = subprocess.run(
                [str(c) for c in commande],
                user=uid,
                group=gid,
                extra_groups=None if uid is None else [],
                cwd=dossier,
                env=ENVIRONNEMENT | {nom: os.environ[nom] for nom in HORLOGE if nom in os.environ},
                stdin=subprocess.DEVNULL,
                stdout=fichier,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                text=True,
                check=False,
            )
        if check and resultat.returncode != 0:
            raise BaseIndisponible(
                "Le serveur PostgreSQL embarqué n’a pas démarré. "
                f"{_fin_de(sortie)} {_fin_de(self.donnees / 'journal.log')}".strip()
            )
        return resultat


def _seul(usage: int) -> bool:
    fcntl.flock(usage, fcntl.LOCK_UN)
    try:
        fcntl.flock(usage, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _creer_racine_de_repli() -> None:
    if not RACINE_DE_REPLI.exists():
        RACINE_DE_REPLI.mkdir(parents=True)
        RACINE_DE_REPLI.chmod(0o755)  # whatever the umask: the server's account must enter


def _titre_postgres(pid: int) -> str | None:
    """Return the command line (or title) of a PostgreSQL process, None for any other process."""
    if not Path("/proc/self").exists():  # no /proc on this system: trust the pid
        return "postgres" if _vivant(pid) else None
    try:
        arguments = Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace").split("\0")
    except OSError:
        return None
    programme = arguments[0]
    return " ".join(arguments) if programme.startswith("postgres:") or Path(programme).name == "postgres" else None


def _vivant(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _fin_de(fichier: Path) -> str:
    try:
        return " ".join(fichier.read_text(errors="replace").splitlines()[-4:])
    except OSError:
        return ""
