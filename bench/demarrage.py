"""First minute of a service that has just started, against its second minute.

``python -m bench.demarrage [--entreprises N] [--dossier D] [--secondes S] [--par-seconde R]``: a real ``fce serve`` on
the demonstration, which has rows in every source; half sheets, half searches, from the very moment the port opens.
Target: p95 of the first part ≤ 1.5 × that of the second.
"""

import argparse
import re
import time
from pathlib import Path
from random import Random
from threading import Thread
from urllib.parse import quote

from bench.dossiers import dossier_de_mesure
from bench.national.lectures import Client
from bench.pages import commande
from bench.temps import p95
from tests.config.serveur import serveur

RAPPORT = 1.5
LECTEURS = 16
MOTS = ("centre", "boulangerie", "transport", "garage", "conseil", "batiment", "restaurant", "services")


def main(argv: list[str] | None = None) -> int:
    lecteur = argparse.ArgumentParser(description=__doc__)
    lecteur.add_argument("--entreprises", type=int, default=300)
    lecteur.add_argument("--dossier", type=Path, help="demonstration kept from one run to the next")
    lecteur.add_argument("--secondes", type=float, default=60.0, help="duration of each of the two parts")
    lecteur.add_argument("--par-seconde", type=float, default=60.0)
    options = lecteur.parse_args(argv)
    with dossier_de_mesure("demarrage") as temporaire:
        dossier = options.dossier or Path(temporaire) / "var"
        return 0 if _mesurer(dossier, options.entreprises, options.secondes, options.par_seconde) else 1


def _mesurer(dossier: Path, entreprises: int, secondes: float, par_seconde: float) -> bool:
    if not dossier.exists():
        commande(dossier, "demo", "--entreprises", str(entreprises))
    debut = time.monotonic()
    with serveur(dossier, FCE_DEBIT="0") as s:
        ouvert = time.monotonic() - debut
        temps, fautes = _lire(
            s.port, adresses(s.demander("/recherche?q=centre").corps.decode()), 2 * secondes, par_seconde
        )
    parties = [[ms for depart, ms in temps if (depart < secondes) is premiere] for premiere in (True, False)]
    premiere, seconde = (p95(partie) for partie in parties)
    print(f"Démarrage : ouvert en {ouvert:.1f} s ; {len(temps)} lectures, {fautes} en erreur")
    rapport = premiere / seconde
    print(f"  p95 {premiere:.0f} ms dans la première partie, {seconde:.0f} dans la seconde : × {rapport:.2f}")
    return not fautes and rapport <= RAPPORT


def adresses(page: str) -> list[str]:
    """Sheets of the companies of a page of results, tabs included, and searches, shuffled."""
    sirens = sorted(set(re.findall(r"/entreprise/(\d{9})", page)))
    fiches = [f"/entreprise/{siren}{onglet}" for siren in sirens for onglet in ("", "", "/finances", "/historique")]
    recherches = [f"/recherche?q={quote(mot)}" for mot in MOTS]
    melees = [adresse for n, fiche in enumerate(fiches) for adresse in (fiche, recherches[n % len(recherches)])]
    Random(7).shuffle(melees)
    return melees


def _lire(port: int, demandees: list[str], duree: float, par_seconde: float) -> tuple[list[tuple[float, float]], int]:
    """Ask at a steady pace: (instant in seconds, wait in ms) of each request, and how many failed. Waits are counted
    from the schedule."""
    debut = time.perf_counter()
    temps: list[tuple[float, float]] = []
    fautes: list[str] = []
    total = int(duree * par_seconde)

    def lire(rang: int) -> None:
        client = Client(port)
        for n in range(rang, total, LECTEURS):
            depart = n / par_seconde
            time.sleep(max(0.0, debut + depart - time.perf_counter()))
            if faute := client.faute(demandees[n % len(demandees)]):
                fautes.append(faute)
            temps.append((depart, 1000 * (time.perf_counter() - debut - depart)))
        client.close()

    fils = [Thread(target=lire, args=(rang,)) for rang in range(LECTEURS)]
    for fil in fils:
        fil.start()
    for fil in fils:
        fil.join()
    return temps, len(fautes)


if __name__ == "__main__":
    raise SystemExit(main())
