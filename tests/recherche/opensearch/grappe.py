"""A real cluster of three nodes on this machine, for the tests: three processes, whose jars come from Maven."""

import contextlib
import glob
import os
import random
import re
import shutil
import socket
import subprocess
import tempfile
import time
from functools import lru_cache
from pathlib import Path
from urllib.request import urlopen

from tests.dossiers import TEMPORAIRES

ICI = Path(__file__).parent
NOEUDS = 3
JAVA_MIN = 21
MEMOIRE = "512m"
DEMARRAGE_S = 120


class GrappeImpossible(Exception):
    """Why no cluster can be started here, in French."""


@lru_cache(maxsize=1)
def java() -> str:
    """Return a Java that is recent enough: that of JAVA_HOME, of the path, or another one of the machine."""
    maison = os.environ.get("JAVA_HOME")
    candidats = [f"{maison}/bin/java"] if maison else []
    candidats += [shutil.which("java") or "", *sorted(glob.glob("/usr/lib/jvm/*/bin/java"))]
    for candidat in candidats:
        if candidat and Path(candidat).exists():
            dit = subprocess.run([candidat, "-version"], capture_output=True, text=True, check=False).stderr
            version = re.search(r'version "(\d+)', dit)
            if version and int(version[1]) >= JAVA_MIN:
                return candidat
    raise GrappeImpossible(
        f"Java {JAVA_MIN} ou plus récent manque (JAVA_HOME en désigne un) : OpenSearch ne tourne pas."
    )


@lru_cache(maxsize=2)
def jars(pom: Path = ICI / "pom.xml") -> str:
    """Return the class path of a node that is made of what ``pom`` says."""
    maven = shutil.which("mvn")
    if maven is None:
        raise GrappeImpossible("Maven (mvn) manque : il va chercher OpenSearch dans le dépôt que disent ses réglages.")
    with tempfile.NamedTemporaryFile("r", suffix=".txt") as sortie:
        commande = [maven, "-q", "-B", "-f", str(pom), "dependency:build-classpath"]
        fin = subprocess.run(
            [*commande, f"-Dmdep.outputFile={sortie.name}"], capture_output=True, text=True, check=False
        )
        lus = Path(sortie.name).read_text().strip()
    if fin.returncode or not lus:
        # Maven writes its reasons on standard output; the first ones are the cause, the last ones advice.
        raisons = [ligne for ligne in fin.stdout.splitlines() if ligne.startswith("[ERROR] ")][:4]
        raise GrappeImpossible("\n".join(["Maven n’a pas donné OpenSearch :", *raisons, *fin.stderr.splitlines()[-2:]]))
    return lus


class Grappe:
    """Three nodes, each of which can be killed and started again."""

    def __init__(self) -> None:
        self._java, self._jars = java(), jars()
        self.dossier = Path(tempfile.mkdtemp(prefix="fce-opensearch-", dir=TEMPORAIRES))
        ports = _ports_libres(2 * NOEUDS)
        self._http, self._transport = ports[:NOEUDS], ports[NOEUDS:]
        self._noeuds = [self._lancer(n) for n in range(NOEUDS)]
        self.attendre()

    @property
    def adresse(self) -> str:
        """What FCE_SEARCH_URL says of it."""
        return "opensearch+http://" + ",".join(f"127.0.0.1:{port}" for port in self._http)

    def tuer(self, n: int) -> None:
        """Kill a node, as a machine that is switched off."""
        noeud = self._noeuds[n]
        noeud.kill()
        noeud.wait()
        if noeud.stdin is not None:
            noeud.stdin.close()

    def relancer(self) -> None:
        """Start again the nodes that are down, and wait until all that they hold can be asked."""
        for n, noeud in enumerate(self._noeuds):
            if noeud.poll() is not None:
                self._noeuds[n] = self._lancer(n)
        self.attendre()

    def attendre(self) -> None:
        """Wait until all the nodes are together and one copy at least of every shard is there."""
        fin = time.monotonic() + DEMARRAGE_S
        question = f"/_cluster/health?wait_for_nodes={NOEUDS}&wait_for_status=yellow&timeout=15s"
        while time.monotonic() < fin and all(noeud.poll() is None for noeud in self._noeuds):
            with contextlib.suppress(OSError), urlopen(f"http://127.0.0.1:{self._http[0]}{question}", timeout=20):
                return
            time.sleep(0.5)
        etat, sans_copie = "", "_cat/shards?h=index,shard,state,node,unassigned.reason&v"
        with contextlib.suppress(OSError), urlopen(f"http://127.0.0.1:{self._http[0]}/{sans_copie}", timeout=20) as lue:
            etat = lue.read().decode()
        traces = "\n".join([etat, *(self._trace(n) for n in range(NOEUDS))])
        self.arreter()
        raise GrappeImpossible(f"Les nœuds d’OpenSearch ne se sont pas réunis.\n{traces}")

    def arreter(self) -> None:
        """End the nodes and remove what they hold."""
        for n in range(NOEUDS):
            self.tuer(n)
        shutil.rmtree(self.dossier, ignore_errors=True)

    def _lancer(self, n: int) -> "subprocess.Popen[bytes]":
        maison = self.dossier / str(n)
        maison.mkdir(exist_ok=True)
        reglages = {
            "cluster.name": self.dossier.name,
            "node.name": f"noeud-{n}",
            "path.home": str(maison),
            "network.host": "127.0.0.1",
            "http.port": self._http[n],
            "transport.port": self._transport[n],
            "discovery.seed_hosts": ",".join(f"127.0.0.1:{port}" for port in self._transport),
            "cluster.initial_cluster_manager_nodes": ",".join(f"noeud-{m}" for m in range(NOEUDS)),
            "cluster.routing.allocation.disk.threshold_enabled": "false",
            "node.processors": 1,
        }
        memoire = [f"-Xms{MEMOIRE}", f"-Xmx{MEMOIRE}", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"]
        with (self.dossier / f"{n}.log").open("ab") as trace:
            return subprocess.Popen(
                [self._java, *memoire, "--enable-native-access=ALL-UNNAMED", "-cp", self._jars, str(ICI / "Noeud.java")]
                + [f"{nom}={valeur}" for nom, valeur in reglages.items()],
                stdin=subprocess.PIPE,
                stdout=trace,
                stderr=trace,
            )

    def _trace(self, n: int) -> str:
        return (self.dossier / f"{n}.log").read_text(errors="replace")[-1_000:]


def _ports_libres(combien: int) -> list[int]:
    """Below those that the system gives away: a node that was killed finds its own free again."""
    libres: list[int] = []
    for port in random.sample(range(20_000, 32_000), 500):
        with contextlib.suppress(OSError), socket.socket() as prise:
            prise.bind(("127.0.0.1", port))
            libres.append(port)
        if len(libres) == combien:
            break
    return libres
