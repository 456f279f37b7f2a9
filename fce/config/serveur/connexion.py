"""One connection: requests in turn, each read whole before a thread is asked for, each answer at the reader's pace.

Every wait for the client has a total deadline: bytes that trickle in do not push it back.
"""

import asyncio
import contextlib
import html
import io
import socket
import tempfile
from functools import partial
from http import HTTPStatus
from time import monotonic
from typing import Any, Final

import structlog
from django.conf import settings

from fce.config.debit import adresse
from fce.config.middleware import REFUS
from fce.config.serveur import tete
from fce.config.serveur.environ import environnement
from fce.config.serveur.reponse import ClientParti, ReponseWsgi
from fce.config.serveur.tete import TETE_MAX, Tete, TeteRefusee
from fce.config.serveur.tour import PRESSE_S, Service, Tour, politique_demandee
from fce.config.serveur.trame import ReponseImpossible, Trame
from fce.socle.formats import nombre
from fce.socle.routes import Voie

DELAI_TETE_S: Final = 10.0
DELAI_CORPS_S: Final = 30.0
INACTIVITE_S: Final = 75.0
"""Between two requests: longer than a front server keeps its own side, which must be the one to close."""
DEBIT_DEPOT: Final = 128 * 1024
"""Bytes per second that a deposit must reach in all, beside the time of a small body."""
_PATIENCE_S: Final = 30.0
DEBIT_MIN: Final = 16 * 1024
"""Bytes per second that a reader must take; he may be late by ``_PATIENCE_S``, in all."""
ADIEU_S: Final = 2.0
FEU_VERT: Final = b"HTTP/1.1 100 Continue\r\n\r\n"
BLOC_CORPS: Final = 64 * 1024
LOURDES: Final = (Voie.FICHIER, Voie.DEPOT)
log = structlog.get_logger("fce.serveur")


class ConnexionClient:
    """A client, until it leaves, is late, or the service stops."""

    def __init__(self, service: Service, prise: socket.socket) -> None:
        self._service, self._prise = service, prise
        # An answer is one or two sends: none of them waits for more to leave with it.
        prise.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._client = str(prise.getpeername()[0])
        self._boucle = asyncio.get_running_loop()
        self._recu = b""
        self._reste = 0
        self._attend = False
        self._fin_du_corps = 0.0
        self._patience = _PATIENCE_S
        self._repondu_a = -PRESSE_S
        self._presse = False

    async def servir(self) -> None:
        """Answer requests until the connection ends. Never raises, but CancelledError."""
        try:
            delai = DELAI_TETE_S
            while await self._une_demande(delai):
                delai = INACTIVITE_S
            await self._prendre_conge()
        except (OSError, EOFError, ClientParti):
            pass  # gone, or too late: nothing to say
        except Exception as erreur:
            # An answer that HTTP cannot carry, for one: this connection pays, no other.
            log.error("connexion_interrompue", erreur=type(erreur).__name__)
        finally:
            self._prise.close()

    def couper(self) -> None:
        """Let who waits for a request, and whoever would send it, know that it is over."""
        self._service.en_attente.pop(self, None)
        with contextlib.suppress(OSError):
            self._prise.shutdown(socket.SHUT_RDWR)

    async def _une_demande(self, delai: float) -> bool:
        """Serve one request; tell whether another one may follow."""
        self._reste = 0
        try:
            lue = await self._lire_tete(delai)
            if lue is None:
                return False
            return await self._servir(lue)
        except TeteRefusee as refus:
            await self._dire(refus)
            return False

    async def _lire_tete(self, delai: float) -> Tete | None:
        service = self._service
        service.en_attente[self] = None
        try:
            if service.s_arrete:
                return None
            if not self._recu:  # nothing of it came with the request before
                try:
                    async with asyncio.timeout(delai):
                        self._recu = await self._recevoir(TETE_MAX)
                except TimeoutError:
                    return None
                self._presse = monotonic() - self._repondu_a < PRESSE_S
            if not self._recu:
                return None
            try:
                async with asyncio.timeout(DELAI_TETE_S):
                    lue, self._recu = await tete.lire(self._recu, partial(self._recevoir, TETE_MAX))
            except TimeoutError:
                raise TeteRefusee(408, "Cette demande a mis trop longtemps à arriver.") from None
            return lue
        finally:
            service.en_attente.pop(self, None)

    async def _servir(self, lue: Tete) -> bool:
        environ = environnement(lue, self._client, self._service.hote)
        politique = politique_demandee(environ)
        voie = politique.voie if politique else Voie.PAGE
        accepte = politique is not None and lue.methode in politique.methodes
        if voie is Voie.DEPOT and not lue.octets:
            voie = Voie.PAGE
        self._reste, self._attend = lue.octets, lue.attend
        with contextlib.ExitStack() as pile:
            try:
                await self._preparer_corps(lue, voie, accepte, environ, pile)
                if voie is Voie.FICHIER:
                    pile.enter_context(self._service.voies.envoi(adresse(environ)))
                return await self._repondre(lue, environ, voie)
            except TeteRefusee as refus:
                if refus.statut in (408, 500) or (refus.statut == 503 and voie not in LOURDES):
                    raise
                # Said by the pages, in the form that the caller reads.
                environ[REFUS] = refus
                environ["wsgi.input"] = io.BytesIO()
                return await self._repondre(lue, environ, Voie.PAGE)

    async def _preparer_corps(
        self, lue: Tete, voie: Voie, accepte: bool, environ: dict[str, Any], pile: contextlib.ExitStack
    ) -> None:
        """Read the body whole, or leave it to the thread of a deposit; what no view wants is not read."""
        if not lue.octets or not accepte:
            return
        self._fin_du_corps = self._boucle.time() + DELAI_CORPS_S
        if voie is Voie.DEPOT:
            # Its view says first who may send, and how much; its threads serve nothing else.
            grand = min(lue.octets, settings.FCE_DEPOT_TAILLE_MAX * 1024**2)
            self._fin_du_corps += grand / DEBIT_DEPOT
            environ["wsgi.input"] = io.BufferedReader(_Flux(self, self._boucle), BLOC_CORPS)
            return
        if lue.octets > settings.FILE_UPLOAD_MAX_MEMORY_SIZE:
            maximum = nombre(settings.FILE_UPLOAD_MAX_MEMORY_SIZE // 1024)
            raise TeteRefusee(
                413, f"Ce que vous envoyez dépasse {maximum} Kio : cette page n’accepte pas plus.", "trop_gros"
            )
        corps = pile.enter_context(tempfile.SpooledTemporaryFile(BLOC_CORPS))  # noqa: SIM115
        try:
            while self._reste:
                corps.write(await self.lire_corps(BLOC_CORPS))
        except TimeoutError:
            raise TeteRefusee(408, "Cette demande a mis trop longtemps à arriver.") from None
        corps.seek(0)
        environ["wsgi.input"] = corps

    async def lire_corps(self, taille: int) -> bytes:
        """The next bytes of the body, b"" at its end. Raises TimeoutError, EOFError (the client left)."""
        if not self._reste:
            return b""
        voulus = min(taille, self._reste)
        if self._recu:
            bloc, self._recu = self._recu[:voulus], self._recu[voulus:]
        else:
            if self._attend:
                await self._envoyer(FEU_VERT)
            async with asyncio.timeout_at(self._fin_du_corps):
                bloc = await self._recevoir(voulus)
            if not bloc:
                raise EOFError
        self._attend = False
        self._reste -= len(bloc)
        return bloc

    async def _recevoir(self, taille: int) -> bytes:
        return await self._boucle.sock_recv(self._prise, taille)

    async def _repondre(self, lue: Tete, environ: dict[str, Any], voie: Voie) -> bool:
        """Have a request answered; tell whether another one may follow."""
        fils = self._service.voies[voie]
        tour = Tour(self._service, self._boucle, self._prise, self._client, fils)
        tour.presse = self._presse and not self._recu and voie not in LOURDES
        try:
            await fils.lancer(partial(tour.servir, lue, environ))
            try:
                await tour.reponse.attendre()
            except ClientParti:
                raise _en_panne() from None
            if not tour.reponse.partie:
                return await self._transmettre(tour.lue, tour.reponse)
            self._recu = self._recu or tour.recu
            await self._envoyer(tour.reste)
            return tour.garde
        finally:
            tour.reponse.fermer()
            self._repondu_a = tour.repondu_a or monotonic()

    async def _transmettre(self, lue: Tete, reponse: ReponseWsgi) -> bool:
        """Send an answer; tell whether another request may follow."""
        try:
            # What is left of a body would be taken for the next request.
            derniere = bool(self._reste) or self._service.s_arrete
            trame = Trame(lue, reponse.statut, reponse.entetes, derniere=derniere)
        except ReponseImpossible as erreur:
            log.error("reponse_impossible")
            raise _en_panne() from erreur
        depart = trame.tete
        if not trame.sans_corps:
            # The head and the first bytes leave together.
            while bloc := await reponse.lire():
                await self._envoyer(depart + trame.corps(bloc))
                depart = b""
        await self._envoyer(depart + trame.fin())
        return trame.se_garde and not self._reste

    async def _envoyer(self, octets: bytes) -> None:
        """Send, and wait until it has left. Raises TimeoutError when the reader takes less than the minimum rate."""
        if not octets:
            return
        self._patience = min(_PATIENCE_S, self._patience) + len(octets) / DEBIT_MIN
        # Nothing waits before it: what was sent has left. What the system takes at once, all of it nearly always,
        # does not wait for the loop.
        with contextlib.suppress(BlockingIOError):
            octets = octets[self._prise.send(octets) :]
        if not octets:
            return
        debut = self._boucle.time()
        async with asyncio.timeout(self._patience):
            await self._boucle.sock_sendall(self._prise, octets)
        self._patience -= self._boucle.time() - debut

    async def _dire(self, refus: TeteRefusee) -> None:
        """Answer without the pages: what is not a request, or when no thread is free. Then the connection ends."""
        corps = (
            f'<!DOCTYPE html><html lang="fr"><head><meta charset="utf-8"><title>{refus.statut}</title></head>'
            f"<body><p>{html.escape(refus.message)}</p></body></html>"
        ).encode()
        entetes = [
            f"HTTP/1.1 {refus.statut} {HTTPStatus(refus.statut).phrase}",
            "Content-Type: text/html; charset=utf-8",
            f"Content-Length: {len(corps)}",
            "Content-Security-Policy: default-src 'none'",
            "X-Content-Type-Options: nosniff",
            "Cache-Control: no-store",
            "Connection: close",
        ]
        if refus.reessayer:
            entetes.append(f"Retry-After: {refus.reessayer}")
        await self._envoyer("\r\n".join([*entetes, "", ""]).encode() + corps)

    async def _prendre_conge(self) -> None:
        """Let the client read the answer before the connection ends: what it still sends would reset it."""
        self._prise.shutdown(socket.SHUT_WR)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(ADIEU_S):
                while await self._recevoir(BLOC_CORPS):
                    pass


def _en_panne() -> TeteRefusee:
    return TeteRefusee(500, "Une erreur inattendue s’est produite. Réessayez.", "erreur_interne")


class _Flux(io.RawIOBase):
    """The body of a deposit, for the thread that takes it: read as it comes, under the deadline of the whole."""

    def __init__(self, connexion: ConnexionClient, boucle: asyncio.AbstractEventLoop) -> None:
        self._connexion, self._boucle = connexion, boucle

    def readable(self) -> bool:
        return True

    def readinto(self, tampon: Any) -> int:
        """Raises OSError when the sender is late or gone, as a socket would."""
        demande = asyncio.run_coroutine_threadsafe(self._connexion.lire_corps(len(tampon)), self._boucle)
        try:
            bloc = demande.result()
        except EOFError as erreur:
            raise ConnectionResetError from erreur
        tampon[: len(bloc)] = bloc
        return len(bloc)
