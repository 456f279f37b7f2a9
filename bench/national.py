"""The national register on this machine: from the producers' files to a portal that answers, at any size.

``python -m bench.national --entreprises N [--dossier D] [--resultats F]`` writes N companies, 1.47 N establishments and
their directors in the producers' layouts, imports each file (then removes it), indexes, serves, and measures: import,
index, disk, memory, search by class, sheets, export, suggestions, a day of changes, a switch under readers. One table
is printed; the figures are added to F. ``--ensemble`` imports the three files at once, as an operator can.
``--endurance M`` then has readers come at a steady pace for M minutes, another day imported and the index switched in
the middle (``national_endurance``). ``--bilan`` prints the cost against the size of all the runs of F, and what the
whole of France (30 million companies, 44 million establishments) would take if the largest sizes say true.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench.dossiers import dossier_de_mesure
from bench.national_memoire import Memoire

if TYPE_CHECKING:
    from bench.national_fichiers import Fichiers

ENTREPRISES = 300_000
OCTETS_PAR_ENTREPRISE = 5_000
"""Most disk at a time: files, tables and index, and the room that an import wants free before it begins."""
RESERVE = 2 << 30
CHANGEMENTS = 100_000
LENDEMAIN = "2026-11-01T08:12:45.377"
SOURCES = {"unites": "sirene-unites-legales", "etablissements": "sirene-etablissements", "dirigeants": "rne-dirigeants"}
RESULTATS = Path(os.environ.get("FCE_DATA_DIR", "var")) / "bench-national.jsonl"


def principal() -> int:
    """Measure one size, or print the table of those measured."""
    analyse = argparse.ArgumentParser(description=__doc__)
    analyse.add_argument("--entreprises", type=int, default=ENTREPRISES)
    analyse.add_argument(
        "--dossier", type=Path, help="où mettre fichiers et données le temps du banc (défaut : temporaire)"
    )
    analyse.add_argument(
        "--resultats", type=Path, default=RESULTATS, help=f"où garder les mesures (défaut : {RESULTATS})"
    )
    analyse.add_argument("--bilan", action="store_true", help="le tableau des tailles mesurées et l’extrapolation")
    analyse.add_argument(
        "--ensemble", action="store_true", help="importer les trois fichiers à la fois, chacun dans son processus"
    )
    analyse.add_argument("--endurance", type=float, default=0, help="minutes de lectures à pas constant, à la fin")
    options = analyse.parse_args()
    if options.bilan:
        from bench.national_bilan import bilan

        print(bilan(options.resultats))
        return 0
    parent = options.dossier or Path(tempfile.gettempdir())
    parent.mkdir(parents=True, exist_ok=True)
    if manque := place_manquante(parent, options.entreprises):
        print(manque)
        return 1
    options.resultats.parent.mkdir(parents=True, exist_ok=True)
    resultats = options.resultats.resolve()
    with dossier_de_mesure("national", parent) as dossier:
        mesures = mesurer(Path(dossier), options.entreprises, options.endurance, ensemble=options.ensemble)
    with resultats.open("a", encoding="utf-8") as flux:
        flux.write(json.dumps(mesures, ensure_ascii=False) + "\n")
    print(f"\nMesures ajoutées à {resultats} ; « python -m bench.national --bilan » les compare.")
    return 0


def place_manquante(dossier: Path, entreprises: int) -> str:
    """A sentence when the disk cannot hold that many companies; else nothing."""
    from fce.socle.formats import nombre

    libres, voulus = shutil.disk_usage(dossier).free, entreprises * OCTETS_PAR_ENTREPRISE + RESERVE
    if libres >= voulus:
        return ""
    return (
        f"Il faut environ {nombre(round(voulus / 1e9))} Go libres pour {nombre(entreprises)} entreprises et "
        f"{dossier} n’en a que {nombre(round(libres / 1e9))} : libérez de la place, désignez un autre disque "
        f"(--dossier) ou demandez moins (TAILLE={max(0, int((libres - RESERVE) / OCTETS_PAR_ENTREPRISE))} au plus)."
    )


def mesurer(dossier: Path, entreprises: int, endurance: float = 0, *, ensemble: bool = False) -> dict[str, Any]:
    """All the figures of one size, printed as they come; ``endurance`` in minutes.

    ``ensemble``: the three files are imported at once, each by a process of its own, instead of one after the other.
    """
    os.environ |= {"FCE_DATA_DIR": str(dossier / "var"), "FCE_ROLE": "tache", "FCE_DEBIT": "0"}
    os.environ["DJANGO_SETTINGS_MODULE"] = "fce.config.settings"
    os.environ.pop("DATABASE_URL", None)
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command
    from django.db import connection

    from bench.national_fichiers import ecrire

    fichiers = dossier / "fichiers"
    fichiers.mkdir()
    debut = time.perf_counter()
    ecrits = ecrire(fichiers, entreprises)
    octets = sum(chemin.stat().st_size for chemin in fichiers.iterdir())
    mesures: dict[str, Any] = {"entreprises": entreprises, "lignes": ecrits.lignes, "fichiers": octets}
    mesures["generation_s"] = round(time.perf_counter() - debut, 1)
    _dire(
        f"Fichiers : {octets / 1e9:.2f} Go en {mesures['generation_s']:.0f} s",
        octets / 1e6 / mesures["generation_s"],
        "Mo/s",
    )
    assert settings.CLUSTER_EMBARQUE is not None
    with settings.CLUSTER_EMBARQUE.en_marche():
        call_command("migrate", verbosity=0, skip_checks=True)
        mesures |= _tout_importer(ecrits, 3 if ensemble else 1)
        mesures["index"] = _indexer()
        mesures["disque"] = _disque(dossier / "var")
        _dire(
            f"Disque : base {mesures['disque']['base'] / 1e9:.2f} Go, index {mesures['disque']['index'] / 1e9:.2f} Go"
        )
        _servir(mesures, dossier, entreprises)
        if endurance:
            mesures["endurance"] = _endurer(dossier, entreprises, endurance)
        connection.close()
    return mesures


def _servir(mesures: dict[str, Any], dossier: Path, entreprises: int) -> None:
    from bench.national_jour import changements
    from bench.national_mesures import Client, exemples, export, latences, lecteurs

    exemple = exemples(entreprises)
    with serveur() as (port, pid), Memoire(pid) as memoire:
        mesures["latences"] = latences(Client(port), exemple)
        mesures["export_lignes_s"] = export(Client(port))
        mesures["memoire_service"] = memoire.sommets()
        jour = dossier / "jour.json"
        nombre = min(CHANGEMENTS, entreprises // 10)
        temoin = changements(jour, entreprises, nombre)
        with lecteurs(port, exemple) as lus:
            debut = time.perf_counter()
            flux = _importer("sirene-flux", jour)
            index = _indexer()
            client = Client(port)
            while not client.trouve(temoin):
                time.sleep(0.2)
            duree = round(time.perf_counter() - debut, 1)
    mesures["jour"] = {"changements": nombre, "s": duree, "import_s": flux["s"], "index_s": index["s"], **lus.bilan()}
    _dire(
        f"Jour de {nombre} changements : cherchables en {duree} s (import {flux['s']}, index {index['s']}) ; "
        f"pendant ce temps {len(lus.temps)} lectures, {len(lus.fautes)} en erreur, p95 {mesures['jour']['p95_ms']} ms"
    )


def _endurer(dossier: Path, entreprises: int, minutes: float) -> dict[str, Any]:
    """Readers at a steady pace, a second day imported and indexed in the middle, then faster and faster."""
    from bench.national_endurance import adresses, charge, limite
    from bench.national_jour import changements
    from bench.national_mesures import exemples

    demandees, jour = adresses(exemples(entreprises)), dossier / "lendemain.json"
    changements(jour, entreprises, min(CHANGEMENTS, entreprises // 10), decalage=1, traite_le=LENDEMAIN)
    with serveur() as (port, pid):
        with charge(port, pid, demandees) as cadence:
            time.sleep(30 * minutes)
            flux, index = _importer("sirene-flux", jour), _indexer()
            time.sleep(max(0.0, 30 * minutes - flux["s"] - index["s"]))
        passees = [minute.bilan() for minute in cadence.minutes]
        _dire(
            f"Endurance : {sum(m['lectures'] for m in passees)} demandes, {sum(m['erreurs'] for m in passees)} en "
            f"erreur, import {flux['s']} s et index {index['s']} s au milieu"
        )
        return {"minutes": passees, "import_s": flux["s"], "index_s": index["s"], **limite(port, demandees)}


def _tout_importer(ecrits: Fichiers, a_la_fois: int) -> dict[str, Any]:
    """Import the three files, so many at a time: what each took (``imports``), and all of them."""
    from django.db import connections

    def importer(nom: str, chemin: Path) -> dict[str, Any]:
        try:
            return _importer(SOURCES[nom], chemin)
        finally:
            connections.close_all()  # those of this thread

    debut = time.perf_counter()
    with ThreadPoolExecutor(a_la_fois) as fils:
        attente = {n: fils.submit(importer, n, chemin) for n, chemin in zip(SOURCES, ecrits[:3], strict=True)}
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


def _importer(source: str, chemin: Path) -> dict[str, Any]:
    """Import a file in a process of its own, then remove it: seconds, rows, peak memory."""
    from fce.imports.models import Import

    octets = chemin.stat().st_size
    duree, memoire = lancer("import", source, str(chemin))
    importation = Import.objects.filter(source=source).latest("pk")
    chemin.unlink()
    lues, chargees, ecartees = importation.lues, importation.chargees, importation.ecartees
    assert not ecartees, f"{source} : {ecartees} lignes écartées"
    _dire(f"Import {source} : {lues} lignes en {duree} s", lues / duree, "lignes/s", memoire)
    return {"s": duree, "lues": lues, "chargees": chargees, "octets": octets, "memoire": memoire}


def _indexer() -> dict[str, Any]:
    from fce.recherche.selectors import moteur

    duree, memoire = lancer("index")
    manifeste = moteur().manifeste()
    assert manifeste is not None
    documents = sum(manifeste.documents.values())
    _dire(f"Index : {documents} documents en {duree} s", documents / duree, "documents/s", memoire)
    return {"s": duree, "documents": documents, "memoire": memoire}


def lancer(*arguments: str, **environnement: str) -> tuple[float, dict[str, int]]:
    """Run ``fce`` to its end, with these settings besides: seconds, peak memory in MiB of it and of PostgreSQL."""
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
    """A port of loopback that nobody listens on."""
    with socket.socket() as prise:
        prise.bind(("127.0.0.1", 0))
        return int(prise.getsockname()[1])


@contextmanager
def serveur(**environnement: str) -> Iterator[tuple[int, int]]:
    """A real ``fce serve``, with these settings besides: its port and its process."""
    port = port_libre()
    commande = [sys.executable, "-m", "fce.config.commande", "serve", "--port", str(port)]
    ailleurs = {**os.environ, **environnement}
    with subprocess.Popen(commande, stdout=subprocess.PIPE, text=True, env=ailleurs) as processus:
        try:
            assert processus.stdout is not None
            if not any("est servie" in ligne for ligne in processus.stdout):
                raise SystemExit("« fce serve » ne démarre pas.")
            yield port, processus.pid
        finally:
            processus.terminate()
            processus.wait()


def _disque(dossier: Path) -> dict[str, int]:
    from django.conf import settings
    from django.db import connection

    with connection.cursor() as curseur:
        curseur.execute("SELECT pg_database_size(current_database())")
        base = int(curseur.fetchone()[0])
    index = sum(f.stat().st_size for f in Path(settings.FCE_INDEX_DIR).rglob("*") if f.is_file())
    return {"base": base, "index": index, "tout": sum(f.stat().st_size for f in dossier.rglob("*") if f.is_file())}


def _dire(phrase: str, debit: float | None = None, unite: str = "", memoire: dict[str, int] | None = None) -> None:
    from fce.socle.formats import nombre

    suite = f", {nombre(round(debit))} {unite}" if debit else ""
    if memoire:
        suite += f" ; mémoire {nombre(memoire['processus'])} Mio, PostgreSQL {nombre(memoire['postgres'])} Mio"
    print(f"  {phrase}{suite}", flush=True)


if __name__ == "__main__":
    sys.exit(principal())
