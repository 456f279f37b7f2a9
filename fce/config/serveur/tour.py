"""What a thread does of a connection while the loop waits for it: it answers a request, sends the answer if the system
takes it at once, and serves a client who asks again straight away without going back to the loop.

Handing a request to a thread, then its answer to the loop, takes as long as making a small answer. Most clients are not
concerned: a thread stays with one who has just shown that he asks within a millisecond or two (a program, a front
server on a busy day), as long as nobody else waits for a thread. Whatever is not an ordinary request, whole and without
a body, is left to the loop as it came.
"""

import select
import socket
from asyncio import AbstractEventLoop
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from time import monotonic
from typing import Any, Final, Protocol

from fce.config.middleware import LONGUEUR_MAX_ADRESSE
from fce.config.serveur import tete
from fce.config.serveur.environ import environnement
from fce.config.serveur.reponse import Entetes, ReponseWsgi, executer
from fce.config.serveur.tete import TETE_MAX, Tete
from fce.config.serveur.trame import ReponseImpossible, Trame
from fce.config.serveur.voies import Fils, Voies
from fce.socle.routes import Politique, politique_du_chemin

PRESSE_S: Final = 0.002
"""Within which a client asks again: as long as a thread stays with him at most, doing nothing."""


class EnAttente(Protocol):
    """A connection that waits for a request."""

    def couper(self) -> None:
        """End it."""


@dataclass(eq=False, slots=True)
class Service:
    """What the connections of a process share. ``en_attente``: those that wait for a request, oldest first."""

    application: Callable[..., Iterable[bytes]]
    voies: Voies
    hote: tuple[str, int]
    en_attente: dict[EnAttente, None] = field(default_factory=dict)
    s_arrete: bool = False


class Tour:
    """A thread with a client, from a request (``lue``, ``environ``) to the last one that is served without the loop.

    Once ``reponse.attendre`` returns, the loop has it back. Either ``reponse.partie``: ``reste`` of the answer is to be
    sent, ``recu`` came after it, and ``garde`` tells whether another request may follow; or the loop sends what
    ``reponse`` holds, the answer to ``lue``. ``presse``: whether this client asks again at once.
    """

    def __init__(
        self, service: Service, boucle: AbstractEventLoop, prise: socket.socket, client: str, fils: Fils
    ) -> None:
        self._service, self._prise, self._client, self._fils = service, prise, client, fils
        self.reponse = ReponseWsgi(boucle, self._expedier)
        self.reste = self.recu = b""
        self.garde = self.presse = False
        self.repondu_a = 0.0
        self.lue: Tete

    def servir(self, lue: Tete, environ: dict[str, Any]) -> None:
        """In the thread: answer, as long as there is somebody to answer. Never raises."""
        suite: tuple[Tete, dict[str, Any]] | None = (lue, environ)
        while suite:
            self.lue, environ = suite
            executer(self._service.application, environ, self.reponse)
            if not self.reponse.partie:
                return
            suite = None
            with suppress(Exception):  # the loop, which is given what came, meets the same and says it
                suite = self._demande_suivante()
            if suite:
                self.reponse.oublier()
        self.reponse.rendre()

    def _expedier(self, statut: str, entetes: Entetes, corps: bytes) -> bool:
        """Send an answer; False when the loop must, or must say that it cannot be sent."""
        if self.lue.octets:  # some of its body may be still to come
            return False
        try:
            trame = Trame(self.lue, statut, entetes, derniere=self._service.s_arrete)
            octets = trame.tete + (trame.corps(corps) if corps and not trame.sans_corps else b"") + trame.fin()
        except ReponseImpossible:
            return False
        try:
            self.reste = octets[self._prise.send(octets) :]
        except BlockingIOError:
            self.reste = octets
        except OSError:  # gone
            self.garde = False
            return True
        self.garde, self.repondu_a = trame.se_garde, monotonic()
        return True

    def _demande_suivante(self) -> tuple[Tete, dict[str, Any]] | None:
        """The next request of a client in a hurry; None when the loop must wait for it. Raises what the loop would."""
        if not (self.presse and self.garde) or self.reste or self._service.s_arrete or self._fils.attendus:
            return None
        arrivee = select.poll()
        arrivee.register(self._prise, select.POLLIN)
        self.presse = bool(arrivee.poll(1000 * PRESSE_S))
        if not self.presse:
            return None
        self.recu = self._prise.recv(TETE_MAX)
        lue, apres = tete.deja_lue(self.recu)
        if lue is None or apres or lue.octets or lue.attend:
            return None
        environ = environnement(lue, self._client, self._service.hote)
        politique = politique_demandee(environ)
        if politique is None or lue.methode not in politique.methodes:
            return None
        if self._service.voies[politique.voie] is not self._fils:
            return None
        self.recu = b""
        return lue, environ


def politique_demandee(environ: dict[str, Any]) -> Politique | None:
    """What the view of this path (as WSGI writes it) declares; too long, or of no view, it has none."""
    chemin: str = environ["PATH_INFO"]
    if len(chemin) > LONGUEUR_MAX_ADRESSE:
        return None
    return politique_du_chemin(chemin.encode("latin-1").decode("utf-8", "replace"))
