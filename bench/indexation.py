"""Index build from PostgreSQL: documents per second and memory, for ``bench.recherche``."""

import contextlib
import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import psutil

CIBLE_DOCUMENTS_PAR_S = 35_000
CIBLE_MEMOIRE_MIO = 3 * 1024


def indexer_depuis_postgres(racine: Path, sirene: Path, nombre: int) -> bool:
    """Import synthetic files in a data folder of their own, then index them: documents per second, peak memory."""
    from bench.corpus import ecrire_csv
    from bench.recherche import corpus, sources_reelles

    fichiers = racine / "fichiers"
    fichiers.mkdir()
    entetes = {}
    for nom, fichier in (("unites", "StockUniteLegale_utf8.csv"), ("lieux", "StockEtablissement_utf8.csv")):
        with (sirene / "recents" / fichier).open(encoding="utf-8") as f:
            entetes[nom] = f.readline().strip().split(",")
    chemins = ecrire_csv(corpus(sources_reelles(sirene)).entreprises(0, nombre), fichiers, entetes)
    environnement = {**os.environ, "FCE_DATA_DIR": str(racine / "var")}
    fce = str(Path(sys.executable).with_name("fce"))
    for source, nom in (("sirene-unites-legales", "unites"), ("sirene-etablissements", "lieux")):
        subprocess.run([fce, "import", source, str(chemins[nom])], env=environnement, check=True, capture_output=True)
    shutil.rmtree(fichiers)
    avant = os.times()
    memoire = _memoire_max_mio([fce, "index"], environnement)
    apres = os.times()
    manifeste = json.loads(next((racine / "var" / "index" / "versions").glob("*/manifeste.json")).read_text())
    total, secondes = sum(manifeste["documents"].values()), manifeste["extra"]["secondes"]
    travail = sum(apres[2:4]) - sum(avant[2:4])
    print(f"Index depuis PostgreSQL : {total} documents en {secondes:.0f} s")
    print(f"  {total / secondes:.0f} documents/s (cible {CIBLE_DOCUMENTS_PAR_S})")
    print(f"  {1e6 * travail / total:.1f} µs de processeur par document, hors PostgreSQL")
    print(f"  boucle de référence (10 millions de tours) : {_reference():.2f} s de processeur")
    print(f"  mémoire, tous processus : {memoire:.0f} Mio (cible {CIBLE_MEMOIRE_MIO})")
    return total / secondes >= CIBLE_DOCUMENTS_PAR_S and memoire < CIBLE_MEMOIRE_MIO


def _memoire_max_mio(commande: list[str], environnement: dict[str, str]) -> float:
    """Run a command to its end; peak resident memory of it and its children together, in MiB."""
    maximum = 0
    with subprocess.Popen(commande, env=environnement, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as p:
        racine = psutil.Process(p.pid)
        while p.poll() is None:
            octets = 0
            with contextlib.suppress(psutil.NoSuchProcess):
                siens = [racine, *(e for e in racine.children(recursive=True) if e.name() != "postgres")]
                octets = sum(e.memory_info().rss for e in siens)
            maximum = max(maximum, octets)
            time.sleep(0.5)
    if p.returncode:
        raise SystemExit("l'indexation a échoué")
    return maximum / 2**20


def _reference() -> float:
    """Seconds of processor of a fixed loop: tells a slow machine from slow code."""
    debut = time.process_time()
    somme = 0
    for i in range(10_000_000):
        somme += i
    return time.process_time() - debut
