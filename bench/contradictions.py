"""Time of the national count of contradictions, rule by rule.

``python -m bench.contradictions [--entreprises N] [--dossier D]``. Target: ten minutes for three million companies, and
in proportion below, ten seconds at least.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from datetime import date
from pathlib import Path

from bench.pages import commande
from bench.portail import portail

ENTREPRISES, NATIONAL = 200_000, 3_000_000
CIBLE_S = 600.0
JOUR = date(2026, 11, 25)


def main(argv: list[str] | None = None) -> int:
    lecteur = argparse.ArgumentParser(description=__doc__)
    lecteur.add_argument("--entreprises", type=int, default=ENTREPRISES)
    lecteur.add_argument("--dossier", type=Path, help="data folder kept from one run to the next (same --entreprises)")
    options = lecteur.parse_args(argv)
    with portail("contradictions", options.dossier, lambda neuf: _remplir(neuf, options.entreprises)):
        return 0 if _mesurer(options.entreprises) else 1


def _remplir(dossier: Path, nombre: int) -> None:
    commande(dossier, "migrate")
    environnement = {**os.environ, "FCE_DATA_DIR": str(dossier), "FCE_ROLE": "tache"}
    subprocess.run([sys.executable, "-m", "bench.faits", str(nombre)], env=environnement, check=True)


def _mesurer(nombre: int) -> bool:
    from fce.donnees.contradictions.models import CompteDeContradictions
    from fce.donnees.contradictions.services import compter

    compter(JOUR)
    total = 0
    for compte in CompteDeContradictions.objects.all():
        total += compte.duree_ms
        print(f"{compte.regle:<40} {compte.nombre:>10} unités {compte.duree_ms / 1000:>9.1f} s")
    cible = max(10.0, CIBLE_S * min(1.0, nombre / NATIONAL))
    print(f"{nombre} entreprises : {total / 1000:.1f} s (cible : {cible:.0f} s)")
    return total / 1000 <= cible


if __name__ == "__main__":
    sys.exit(main())
