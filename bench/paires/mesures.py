"""Measures of each way of searching: latency, CPU and relevance by class, throughput, memory."""

from __future__ import annotations

import platform
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from itertools import count, pairwise
from random import Random
from statistics import mean
from typing import Any, NamedTuple, Protocol
from urllib.parse import urlencode

import msgspec
import psutil

from bench.national.lectures import PAR_CLASSE, Client, Exemple, durees, exemples, pages, requetes
from bench.national.memoire import famille, pss
from bench.paires import ordinaire, postgres
from bench.paires.attendus import Attendus, attendus
from bench.paires.noeud import Noeud
from bench.temps import en_ms

CLIENTS = (1, 8)
DUREE_S = 8.0
CHAUFFES = 2
_CPUCLOCK_SCHED = 2

Question = Mapping[str, str]


class Lecteur(Protocol):
    def demander(self, question: Question) -> Any:
        """The raw answer, which is timed."""

    def sirens(self, reponse: Any) -> list[str]:
        """Companies of an answer, in order."""


class Api:
    def __init__(self, port: int, chemin: str) -> None:
        self._client, self._chemin = Client(port), chemin

    def demander(self, question: Question) -> bytes:
        return self._client.page(f"{self._chemin}?{urlencode(question)}")

    def sirens(self, reponse: bytes) -> list[str]:
        return [r["siren"] for r in msgspec.json.decode(reponse)["resultats"]]


class Brut:
    def __init__(self, port: int, corps: Callable[[Question], dict[str, Any]]) -> None:
        self._noeud, self._corps = Noeud(port), corps

    def demander(self, question: Question) -> bytes:
        corps = msgspec.json.encode(self._corps(question))
        return self._noeud.demander("POST", f"/{ordinaire.INDEX}/_search", corps)

    def sirens(self, reponse: bytes) -> list[str]:
        return [hit["_id"] for hit in msgspec.json.decode(reponse)["hits"]["hits"]]


class TexteIntegral:
    def __init__(self) -> None:
        self._base = postgres.connexion()

    def demander(self, question: Question) -> list[Any]:
        return postgres.chercher(self._base, question)

    def sirens(self, reponse: list[Any]) -> list[str]:
        return [ligne[0] for ligne in reponse]


class Participant(NamedTuple):
    """A way of searching: its readers, and the processes that serve it (with their children)."""

    nom: str
    ouvrir: Callable[[], Lecteur]
    racines: Sequence[int]

    def processus(self) -> list[psutil.Process]:
        return [p for racine in self.racines for p in famille(racine)]

    def horloges(self) -> list[int]:
        return [horloge(p.pid) for p in self.processus()]


def horloge(pid: int) -> int:
    """``clock_getcpuclockid`` of POSIX, missing from Python: clock numbers of Linux (posix-timers.h)."""
    return (~pid << 3) | _CPUCLOCK_SCHED


def processeur(horloges: Iterable[int]) -> dict[int, float]:
    """CPU ms of each clock; ended processes are skipped."""
    lues = {}
    for une in horloges:
        with suppress(OSError):
            lues[une] = 1000 * time.clock_gettime(une)
    return lues


def travail(avant: Mapping[int, float], apres: Mapping[int, float]) -> float:
    """CPU ms between two readings; processes ended meanwhile are ignored."""
    return sum(lue - avant.get(une, 0.0) for une, lue in apres.items())


def tout_mesurer(participants: list[Participant], entreprises: int, port: int) -> dict[str, Any]:
    """All the figures; ``port``: our own server, whose pages are measured too."""
    exemple = exemples(entreprises)
    chauffe = [q for questions in _classes(exemple[PAR_CLASSE:]).values() for q in questions]
    for participant in participants:
        _ouvrir(participant, chauffe * CHAUFFES)
    mesures: dict[str, Any] = {"le": datetime.now(UTC).isoformat(timespec="minutes"), "machine": _machine()}
    classes = _classes(exemple)
    mesures["classes"] = {
        classe: _une_classe(participants, chauffe[0], questions, rang)
        for rang, (classe, questions) in enumerate(classes.items())
    }
    mesures["charge_apres"] = psutil.getloadavg()[0]
    journal = [q for questions in classes.values() for q in questions]
    Random(7).shuffle(journal)
    mesures["debit"] = {p.nom: {str(n): _debit(p, journal, n) for n in CLIENTS} for p in participants}
    mesures["memoire"] = {p.nom: [pss(famille(racine)) >> 20 for racine in p.racines] for p in participants}
    mesures["pages"] = {
        nom: [round(t, 3) for t in durees(Client(port), liste)] for nom, liste in pages(exemple).items()
    }
    mesures["exemples"] = len(exemple)
    for classe, reussies in _reussites(participants, exemple).items():
        for nom, parts in reussies.items():
            mesures["classes"][classe][nom] |= parts
    return mesures


def _ouvrir(participant: Participant, questions: list[dict[str, str]]) -> Lecteur:
    """A warmed-up connection, because idle ones are closed while the others are measured."""
    lecteur = participant.ouvrir()
    for q in questions:
        lecteur.demander(q)
    return lecteur


def _machine() -> str:
    return f"{psutil.cpu_count()} cœurs, {psutil.virtual_memory().total >> 30} Gio, {platform.machine()}"


def _classes(exemple: list[Exemple]) -> dict[str, list[dict[str, str]]]:
    return {c: [{k: v for k, v in q.items() if k != "vue"} for q in qs] for c, qs in requetes(exemple).items()}


def _une_classe(
    participants: list[Participant],
    chauffe: dict[str, str],
    questions: list[dict[str, str]],
    rang: int,
) -> dict[str, Any]:
    """Rotates the order, because the first way warms the disk for the others."""
    debut = rang % len(participants)
    mesures = {}
    for participant in participants[debut:] + participants[:debut]:
        lecteur, reponses = _ouvrir(participant, [chauffe]), list[Any]()
        horloges = participant.horloges()
        temps, lues = list[float](), [processeur(horloges)]
        for question in questions:
            temps.append(en_ms(lambda q=question: reponses.append(lecteur.demander(q))))  # type: ignore[misc] # noqa: B023
            lues.append(processeur(horloges))
        trouves = [lecteur.sirens(reponse) for reponse in reponses]
        mesures[participant.nom] = {
            "temps": [round(t, 3) for t in temps],
            "processeur": [round(travail(avant, apres), 3) for avant, apres in pairwise(lues)],
            "repondues": [bool(t) for t in trouves],
        }
    return {p.nom: mesures[p.nom] for p in participants}


def _reussites(participants: list[Participant], exemple: list[Exemple]) -> dict[str, dict[str, dict[str, float]]]:
    """Over all the companies drawn: with only sixty, two homonyms would change the result by three points."""
    elles, justes = [frozenset([x.siren]) for x in exemple], attendus(exemple)
    lots = [_classes(exemple[debut : debut + PAR_CLASSE]) for debut in range(0, len(exemple), PAR_CLASSE)]
    reussites: dict[str, dict[str, dict[str, float]]] = {classe: {} for classe in justes}
    for participant in participants:
        lecteur = participant.ouvrir()
        for classe in justes:
            trouves = [lecteur.sirens(lecteur.demander(q)) for lot in lots for q in lot[classe]]
            reussites[classe][participant.nom] = _succes(trouves, elles, justes[classe])
    return reussites


def _succes(trouves: list[list[str]], elles: Attendus, justes: Attendus) -> dict[str, float]:
    """Shares, in %: the drawn company first or among five (``un``, ``cinq``); any right answer (``juste_``); expected
    value over the companies that the question cannot distinguish (``moyen_``; McSherry and Najork 2008, on ties), which
    removes the chance of the homonym drawn."""
    rangs = [*zip(trouves, elles, justes, strict=True)]
    succes: dict[str, float] = {}
    for nom, k in (("un", 1), ("cinq", 5)):
        succes[nom] = _pour_cent(not elle.isdisjoint(lus[:k]) for lus, elle, _ in rangs)
        succes[f"juste_{nom}"] = _pour_cent(not siens.isdisjoint(lus[:k]) for lus, _, siens in rangs)
        succes[f"moyen_{nom}"] = _pour_cent(len(siens.intersection(lus[:k])) / len(siens) for lus, _, siens in rangs)
    return succes


def _pour_cent(parts: Iterable[float]) -> float:
    return round(100 * mean(parts), 1)


def _debit(participant: Participant, journal: list[dict[str, str]], clients: int) -> dict[str, float]:
    fin, comptes, tour = threading.Event(), [0] * clients, count()
    lecteurs = [participant.ouvrir() for _ in range(clients)]

    def lire(n: int) -> None:
        while not fin.is_set():
            lecteurs[n].demander(journal[next(tour) % len(journal)])
            comptes[n] += 1

    fils = [threading.Thread(target=lire, args=(n,), daemon=True) for n in range(clients)]
    avant, debut = processeur(participant.horloges()), time.perf_counter()
    for fil in fils:
        fil.start()
    time.sleep(DUREE_S)
    fin.set()
    for fil in fils:
        fil.join()
    duree, apres = time.perf_counter() - debut, processeur(participant.horloges())
    total = sum(comptes)
    return {"par_s": round(total / duree, 1), "processeur_ms": round(travail(avant, apres) / total, 2)}
