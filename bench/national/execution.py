"""Run commands as an operator does, each in its own process, and measure time and memory."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench.national import SOURCES
from bench.national.memoire import Memoire

if TYPE_CHECKING:
    from bench.national.fichiers import Fichiers

OCTETS_PAR_ENTREPRISE = 5_000
"""Peak disk: files, tables, index, and the free space required by an import."""
RESERVE = 2 << 30


def place_manquante(dossier: Path, entreprises: int) -> str:
    from fce.socle.texte.formats import nombre

    libres, voulus = shutil.disk_usage(dossier).free, entreprises * OCTETS_PAR_ENTREPRISE + RESERVE
    if libres >= voulus:
        return ""
    return (
        f"Il faut environ {nombre(round(voulus / 1e9))} Go libres pour {nombre(entreprises)} entreprises et "
        f"{dossier} n’en a que {nombre(round(libres / 1e9))} : libérez de la place, désignez un autre disque "
        f"(--dossier) ou demandez moins (TAILLE={max(0, int((libres - RESERVE) / OCTETS_PAR_ENTREPRISE))} au plus)."
    )


def tout_importer(ecrits: Fichiers, a_la_fois: int) -> dict[str, Any]:
    """Import the three files, ``a_la_fois`` at a time; measures of each (``imports``) and of all."""
    from django.db import connections

    def un(nom: str, chemin: Path) -> dict[str, Any]:
        try:
            return importer(SOURCES[nom], chemin)
        finally:
            connections.close_all()  # those of this thread

    debut = time.perf_counter()
    with ThreadPoolExecutor(a_la_fois) as fils:
        attente = {n: fils.submit(un, n, chemin) for n, chemin in zip(SOURCES, ecrits[:3], strict=True)}
        imports = {nom: lu.result() for nom, lu in attente.items()}
    duree = round(time.perf_counter() - debut, 1)
    for nom, lu in imports.items():
        assert lu["lues"] == ecrits.lignes[nom] == lu["chargees"], nom
    sommets = sorted(lu["memoire"]["processus"] for lu in imports.values())
    memoire = {
        "processus": sum(sommets[-a_la_fois:]),
        "postgres": max(lu["memoire"]["postgres"] for lu in imports.values()),
    }
    return {"imports": imports, "imports_s": duree, "imports_memoire": memoire}


def importer(source: str, chemin: Path) -> dict[str, Any]:
    from fce.donnees.imports.models import Import

    octets = chemin.stat().st_size
    duree, memoire = lancer("import", source, str(chemin))
    importation = Import.objects.filter(source=source).latest("pk")
    chemin.unlink()
    lues, chargees, ecartees = importation.lues, importation.chargees, importation.ecartees
    assert not ecartees, f"{source} : {ecartees} lignes écartées"
    dire(f"Import {source} : {lues} lignes en {duree} s", lues / duree, "lignes/s", memoire)
    return {"s": duree, "lues": lues, "chargees": chargees, "octets": octets, "memoire": memoire}


def indexer() -> dict[str, Any]:
    from fce.recherche.reponse.selectors import moteur

    duree, memoire = lancer("index")
    manifeste = moteur().manifeste()
    assert manifeste is not None
    documents = sum(manifeste.documents.values())
    dire(f"Index : {documents} documents en {duree} s", documents / duree, "documents/s", memoire)
    return {"s": duree, "documents": documents, "memoire": memoire}


def lancer(*arguments: str, **environnement: str) -> tuple[float, dict[str, int]]:
    """Run ``fce`` with these settings: seconds, peak memory in MiB of ``fce`` and of PostgreSQL."""
    debut = time.perf_counter()
    commande = [sys.executable, "-m", "fce.config.commande", *arguments]
    tube = subprocess.PIPE
    with (
        subprocess.Popen(
            commande, stdout=tube, stderr=subprocess.STDOUT, text=True, env={**os.environ, **environnement}
        ) as processus,
        Memoire(processus.pid) as memoire,
    ):
        dit, _ = processus.communicate()
    if processus.returncode:
        raise SystemExit(f"« fce {' '.join(arguments)} » a échoué :\n{dit[-2000:]}")
    return round(time.perf_counter() - debut, 1), memoire.sommets()


def port_libre() -> int:
    with socket.socket() as prise:
        prise.bind(("127.0.0.1", 0))
        return int(prise.getsockname()[1])


@contextmanager
def serveur(**environnement: str) -> Iterator[tuple[int, int]]:
    """Run ``fce serve`` with these settings; give its port and pid."""
    port = port_libre()
    with service("est servie", "fce.config.commande", "serve", "--port", str(port), **environnement) as pid:
        yield port, pid


@contextmanager
def service(prete: str, module: str, *arguments: str, **environnement: str) -> Iterator[int]:
    """Run a module during the block, once it has printed a line with ``prete``; give its pid."""
    commande = [sys.executable, "-m", module, *arguments]
    ailleurs = {**os.environ, **environnement}
    with subprocess.Popen(commande, stdout=subprocess.PIPE, text=True, env=ailleurs) as processus:
        try:
            assert processus.stdout is not None
            if not any(prete in ligne for ligne in processus.stdout):
                raise SystemExit(f"{module} ne démarre pas.")
            yield processus.pid
        finally:
            processus.terminate()


def dire(phrase: str, debit: float | None = None, unite: str = "", memoire: dict[str, int] | None = None) -> None:
    from fce.socle.texte.formats import nombre

    suite = f", {nombre(round(debit))} {unite}" if debit else ""
    if memoire:
        suite += f" ; mémoire {nombre(memoire['processus'])} Mio, PostgreSQL {nombre(memoire['postgres'])} Mio"
    print(f"  {phrase}{suite}", flush=True)
