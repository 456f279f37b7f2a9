"""One OpenSearch node on loopback, from Maven, with the French analyser, for ``bench.paires``."""

from __future__ import annotations

import contextlib
import subprocess
import time
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import msgspec

MEMOIRE = "1500m"
DEMARRAGE_S = 120
ICI = Path(__file__).parent
_GREFFON = "org.opensearch.analysis.common.CommonAnalysisModulePlugin"


class Refus(Exception):
    """Error answered by the node."""


class Noeud:
    """Persistent connection to the node; one thread at a time."""

    def __init__(self, port: int) -> None:
        self.port = port
        self._connexion = HTTPConnection("127.0.0.1", port, timeout=600)

    def demander(self, methode: str, chemin: str, corps: bytes | None = None) -> bytes:
        """Body of an answer. Raises Refus, or OSError when the node does not answer."""
        self._connexion.request(methode, chemin, corps, {"Content-Type": "application/json"})
        reponse = self._connexion.getresponse()
        lue = reponse.read()
        if reponse.status >= 400:
            raise Refus(f"{methode} {chemin} : {reponse.status} {lue[:500]!r}")
        return lue

    def json(self, methode: str, chemin: str, corps: object = None) -> Any:
        octets_ = None if corps is None else msgspec.json.encode(corps)
        return msgspec.json.decode(self.demander(methode, chemin, octets_))


@contextlib.contextmanager
def noeud(dossier: Path) -> Iterator[tuple[int, int]]:
    """Run a node with its data in ``dossier``; give its port and pid.

    Raises GrappeImpossible when this machine cannot run one.
    """
    from bench.national.execution import port_libre
    from tests.recherche.opensearch import grappe

    dossier.mkdir(parents=True, exist_ok=True)
    port = port_libre()
    reglages = {
        "plugin": _GREFFON, "cluster.name": "banc", "node.name": "banc", "path.home": dossier,
        "network.host": "127.0.0.1", "http.port": port, "transport.port": port_libre(),
        "discovery.type": "single-node", "cluster.routing.allocation.disk.threshold_enabled": "false",
    }  # fmt: skip
    memoire = [f"-Xms{MEMOIRE}", f"-Xmx{MEMOIRE}", "--add-modules=jdk.incubator.vector"]
    jars = grappe.jars(ICI / "noeud.xml")
    commande = [grappe.java(), *memoire, "--enable-native-access=ALL-UNNAMED", "-cp", jars]
    commande += [str(grappe.ICI / "Noeud.java"), *(f"{nom}={valeur}" for nom, valeur in reglages.items())]
    with (dossier / "noeud.log").open("ab") as trace:
        processus = subprocess.Popen(commande, stdin=subprocess.PIPE, stdout=trace, stderr=trace)
    with processus:
        try:
            _attendre(processus, port, dossier)
            yield port, processus.pid
        finally:
            assert processus.stdin is not None
            processus.stdin.close()  # the node ends with its standard input
            processus.wait(60)


def _attendre(processus: subprocess.Popen[bytes], port: int, dossier: Path) -> None:
    from tests.recherche.opensearch import grappe

    fin = time.monotonic() + DEMARRAGE_S
    while time.monotonic() < fin and processus.poll() is None:
        with contextlib.suppress(OSError, Refus):
            Noeud(port).demander("GET", "/_cluster/health?wait_for_status=yellow&timeout=30s")
            return
        time.sleep(0.5)
    dit = (dossier / "noeud.log").read_text(errors="replace")[-1_000:]
    raise grappe.GrappeImpossible(f"Le nœud d’OpenSearch ne démarre pas.\n{dit}")


def octets(port: int, forme: str) -> int:
    """Bytes on disk of the indexes whose names match ``forme``."""
    lus = Noeud(port).json("GET", f"/{forme}/_stats/store?expand_wildcards=all")
    return int(lus["_all"]["total"]["store"]["size_in_bytes"])
