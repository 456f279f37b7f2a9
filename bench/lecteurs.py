"""Readers while a register is imported and indexed again, with this code and with another one.

``python -m bench.lecteurs [--entreprises N] [--dossier D] [--par-seconde R] [--avant ARBRE]``: a real ``fce serve``,
half sheets, half searches at a steady pace; then the imports and the index by this code, and by the code of ``ARBRE``
(a checkout), in turn. Target: p95 ≤ 250 ms meanwhile, at 60 requests per second, alone on the machine.
"""

import argparse
import os
import subprocess
import sys
import time
from pathlib import Path

from bench.dossiers import dossier_de_mesure
from bench.pages import peupler

CIBLE_MS = 250.0
CALME_S = 30.0


def main(argv: list[str] | None = None) -> int:
    lecteur = argparse.ArgumentParser(description=__doc__)
    lecteur.add_argument("--entreprises", type=int, default=100_000)
    lecteur.add_argument("--dossier", type=Path, help="data folder kept from one run to the next (same --entreprises)")
    lecteur.add_argument("--par-seconde", type=float, default=60.0)
    lecteur.add_argument("--avant", type=Path, help="checkout of the code to compare with")
    options = lecteur.parse_args(argv)
    with dossier_de_mesure("lecteurs") as temporaire:
        dossier = (options.dossier or Path(temporaire) / "var").absolute()
        if not dossier.exists():
            peupler(dossier, options.entreprises)
        return 0 if _mesurer(dossier, options.entreprises, options.par_seconde, options.avant) else 1


def _mesurer(dossier: Path, entreprises: int, par_seconde: float, avant: Path | None) -> bool:
    from bench.national import SIRENE, SOURCES
    from bench.national.endurance import Cadence, adresses
    from bench.national.fichiers import ecrire
    from bench.national.lectures import Client, exemples
    from tests.config.serveur import serveur

    passes = {"ce code": Path(__file__).resolve().parents[1]} | ({"avant": avant.absolute()} if avant else {})
    with dossier_de_mesure("fichiers") as fichiers, serveur(dossier, FCE_DEBIT="0") as s:
        ecrits = ecrire(Path(fichiers), entreprises, quoi=SIRENE)
        commandes = [("import", SOURCES[nom], str(getattr(ecrits, nom))) for nom in SIRENE]
        cadence = Cadence(lambda _: Client(s.port), adresses(exemples(entreprises)), par_seconde)
        cadence.commencer()
        try:
            time.sleep(CALME_S)
            bilans = {"rien d’autre": cadence.tourner(0).bilan()}
            for nom, arbre in passes.items():
                duree = _faire([*commandes, ("index", "--forcer")], dossier, arbre)
                bilans[f"{nom}, import et index en {duree:.0f} s"] = cadence.tourner(0).bilan()
        finally:
            cadence.finir()
    for nom, bilan in bilans.items():
        print(f"  {nom:<44} {bilan}")
    return all(bilan["erreurs"] == 0 and bilan["p95_ms"] <= CIBLE_MS for bilan in list(bilans.values())[:2])


def _faire(commandes: list[tuple[str, ...]], dossier: Path, arbre: Path) -> float:
    """Run commands of the code of ``arbre``; seconds."""
    environnement = {**os.environ, "FCE_DATA_DIR": str(dossier), "FCE_ROLE": "tache", "PYTHONPATH": str(arbre)}
    debut = time.monotonic()
    for commande in commandes:
        subprocess.run(
            [sys.executable, "-m", "fce.config.commande", *commande],
            env=environnement,
            cwd=dossier,
            check=True,
            stdout=subprocess.DEVNULL,
        )
    return time.monotonic() - debut


if __name__ == "__main__":
    raise SystemExit(main())
