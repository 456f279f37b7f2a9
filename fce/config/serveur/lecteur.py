"""The client of one exchange, to whom the event loop sends an answer or a refusal, at its pace."""

import asyncio
import html
import json
from collections.abc import Awaitable, Callable
from typing import Any, Final

import structlog

from fce.config.refus import RefusHttp, en_panne
from fce.config.serveur import prises
from fce.config.serveur.corps import Recevoir
from fce.config.serveur.reponse import ClientParti, ReponseWsgi
from fce.socle.travaux import mesures
from fce.socle.web import problemes

PATIENCE_S: Final = 30.0
"""Seconds that a reader may lag in total behind ``DEBIT_LECTEUR``."""
DEBIT_LECTEUR: Final = 16 * 1024
"""Bytes per second that a reader must accept."""
ADIEU_S: Final = 2.0
"""Seconds spent draining the rest of a refused body, because the sender reads the answer only afterwards."""
_SANS_CORPS: Final = (204, 304)
_PAGE: Final = (
    '<!DOCTYPE html><html lang="fr"><head><meta charset="utf-8"><title>{0}</title></head><body><p>{1}</p></body></html>'
)
Envoyer = Callable[[dict[str, Any]], Awaitable[None]]
log = structlog.get_logger("fce.serveur")


class LecteurDeReponse:
    """``corps_lu``: the bytes that follow the head are all read. Otherwise the connection ends with the answer, because
    they would be taken for the next request."""

    def __init__(self, scope: dict[str, Any], recevoir: Recevoir, envoyer: Envoyer) -> None:
        self.recevoir = recevoir
        self.corps_lu = not any(nom in (b"content-length", b"transfer-encoding") for nom, _ in scope["headers"])
        self._scope, self._envoyer, self._patience = scope, envoyer, PATIENCE_S

    async def envoyer(self, reponse: ReponseWsgi) -> None:
        """Send the answer of the application. Raises ClientParti, RefusHttp."""
        statut = int(reponse.statut[:3])
        sans_corps = self._scope["method"] == "HEAD" or statut in _SANS_CORPS
        corps = b"" if sans_corps else reponse.corps_entier()
        # granian sets the length of a whole body itself.
        tues = () if sans_corps or corps is None else ("content-length",)
        try:
            # Django writes a space before a cookie.
            entetes = [
                (nom.lower().encode("latin-1"), valeur.strip().encode("latin-1"))
                for nom, valeur in reponse.entetes
                if nom.lower() not in tues
            ]
            await self._commencer(statut, entetes)
        except (RuntimeError, UnicodeError) as erreur:  # a header that HTTP cannot carry
            log.error("reponse_impossible")
            raise en_panne() from erreur
        if corps is None:
            await self._par_blocs(reponse, dict(entetes).get(b"content-length"))
        else:
            await self._bloc(corps, suite=False)
        await self._prendre_conge()

    async def refuser(self, refus: RefusHttp) -> None:
        """Send a refusal without Django nor a thread."""
        mesures.REFUS.ajouter(1, str(refus.statut))
        if self._scope["raw_path"].startswith(b"/api/"):
            decrit = problemes.decrire(refus.statut, refus.message, refus.code)
            genre, corps = problemes.TYPE_DE_CONTENU.encode(), json.dumps(decrit)
        else:
            genre, corps = b"text/html; charset=utf-8", _PAGE.format(refus.statut, html.escape(refus.message))
        entetes = [
            (b"content-type", genre),
            (b"content-security-policy", b"default-src 'none'"),
            (b"x-content-type-options", b"nosniff"),
            (b"cache-control", b"no-store"),
        ]
        if refus.reessayer:
            entetes.append((b"retry-after", str(refus.reessayer).encode()))
        await self._commencer(refus.statut, entetes, fermer=True)
        await self._bloc(corps.encode(), suite=False)
        await self._prendre_conge()

    async def couper(self) -> None:
        await asyncio.to_thread(prises.couper, self._scope["client"])

    async def _commencer(self, statut: int, entetes: list[tuple[bytes, bytes]], *, fermer: bool = False) -> None:
        conge = [(b"connection", b"close")] if fermer or not self.corps_lu else []
        tous = [(b"server", b"fce"), *entetes, *conge]
        await self._envoyer({"type": "http.response.start", "status": statut, "headers": tous})

    async def _bloc(self, octets: bytes, *, suite: bool) -> None:
        await self._envoyer({"type": "http.response.body", "body": octets, "more_body": suite})

    async def _par_blocs(self, reponse: ReponseWsgi, annonces: bytes | None) -> None:
        """Send a long answer by blocks. When it is cut short, granian closes the connection without ending the body, so
        the client sees the error."""
        depart = asyncio.ensure_future(self._guetter_le_depart())
        reste = int(annonces) if annonces is not None else None
        try:
            while bloc := await reponse.lire():
                if reste is not None and (reste := reste - len(bloc)) < 0:
                    raise ClientParti
                await self._a_temps(bloc)
                if depart.done():
                    raise ClientParti
            if not reste:
                await self._bloc(b"", suite=False)
        finally:
            depart.cancel()

    async def _a_temps(self, bloc: bytes) -> None:
        """Send a block and wait until granian takes it; close the connection of a reader below the minimum rate."""
        boucle = asyncio.get_running_loop()
        self._patience = min(PATIENCE_S, self._patience) + len(bloc) / DEBIT_LECTEUR
        debut = boucle.time()
        try:
            async with asyncio.timeout(self._patience):
                await self._bloc(bloc, suite=True)
        except TimeoutError:
            await self.couper()
            raise ClientParti from None
        self._patience -= boucle.time() - debut

    async def _guetter_le_depart(self) -> None:
        while (await self.recevoir())["type"] != "http.disconnect":
            pass

    async def _prendre_conge(self) -> None:
        """Drain the rest of an unread body for a while, then close: closing at once would reset the connection before
        the client reads the answer."""
        if self.corps_lu:
            return
        try:
            async with asyncio.timeout(ADIEU_S):
                while (message := await self.recevoir())["type"] == "http.request" and message.get("more_body"):
                    pass
        except TimeoutError:
            # granian keeps about one in six of these connections open.
            await self.couper()
