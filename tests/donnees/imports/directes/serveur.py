"""Local HTTP server with answers written by the test: status, headers, body, delays, cuts. Records the requests."""

from __future__ import annotations

import contextlib
import json
import threading
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests import serveur_http


@dataclass
class Reponse:
    """``avant``: seconds before the first byte; ``goutte``: between two bytes; ``couper``: close in the middle."""

    statut: int = 200
    corps: Any = None
    entetes: dict[str, str] = field(default_factory=dict)
    avant: float = 0.0
    goutte: float = 0.0
    couper: bool = False

    @property
    def octets(self) -> bytes:
        return self.corps if isinstance(self.corps, bytes) else json.dumps(self.corps).encode()


@dataclass(frozen=True)
class Demandee:
    chemin: str
    parametres: dict[str, str]
    autorisation: str


def donnees(contenu: Any) -> Reponse:
    return Reponse(corps={"data": contenu, "links": {}, "meta": {}})


def erreur(statut: int, **entetes: str) -> Reponse:
    corps = {"errors": [{"code": "00000", "title": "Erreur", "detail": "Inventée", "meta": {}}]}
    return Reponse(statut, corps, {nom.replace("_", "-"): valeur for nom, valeur in entetes.items()})


class _Traitement(serveur_http.Guichet):
    server: Serveur
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        adresse = urlsplit(self.path)
        demandee = Demandee(
            adresse.path,
            {nom: valeurs[0] for nom, valeurs in parse_qs(adresse.query).items()},
            self.headers.get("Authorization", ""),
        )
        with self.server.verrou:
            self.server.recues.append(demandee)
            self.server.en_cours += 1
            self.server.ensemble = max(self.server.ensemble, self.server.en_cours)
        try:
            with contextlib.suppress(ConnectionError):
                self._repondre(self.server.repondre(demandee))
        finally:
            with self.server.verrou:
                self.server.en_cours -= 1

    def _repondre(self, reponse: Reponse) -> None:
        time.sleep(reponse.avant)
        self.send_response(reponse.statut)
        for nom, valeur in reponse.entetes.items():
            self.send_header(nom, valeur)
        octets = reponse.octets
        self.send_header("Content-Length", str(len(octets)))
        self.end_headers()
        if reponse.couper:
            self.wfile.write(octets[: len(octets) // 2])
            self.close_connection = True
            return
        if not reponse.goutte:
            self.wfile.write(octets)
            return
        for n in range(len(octets)):
            self.wfile.write(octets[n : n + 1])
            self.wfile.flush()
            time.sleep(reponse.goutte)


class Serveur(serveur_http.Serveur):
    def __init__(self) -> None:
        super().__init__(_Traitement)
        self.verrou = threading.Lock()
        self.recues: list[Demandee] = []
        self.en_cours = self.ensemble = 0
        self._suite: list[Reponse] = []
        self._toujours: Callable[[Demandee], Reponse] = lambda _: erreur(404)

    def jouer(self, *reponses: Reponse) -> None:
        """Answers in order; the last one repeats."""
        self._suite = list(reponses)

    def selon(self, fonction: Callable[[Demandee], Reponse]) -> None:
        self._suite, self._toujours = [], fonction

    def repondre(self, demandee: Demandee) -> Reponse:
        with self.verrou:
            if self._suite:
                return self._suite.pop(0) if len(self._suite) > 1 else self._suite[0]
        return self._toujours(demandee)


def en_marche() -> AbstractContextManager[Serveur]:
    return serveur_http.en_marche(Serveur())
