"""How each way of searching answers: latency, processor and relevance by class, throughput, memory."""

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
    """Asks one way of searching, on a connection of its own."""

    def demander(self, question: Question) -> Any:
        """The answer, as it comes: what is timed."""

    def sirens(self, reponse: Any) -> list[str]:
        """The companies of an answer, in order."""


class Api:
    """An API of the shape of ours."""

    def __init__(self, port: int, chemin: str) -> None:
        self._client, self._chemin = Client(port), chemin

    def demander(self, question: Question) -> bytes:
        """Ask over HTTP."""
        return self._client.page(f"{self._chemin}?{urlencode(question)}")

    def sirens(self, reponse: bytes) -> list[str]:
        """Read the JSON."""
        return [r["siren"] for r in msgspec.json.decode(reponse)["resultats"]]


class Brut:
    """The node itself, asked what ``corps`` makes of a question."""

    def __init__(self, port: int, corps: Callable[[Question], dict[str, Any]]) -> None:
        self._noeud, self._corps = Noeud(port), corps

    def demander(self, question: Question) -> bytes:
        """Send the query."""
        corps = msgspec.json.encode(self._corps(question))
        return self._noeud.demander("POST", f"/{ordinaire.INDEX}/_search", corps)

    def sirens(self, reponse: bytes) -> list[str]:
        """Read the hits."""
        return [hit["_id"] for hit in msgspec.json.decode(reponse)["hits"]["hits"]]


class TexteIntegral:
    """The table of PostgreSQL."""

    def __init__(self) -> None:
        self._base = postgres.connexion()

    def demander(self, question: Question) -> list[Any]:
        """Run the statements."""
        return postgres.chercher(self._base, question)

    def sirens(self, reponse: list[Any]) -> list[str]:
        """Read the rows."""
        return [ligne[0] for ligne in reponse]


class Participant(NamedTuple):
    """A way of searching: its readers, and the processes that serve them (with their children)."""

    nom: str
    ouvrir: Callable[[], Lecteur]
    racines: Sequence[int]

    def processus(self) -> list[psutil.Process]:
        """All the processes that serve."""
        return [p for racine in self.racines for p in famille(racine)]

    def horloges(self) -> list[int]:
        """The clocks of what each process takes of the processor."""
        return [horloge(p.pid) for p in self.processus()]


def horloge(pid: int) -> int:
    """``clock_getcpuclockid`` of POSIX, which Python does not have, as Linux numbers clocks (posix-timers.h)."""
    return (~pid << 3) | _CPUCLOCK_SCHED


def processeur(horloges: Iterable[int]) -> dict[int, float]:
    """Milliseconds of processor that each clock has counted; a process that has ended has none."""
    lues = {}
    for une in horloges:
        with suppress(OSError):
            lues[une] = 1000 * time.clock_gettime(une)
    return lues


def travail(avant: Mapping[int, float], apres: Mapping[int, float]) -> float:
    """Milliseconds of processor between two readings; a process that ended meanwhile (its reader left) is left out."""
    return sum(lue - avant.get(une, 0.0) for une, lue in apres.items())


def tout_mesurer(participants: list[Participant], entreprises: int, port: int) -> dict[str, Any]:
    """All the figures; ``port``: that of our own server, whose pages are measured too."""
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
    """A connection that has served: an idle one is closed while the others are measured."""
    lecteur = participant.ouvrir()
    for q in questions:
        lecteur.demander(q)
    return lecteur


def _machine() -> str:
    return f"{psutil.cpu_count()} cœurs, {psutil.virtual_memory().total >> 30} Gio, {platform.machine()}"


def _classes(exemple: list[Exemple]) -> dict[str, list[dict[str, str]]]:
    """Questions by class, all about companies."""
    return {c: [{k: v for k, v in q.items() if k != "vue"} for q in qs] for c, qs in requetes(exemple).items()}


def _une_classe(
    participants: list[Participant],
    chauffe: dict[str, str],
    questions: list[dict[str, str]],
    rang: int,
) -> dict[str, Any]:
    """Each way in turn, another one first in each class: whoever comes first does not warm the disk for the others."""
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
    """What each way finds, by class, of all the companies that questions are drawn from: sixty would be few, of which
    two homonyms make three hundredths."""
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
    """Shares, in %: the very company first, or among five (``un``, ``cinq``); it or another that is as right; and what
    the first two would be on average, had the question been drawn from any of the companies that it tells nothing from
    (McSherry and Najork 2008, on ties): chance, which puts one homonym or another first, has no part in it."""
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
    """Requests per second of so many clients, and the processor that each request took."""
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
