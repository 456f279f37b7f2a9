"""A real ``fce serve`` in its own process, on its own data folder and port, for the tests of this folder."""

import contextlib
import fcntl
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from fce.socle.postgres.grappe import Cluster
from tests.demonstration import installer
from tests.dossiers import dossier_court

FCE = Path(sys.executable).with_name("fce")


@dataclass
class Reponse:
    """What a request got back."""

    status: int
    entetes: http.client.HTTPMessage
    corps: bytes

    def json(self) -> dict:
        return json.loads(self.corps)


@dataclass
class Serveur:
    """A running ``fce serve``."""

    processus: subprocess.Popen[bytes]
    port: int
    cluster: Cluster
    sortie: Path
    environnement: dict[str, str] = field(default_factory=dict)

    def demander(self, chemin: str, methode: str = "GET", **entetes: str) -> Reponse:
        connexion = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            connexion.putrequest(methode, chemin, skip_host="Host" in entetes)
            for nom, valeur in entetes.items():
                connexion.putheader(nom.replace("_", "-"), valeur)
            connexion.endheaders()
            reponse = connexion.getresponse()
            return Reponse(reponse.status, reponse.headers, reponse.read())
        finally:
            connexion.close()

    def brut(self, requete: bytes) -> bytes:
        """Send bytes as they are, return the status line."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=20) as prise:
            # A server that refuses early may close before it has read everything.
            with contextlib.suppress(ConnectionError):
                prise.sendall(requete)
            with contextlib.suppress(ConnectionError):
                return prise.recv(65536).split(b"\r\n")[0]
            return b""

    def travailleurs(self) -> list[int]:
        """Return the process ids of the workers."""
        vivants = []
        for enfant in psutil.Process(self.processus.pid).children():
            with contextlib.suppress(psutil.Error):  # it dies while we look
                if "spawn_main" in " ".join(enfant.cmdline()):
                    vivants.append(enfant.pid)
        return vivants

    def qui_ecoutent(self) -> int:
        """How many workers listen at the port."""
        ecoutes = [c for c in psutil.net_connections("tcp4") if c.laddr and c.laddr.port == self.port]
        return len({c.pid for c in ecoutes if c.status == psutil.CONN_LISTEN} & {*self.travailleurs()})

    def descendants(self) -> list[psutil.Process]:
        return psutil.Process(self.processus.pid).children(recursive=True)


def port_libre() -> int:
    with socket.socket() as prise:
        prise.bind(("127.0.0.1", 0))
        return int(prise.getsockname()[1])


def environnement(dossier: Path, **reglages: str) -> dict[str, str]:
    """Return an environment that only knows this data folder."""
    propres = {k: v for k, v in os.environ.items() if not k.startswith(("FCE_", "DATABASE_URL", "DJANGO_"))}
    return {**propres, "FCE_DATA_DIR": str(dossier), **reglages}


@contextlib.contextmanager
def installe(nom: str) -> Iterator[Path]:
    """A folder of a service that has just been installed, under a short path that the account of PostgreSQL reaches."""
    with dossier_court(nom) as dossier:
        installer(dossier)
        yield dossier


@contextlib.contextmanager
def serveur(dossier: Path, *options: str, **reglages: str) -> Iterator[Serveur]:
    """Start ``fce serve`` and wait until it answers; stop it, and fail if anything of it survives."""
    port = port_libre()
    sortie = dossier / "serve.log"
    dossier.mkdir(parents=True, exist_ok=True)
    env = environnement(dossier, **reglages)
    with open(sortie, "wb") as journal:
        processus = subprocess.Popen(
            [FCE, "serve", "--port", str(port), *options],
            env=env,
            stdout=journal,
            stderr=journal,
            start_new_session=True,
        )
    s = Serveur(processus, port, Cluster(dossier), sortie, env)
    try:
        attendre(lambda: processus.poll() is not None or repond(s), 180)
        assert processus.poll() is None, sortie.read_text()
        yield s
    finally:
        if processus.poll() is None:
            processus.terminate()
            try:
                processus.wait(60)
            except subprocess.TimeoutExpired:
                for enfant in s.descendants():
                    enfant.kill()
                processus.kill()
                processus.wait()
                raise


def attendre(condition: Callable[[], object], delai_s: float, pas_s: float = 0.05) -> None:
    """Wait for a condition, and fail after ``delai_s``: a bound for a test that would hang, not a speed to reach."""
    debut = time.monotonic()
    while not condition():
        assert time.monotonic() - debut < delai_s, f"toujours pas vrai après {delai_s} s"
        time.sleep(pas_s)


def repond(s: Serveur, page: str = "/healthz") -> bool:
    try:
        return s.demander(page).status == 200
    except OSError:
        return False


@contextlib.contextmanager
def base_arretee(s: Serveur) -> Iterator[None]:
    """Kill PostgreSQL, and keep the watch from starting it again meanwhile by holding the launcher's lock."""
    with open(s.cluster.dossier / "postgres.verrou", "w") as verrou:
        fcntl.flock(verrou, fcntl.LOCK_EX)
        postmaster = s.cluster.postmaster()
        assert postmaster
        os.kill(postmaster, signal.SIGKILL)
        yield
