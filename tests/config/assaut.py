"""Clients that hold a server back, all at once: slow bodies of one address, slow heads, readers of a big file who
hardly read, deposits that are announced and never sent.

``python -m tests.config.assaut PORT SECONDES FICHIER JETON`` plays them in a process of its own, each back a few
seconds after it is sent away; ``mesurer`` asks for pages meanwhile. Used by
``python -m bench.lents``.
"""

import asyncio
import contextlib
import http.client
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Coroutine, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import psutil

from tests.config.serveur import FCE, Serveur

CORPS, TETES, LECTEURS, DEPOTS = 2060, 200, 40, 200
RETOUR_S = 5.0
# With its cookie, without which Django refuses a form before it reads it.
TETE = (
    b"POST /avis HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\n"
    b"Cookie: fce-csrf=" + b"a" * 32 + b"\r\n"
)
# Behind a front server (``FCE_FRONTAUX=1``), they all have one address.
CORPS_LENT = TETE + b"X-Forwarded-For: 203.0.113.9\r\nContent-Length: 100000\r\n\r\n"
DEPOT_LENT = (
    "PUT /api/v1/depots/rge HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {}\r\n"
    "Content-Length: 1000000000\r\n\r\n"
)
_RACINE = Path(__file__).resolve().parents[2]


async def _envoyer_lentement(port: int, debut: bytes, suite: bytes) -> None:
    """One byte a second for ever: never idle."""
    _, plume = await asyncio.open_connection("127.0.0.1", port)
    with contextlib.closing(plume):
        plume.write(debut)
        while True:
            await asyncio.sleep(1)
            plume.write(suite)
            await plume.drain()


async def _lire_lentement(port: int, chemin: str) -> None:
    """A few bytes a second, through a small buffer."""
    boucle = asyncio.get_running_loop()
    with socket.socket() as prise:
        prise.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        prise.setblocking(False)
        await boucle.sock_connect(prise, ("127.0.0.1", port))
        await boucle.sock_sendall(prise, f"GET {chemin} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
        while await boucle.sock_recv(prise, 256):
            await asyncio.sleep(1)


async def _sans_cesse(jouer: Callable[[], Coroutine[Any, Any, None]]) -> None:
    while True:
        with contextlib.suppress(OSError):
            await jouer()
        await asyncio.sleep(RETOUR_S)


async def _assaillir(port: int, secondes: float, chemin: str, jeton: str) -> None:
    depot = DEPOT_LENT.format(jeton).encode()
    clients = [
        *[partial(_envoyer_lentement, port, CORPS_LENT, b"a")] * CORPS,
        *[partial(_envoyer_lentement, port, TETE + b"X-Lent: ", b"a")] * TETES,
        *[partial(_lire_lentement, port, chemin)] * LECTEURS,
        *[partial(_envoyer_lentement, port, depot, b"a")] * DEPOTS,
    ]
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(secondes):
            await asyncio.gather(*map(_sans_cesse, clients))


@contextlib.contextmanager
def assaut(port: int, secondes: float, chemin: str, jeton: str) -> Iterator[None]:
    """All of them, for ``secondes`` at most, against a server of this machine."""
    commande = [sys.executable, "-m", "tests.config.assaut", str(port), str(secondes), chemin, jeton]
    with subprocess.Popen(commande, cwd=_RACINE) as processus:
        time.sleep(3)  # they are all there
        try:
            yield
        finally:
            processus.terminate()


def mesurer(port: int, secondes: float, chemins: Mapping[str, str]) -> dict[str, list[float]]:
    """Seconds that each of ``chemins`` (name → path) took, asked for in turn during ``secondes``. A refusal is ten."""
    temps: dict[str, list[float]] = {nom: [] for nom in chemins}
    fin = time.monotonic() + secondes
    while time.monotonic() < fin:
        for nom, chemin in chemins.items():
            temps[nom].append(_demander(port, chemin))
    return temps


def _demander(port: int, chemin: str) -> float:
    debut = time.monotonic()
    connexion = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connexion.request("GET", chemin)
        reponse = connexion.getresponse()
        reponse.read()
        return time.monotonic() - debut if reponse.status == 200 else 10.0
    except OSError:
        return 10.0
    finally:
        connexion.close()


def p95(temps: list[float]) -> float:
    return sorted(temps)[int(0.95 * (len(temps) - 1))]


def memoire_mo(processus: int) -> float:
    """Memory of a server and of its workers."""
    arbre = [psutil.Process(processus), *psutil.Process(processus).children(recursive=True)]
    total = 0
    for un in arbre:
        with contextlib.suppress(psutil.Error):
            if "python" in un.name() or "fce" in un.name():
                total += un.memory_info().rss
    return total / 1e6


def tampons_mo(processus: int) -> float:
    """Temporary files that the workers of a server hold: they have no name."""
    total = 0
    for un in psutil.Process(processus).children(recursive=True):
        with contextlib.suppress(OSError, psutil.Error):
            for lien in Path(f"/proc/{un.pid}/fd").iterdir():
                with contextlib.suppress(OSError):
                    total += lien.stat().st_size if "/tampons/" in str(lien.readlink()) else 0
    return total / 1e6


def creer_jeton(s: Serveur) -> str:
    """A token of deposits for the source of the assault."""
    commande = [str(FCE), "depot", "jeton", "ademe", "--sources", "rge"]
    fini = subprocess.run(commande, env=s.environnement, capture_output=True, text=True, check=True)
    return next(mot for mot in fini.stdout.split() if mot.startswith("fcedepot_"))


def grossir(dossier: Path, source: str, octets: int = 85_000_000) -> None:
    """Make the open file of ``source``, asked for once already, a big one."""
    (fichier,) = (dossier / "publication" / source).glob("*.csv")
    with fichier.open("r+b") as ouvert:
        ouvert.truncate(octets)


if __name__ == "__main__":
    asyncio.run(_assaillir(int(sys.argv[1]), float(sys.argv[2]), sys.argv[3], sys.argv[4]))
