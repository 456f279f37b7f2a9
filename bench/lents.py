"""Pages while slow clients do their worst: 200 slow bodies, 200 slow heads and 20 slow readers of a big file at once.

``python -m bench.lents [--secondes N]``: a real ``fce serve`` on the demonstration, the clients in a process of their
own. Targets: sheet and results p95 ≤ 1 s, ``/healthz`` p95 ≤ 200 ms, memory within 100 MB of what it was. Beside them,
in the same run: the same pages asked for the same way before anyone is slow.
"""

import argparse
from pathlib import Path

from bench.dossiers import dossier_de_mesure
from tests.config import assaut
from tests.config.serveur import serveur

PAGES = {"fiche": "/entreprise/000001271", "résultats": "/recherche?q=centre", "/healthz": "/healthz"}
CIBLES_MS = {"fiche": 1000.0, "résultats": 1000.0, "/healthz": 200.0}
CIBLE_MO = 100.0
SOURCE = "rge"


def main(argv: list[str] | None = None) -> int:
    """Print the figures; return 1 when a target is missed."""
    from bench.pages import commande

    lecteur = argparse.ArgumentParser(description=__doc__)
    lecteur.add_argument("--secondes", type=float, default=30.0, help="duration of each of the two measures")
    secondes = lecteur.parse_args(argv).secondes
    with dossier_de_mesure("lents") as temporaire:
        dossier = Path(temporaire) / "var"
        commande(dossier, "demo", "--entreprises", "300")
        with serveur(dossier, FCE_DEBIT="0") as s:
            fichier = f"/sources/{SOURCE}/donnees.csv"
            s.demander(fichier)
            assaut.grossir(dossier, SOURCE)
            seules = assaut.mesurer(s.port, secondes, PAGES)
            avant = assaut.memoire_mo(s.processus.pid)
            with assaut.assaut(s.port, 2 * secondes + 30, fichier):
                assaillies = assaut.mesurer(s.port, secondes, PAGES)
                apres = assaut.memoire_mo(s.processus.pid)
    print("Clients lents, 95e centile (ms) : seules → avec eux")
    atteint = apres - avant <= CIBLE_MO
    for nom in PAGES:
        reference, mesure = 1000 * assaut.p95(seules[nom]), 1000 * assaut.p95(assaillies[nom])
        atteint &= mesure <= CIBLES_MS[nom]
        print(f"  {nom:<12}{reference:7.0f} → {mesure:5.0f}  (cible {CIBLES_MS[nom]:.0f})")
    print(f"  mémoire     {avant:7.0f} → {apres:5.0f} Mo  (cible + {CIBLE_MO:.0f})")
    return 0 if atteint else 1


if __name__ == "__main__":
    raise SystemExit(main())
