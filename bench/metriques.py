"""Processor time that metrics add to a page: the same pages with the meters plugged in and without, in turn.

``python -m bench.metriques [--dossier D]``. Target: 1.02 at most. The meters write to the shared
files of a worker, as under ``fce serve``. Processor time, because the wait for the database would hide a part of the
cost.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path
from statistics import median
from typing import Any

from bench.fiche import _remplir
from bench.portail import SANS_LIMITES, portail

ENTREPRISES = 2_000
TOURS = 300
CHAUFFE = 30
CIBLE = 1.02


def main(argv: list[str] | None = None) -> int:
    lecteur = argparse.ArgumentParser(description=__doc__)
    lecteur.add_argument("--dossier", type=Path, help="data folder kept from one run to the next")
    options = lecteur.parse_args(argv)
    reglages = {"FCE_METRIQUES": "127.0.0.1:9101", **SANS_LIMITES}
    with portail("metriques", options.dossier, lambda neuf: _remplir(neuf, ENTREPRISES), **reglages) as dossier:
        return 0 if _mesurer(dossier) else 1


def _mesurer(dossier: Path) -> bool:
    from django.test import Client

    from bench.faits import siren
    from fce.exploitation.metriques import processus
    from fce.socle.travaux import mesures

    processus.partager(dossier / "metriques" / "banc")
    processus.brancher()
    reels = [(m, m.compteur_reel) for m in mesures.TOUTES]
    client = Client(headers={"host": "localhost"})

    def temps(adresse: str, *, avec: bool) -> float:
        for mesure, reel in reels:
            mesure.compteur_reel = reel if avec else None
        debut = time.thread_time()
        client.get(adresse)
        return 1000 * (time.thread_time() - debut)

    ratios = []
    for titre, adresse in (
        ("accueil", "/"),
        ("mentions légales", "/mentions-legales"),
        ("fiche", f"/entreprise/{siren(0)}"),
    ):
        couples = [_couple(temps, adresse, rang) for rang in range(CHAUFFE + TOURS)][CHAUFFE:]
        avec, sans = (_au_calme([couple[rang] for couple in couples]) for rang in (0, 1))
        ratios.append(avec / sans)
        print(f"{titre:<18}{sans:7.2f} ms sans, {1000 * (avec - sans):+6.0f} µs avec : {ratios[-1]:.4f}", flush=True)
    print(f"Le plus haut : {max(ratios):.4f} (cible {CIBLE})")
    return max(ratios) <= CIBLE


def _au_calme(temps: list[float]) -> float:
    """Median of the fastest quarter: what other processes of the machine add is in the others."""
    return median(sorted(temps)[: len(temps) // 4])


def _couple(temps: Any, adresse: str, rang: int) -> tuple[float, float]:
    """(with, without), in turn first."""
    if rang % 2:
        avec = temps(adresse, avec=True)
        return avec, temps(adresse, avec=False)
    sans = temps(adresse, avec=False)
    return temps(adresse, avec=True), sans


if __name__ == "__main__":
    sys.exit(main())
