"""Cost of refused POSTs (invalid escapes, too long, beyond the limit), and time of a sheet while they come.

``python -m bench.refus [--secondes N]``: a real ``fce serve`` on the demonstration. Targets: at most 5 ms of processor
for a refused POST; p95 of a sheet ≤ twice that beside as many honest pages.
"""

import argparse
import http.client
import multiprocessing
import sys
import time
from contextlib import closing
from pathlib import Path

import psutil

from bench.dossiers import dossier_de_mesure
from tests.config import assaut
from tests.config.serveur import Serveur, serveur

FICHE = "/entreprise/000001271"
HONNETE = "/recherche?q=centre"
FORMULAIRE = "application/x-www-form-urlencoded"
CIBLE_MS, RAPPORT = 5.0, 2.0
PAR_SECONDE = 10
ENVOIS = {
    "/reconcile, 1 Mo de %": ("/reconcile", b"queries=" + b"%" * 1_000_000),
    "/reconcile, 100 ko de %": ("/reconcile", b"queries=" + b"%" * 100_000),
    "/avis, 1 Mo de %": ("/avis", b"message=" + b"%" * 990_000),
    "/avis, 1 Mo, sans jeton": ("/avis", b"message=" + b"a" * 990_000),
    "/avis, 3 Mo": ("/avis", b"message=" + b"%" * 3_000_000),
}


def envoyer(port: int, chemin: str, corps: bytes, de: str) -> int:
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=20)) as connexion:
        connexion.request("POST", chemin, corps, {"Content-Type": FORMULAIRE, "X-Forwarded-For": de})
        reponse = connexion.getresponse()
        reponse.read()
        return reponse.status


def processeur(s: Serveur) -> float:
    temps = [psutil.Process(pid).cpu_times() for pid in s.travailleurs()]
    return sum(t.user + t.system for t in temps)


def cout_ms(s: Serveur, chemin: str, corps: bytes, fois: int = 100) -> tuple[float, set[int]]:
    """Milliseconds of processor of one POST that is refused, once its address is at the limit."""
    statuts = [envoyer(s.port, chemin, corps, "203.0.113.9") for _ in range(70)]
    avant = processeur(s)
    statuts = [envoyer(s.port, chemin, corps, "203.0.113.9") for _ in range(fois)]
    return 1000 * (processeur(s) - avant) / fois, set(statuts)


def _sans_cesse(port: int, chemin: str, corps: bytes) -> None:
    numero = 0
    while True:
        time.sleep(1 / PAR_SECONDE)
        numero += 1
        if corps:
            envoyer(port, chemin, corps, f"198.51.{numero // 250 % 250}.{numero % 250}")
        else:
            with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=20)) as connexion:
                connexion.request("GET", chemin)
                connexion.getresponse().read()


def mesurer(s: Serveur, secondes: float, chemin: str, corps: bytes = b"") -> float:
    """p95 in ms of a sheet while ``chemin`` is asked for ``PAR_SECONDE`` times a second."""
    # In a process of its own: this one measures.
    autre = multiprocessing.get_context("spawn").Process(target=_sans_cesse, args=(s.port, chemin, corps))
    autre.start()
    try:
        time.sleep(2)
        return 1000 * assaut.p95(assaut.mesurer(s.port, secondes, {"fiche": FICHE})["fiche"])
    finally:
        autre.kill()
        autre.join()


def main(argv: list[str] | None = None) -> int:
    from bench.pages import commande

    lecteur = argparse.ArgumentParser(description=__doc__)
    lecteur.add_argument("--secondes", type=float, default=15.0, help="duration of each measure of the sheet")
    secondes = lecteur.parse_args(argv).secondes
    atteint = True
    with dossier_de_mesure("refus") as temporaire:
        dossier = Path(temporaire) / "var"
        commande(dossier, "demo", "--entreprises", "300")
        with serveur(dossier, "--travailleurs", "1", FCE_FRONTAUX="1") as s:
            print("POST refusés, processeur d’un envoi (ms)")
            for nom, (chemin, corps) in ENVOIS.items():
                cout, statuts = cout_ms(s, chemin, corps)
                atteint &= cout <= CIBLE_MS
                print(f"  {nom:<26}{cout:7.1f}  (cible {CIBLE_MS:.0f}, statuts {sorted(statuts)})")
            assaut.mesurer(s.port, 5, {"fiche": FICHE})
            reference = mesurer(s, secondes, HONNETE)
            print(f"Fiche, 95e centile (ms) : {reference:.0f} à côté de {PAR_SECONDE} pages par seconde")
            for nom, (chemin, corps) in ENVOIS.items():
                mesure = mesurer(s, secondes, chemin, corps)
                atteint &= mesure <= RAPPORT * reference
                print(f"  {nom:<26}{mesure:7.0f}  (cible {RAPPORT * reference:.0f})")
    return 0 if atteint else 1


if __name__ == "__main__":
    sys.exit(main())
