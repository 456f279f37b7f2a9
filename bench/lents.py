"""Pages while slow clients attack: 2,060 slow bodies from one address, 200 slow headers, 40 slow readers of 20 MB, 200
announced deposits never sent.

``python -m bench.lents [--secondes N]``: a real ``fce serve`` on the demonstration. Targets: p95 of sheets and results
≤ twice that without attack, ``/healthz`` p95 ≤ 50 ms, bounded memory and temporary files.
"""

import argparse
from pathlib import Path

from bench.dossiers import dossier_de_mesure
from tests.config import assaut
from tests.config.serveur import serveur

PAGES = {"fiche": "/entreprise/000001271", "résultats": "/recherche?q=centre", "/healthz": "/healthz"}
RAPPORT = 2.0
CIBLE_SANTE_MS = 50.0
CIBLE_MO, CIBLE_TAMPONS_MO = 150.0, 300.0
OCTETS = 20_000_000
SOURCE = "rge"


def main(argv: list[str] | None = None) -> int:
    from bench.pages import commande

    lecteur = argparse.ArgumentParser(description=__doc__)
    lecteur.add_argument("--secondes", type=float, default=30.0, help="duration of each of the two measures")
    secondes = lecteur.parse_args(argv).secondes
    with dossier_de_mesure("lents") as temporaire:
        dossier = Path(temporaire) / "var"
        commande(dossier, "demo", "--entreprises", "300")
        with serveur(dossier, FCE_DEBIT="0", FCE_FRONTAUX="1") as s:
            fichier = f"/sources/{SOURCE}/donnees.csv"
            s.demander(fichier)
            assaut.grossir(dossier, SOURCE, OCTETS)
            jeton = assaut.creer_jeton(s)
            assaut.mesurer(s.port, 5, PAGES)
            seules = assaut.mesurer(s.port, secondes, PAGES)
            avant = assaut.memoire_mo(s.processus.pid)
            with assaut.assaut(s.port, 2 * secondes + 30, fichier, jeton):
                assaillies = assaut.mesurer(s.port, secondes, PAGES)
                apres, tampons = assaut.memoire_mo(s.processus.pid), assaut.tampons_mo(s.processus.pid)
    print("Clients lents, 95e centile (ms) : seules → avec eux")
    atteint = apres - avant <= CIBLE_MO and tampons <= CIBLE_TAMPONS_MO
    for nom in PAGES:
        reference, mesure = 1000 * assaut.p95(seules[nom]), 1000 * assaut.p95(assaillies[nom])
        cible = CIBLE_SANTE_MS if nom == "/healthz" else RAPPORT * reference
        atteint &= mesure <= cible
        print(f"  {nom:<12}{reference:7.0f} → {mesure:5.0f}  (cible {cible:.0f})")
    print(f"  mémoire     {avant:7.0f} → {apres:5.0f} Mo  (cible + {CIBLE_MO:.0f})")
    print(f"  tampons           → {tampons:5.0f} Mo  (cible {CIBLE_TAMPONS_MO:.0f})")
    return 0 if atteint else 1


if __name__ == "__main__":
    raise SystemExit(main())
