"""Load test at a steady pace: errors, waiting times, memory.

Requests leave on schedule, answered or not, and waits are counted from that schedule, so a pause of one second delays
sixty readers. Half are sheets, a quarter the API, a quarter results pages. A day of changes is imported and the index
switched at a third, both instances are started again in turn at two thirds; then the pace grows until one request in
twenty waits ``LIMITE_MS``.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from itertools import cycle
from random import Random
from typing import Any
from urllib.parse import urlencode

from bench.national.lectures import Client, Exemple, Lectures, requetes

PAR_SECONDE = 60
CLIENTS = 64
LIMITE_MS = 200.0
PALIER_S = 20
PALIERS = (60, 90, 120, 130, 140, 150, 160, 200, 250, 300, 400, 500)
Ouvrir = Callable[[int], Client]


@dataclass
class Minute(Lectures):
    """Measures of one minute; ``memoire`` in MiB, of the serving processes, at its end."""

    memoire: int = 0

    def bilan(self) -> dict[str, Any]:
        return super().bilan() | {"memoire_mio": self.memoire}


class Cadence:
    """Requests sent at a steady pace by ``CLIENTS`` readers; ``ouvrir`` makes each, by its rank."""

    def __init__(self, ouvrir: Ouvrir, adresses: list[str], par_seconde: float) -> None:
        self.minutes = [Minute()]
        self._adresses, self._ecart = cycle(adresses), 1 / par_seconde
        self._verrou, self._fini = threading.Lock(), threading.Event()
        self._prochain = time.perf_counter()
        self._fils = [threading.Thread(target=self._lire, args=(ouvrir(n),), daemon=True) for n in range(CLIENTS)]

    def commencer(self) -> None:
        for fil in self._fils:
            fil.start()

    def finir(self) -> None:
        self._fini.set()
        for fil in self._fils:
            fil.join()

    def tourner(self, memoire: int) -> Minute:
        with self._verrou:
            finie, self.minutes = self.minutes[-1], [*self.minutes, Minute()]
            finie.memoire = memoire
        return finie

    def _suivante(self) -> tuple[float, str]:
        with self._verrou:
            depart, self._prochain = self._prochain, self._prochain + self._ecart
            return depart, next(self._adresses)

    def _lire(self, client: Client) -> None:
        with closing(client):
            while not self._fini.is_set():
                depart, adresse = self._suivante()
                if self._fini.wait(max(0.0, depart - time.perf_counter())):
                    return
                faute = client.faute(adresse)
                with self._verrou:
                    self.minutes[-1].noter(1000 * (time.perf_counter() - depart), faute)


def adresses(exemple: list[Exemple]) -> list[str]:
    questions = [urlencode(q) for classe in requetes(exemple).values() for q in classe]
    Random(7).shuffle(questions)
    fiches = cycle([f"/entreprise/{x.siren}" for x in exemple] + [f"/etablissement/{x.siret}" for x in exemple])
    melees = []
    for rang, question in enumerate(questions):
        melees += [f"/{'recherche' if rang % 2 else 'api/v1/recherche'}?{question}", next(fiches)]
    return melees


@contextmanager
def charge(ouvrir: Ouvrir, memoire: Callable[[], int], demandees: list[str], tour_s: float = 60.0) -> Iterator[Cadence]:
    """Readers at the steady pace during the block; ``memoire``, in MiB, is read each minute."""
    cadence, fini = Cadence(ouvrir, demandees, PAR_SECONDE), threading.Event()

    def veiller() -> None:
        while not fini.wait(tour_s):
            minute = cadence.tourner(memoire()).bilan()
            print(f"    {len(cadence.minutes) - 1:>3} min : {minute}", flush=True)

    veilleur = threading.Thread(target=veiller, daemon=True)
    cadence.commencer()
    veilleur.start()
    try:
        yield cadence
    finally:
        fini.set()
        veilleur.join()
        cadence.minutes[-1].memoire = memoire()
        cadence.finir()


def limite(ouvrir: Ouvrir, demandees: list[str]) -> dict[str, Any]:
    """Pace at which one request in twenty waits ``LIMITE_MS``, and the measures of each step before."""
    paliers = {}
    for par_seconde in PALIERS:
        cadence = Cadence(ouvrir, demandees, par_seconde)
        cadence.commencer()
        time.sleep(PALIER_S)
        cadence.finir()
        paliers[par_seconde] = cadence.minutes[0].bilan()
        print(f"    {par_seconde:>3} par seconde : {paliers[par_seconde]}", flush=True)
        if paliers[par_seconde]["p95_ms"] > LIMITE_MS:
            return {"passe_a": par_seconde, "paliers": paliers}
    return {"passe_a": None, "paliers": paliers}
