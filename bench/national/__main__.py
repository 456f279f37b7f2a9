"""National register on this machine: from the producers' files to a working portal, at any size.

``python -m bench.national --entreprises N [--dossier D] [--resultats F]`` writes N companies, 1.47 N establishments and
their directors in the producers' layouts, imports each file (then deletes it), indexes, serves, and measures: import,
index, disk, memory, search by class, sheets, export, suggestions, a day of changes, a switch under load. Prints a table
and adds the figures to F.

``--ensemble``: import the three files at once. ``--endurance M``: steady load for M minutes through nginx, with an
import, an index and the restart of both instances, as an upgrade does (``endurance``, ``relais``). ``--bilan``: table
of the runs of F, extrapolated to France (30 million companies, 44 million establishments).
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench.dossiers import dossier_de_mesure
from bench.national.execution import dire, importer, indexer, place_manquante, serveur, tout_importer
from bench.national.memoire import Memoire
from bench.portail import ouvert

if TYPE_CHECKING:
    from bench.national.lectures import Exemple

ENTREPRISES = 300_000
CHANGEMENTS = 100_000
LENDEMAIN = "2026-11-01T08:12:45.377"
RESULTATS = Path(os.environ.get("FCE_DATA_DIR", "var")) / "bench-national.jsonl"


def principal() -> int:
    analyse = argparse.ArgumentParser("python -m bench.national", description=__doc__)
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
        from bench.national.bilan import bilan

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


def mesurer(dossier: Path, entreprises: int, endurance: float = 0, *, ensemble: bool = False) -> dict[str, Any]:
    """Measure one size; ``endurance`` in minutes.

    ``ensemble``: import the three files at once, each in its own process.
    """
    with ouvert(dossier / "var", FCE_DEBIT="0"):
        from bench.national.fichiers import ecrire
        from bench.national.lectures import exemples

        (fichiers := dossier / "fichiers").mkdir()
        debut = time.perf_counter()
        ecrits = ecrire(fichiers, entreprises)
        duree = round(time.perf_counter() - debut, 1)
        octets = sum(chemin.stat().st_size for chemin in fichiers.iterdir())
        mesures: dict[str, Any] = {"entreprises": entreprises, "lignes": ecrits.lignes, "fichiers": octets}
        mesures["generation_s"] = duree
        dire(f"Fichiers : {octets / 1e9:.2f} Go en {duree:.0f} s", octets / 1e6 / duree, "Mo/s")
        mesures |= tout_importer(ecrits, 3 if ensemble else 1)
        mesures["index"] = indexer()
        mesures["disque"] = disque = _disque(dossier / "var")
        dire(f"Disque : base {disque['base'] / 1e9:.2f} Go, index {disque['index'] / 1e9:.2f} Go")
        exemple = exemples(entreprises)
        mesures |= _servir(dossier, entreprises, exemple)
        if endurance:
            mesures["endurance"] = _endurer(dossier, entreprises, exemple, endurance)
    return mesures


def _servir(dossier: Path, entreprises: int, exemple: list[Exemple]) -> dict[str, Any]:
    from bench.national.jour import changements
    from bench.national.lectures import Client, export, latences, lecteurs

    with serveur() as (port, pid), Memoire(pid) as memoire:
        mesures = {"latences": latences(Client(port), exemple), "export_lignes_s": export(Client(port))}
        mesures["memoire_service"] = memoire.sommets()
        jour = dossier / "jour.json"
        nombre = min(CHANGEMENTS, entreprises // 10)
        temoin = changements(jour, entreprises, nombre)
        with lecteurs(port, exemple) as lus:
            debut = time.perf_counter()
            flux = importer("sirene-flux", jour)
            index = indexer()
            client = Client(port)
            while not client.trouve(temoin):
                time.sleep(0.2)
            duree = round(time.perf_counter() - debut, 1)
    bilan = {"changements": nombre, "s": duree, "import_s": flux["s"], "index_s": index["s"], **lus.bilan()}
    dire(
        f"Jour de {nombre} changements : cherchables en {duree} s (import {flux['s']}, index {index['s']}) ; "
        f"pendant ce temps {len(lus.temps)} lectures, {len(lus.fautes)} en erreur, p95 {bilan['p95_ms']} ms"
    )
    return mesures | {"jour": bilan}


def _endurer(dossier: Path, entreprises: int, exemple: list[Exemple], minutes: float) -> dict[str, Any]:
    from bench.national.endurance import adresses, charge, limite
    from bench.national.jour import changements
    from bench.national.relais import relais

    demandees, jour = adresses(exemple), dossier / "lendemain.json"
    changements(jour, entreprises, min(CHANGEMENTS, entreprises // 10), decalage=1, traite_le=LENDEMAIN)
    with relais() as service:
        with charge(service.ouvrir, service.memoire, demandees) as cadence:
            time.sleep(20 * minutes)
            flux, index = importer("sirene-flux", jour), indexer()
            time.sleep(max(0.0, 20 * minutes - flux["s"] - index["s"]))
            debut = time.perf_counter()
            service.relayer()
            relais_s = round(time.perf_counter() - debut, 1)
            time.sleep(max(0.0, 20 * minutes - relais_s))
        passees = [minute.bilan() for minute in cadence.minutes]
        dire(
            f"Endurance : {sum(m['lectures'] for m in passees)} demandes, {sum(m['erreurs'] for m in passees)} en "
            f"erreur ; import {flux['s']} s, index {index['s']} s, instances relayées en {relais_s} s"
        )
        durees = {"import_s": flux["s"], "index_s": index["s"], "relais_s": relais_s}
        return {"minutes": passees, **durees, **limite(service.ouvrir, demandees)}


def _disque(dossier: Path) -> dict[str, int]:
    from django.conf import settings
    from django.db import connection

    with connection.cursor() as curseur:
        curseur.execute("SELECT pg_database_size(current_database())")
        base = int(curseur.fetchone()[0])
    index = sum(f.stat().st_size for f in Path(settings.FCE_INDEX_DIR).rglob("*") if f.is_file())
    return {"base": base, "index": index, "tout": sum(f.stat().st_size for f in dossier.rglob("*") if f.is_file())}


if __name__ == "__main__":
    sys.exit(principal())
