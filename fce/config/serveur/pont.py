"""The bridge: an ASGI application, run by granian, that runs Django's WSGI application in threads.

The event loop reads the whole request (``corps``), a thread of its lane answers (``voies``), and the loop sends the
answer at the reader's pace (``reponse``). A slow client holds its own connection, never a thread.
"""

import asyncio
import contextlib
import html
import io
import json
from collections.abc import Awaitable, Callable, Iterable
from functools import partial
from pathlib import Path
from typing import IO, Any, Final

import structlog
from django.conf import settings

from fce.config.debit import adresse
from fce.config.middleware import REFUS
from fce.config.refus import RefusHttp
from fce.config.serveur import admission, attente, prises
from fce.config.serveur.corps import LectureDeCorps, Places, Plafonds, Recevoir, exiger_un_formulaire_lisible
from fce.config.serveur.demande import environnement, politique_demandee
from fce.config.serveur.reponse import ClientParti, ReponseWsgi
from fce.config.serveur.voies import Voies
from fce.socle import mesures, problemes
from fce.socle.compteurs import abonne
from fce.socle.routes import COMPTE, Politique, Voie

PATIENCE_S: Final = 30.0
"""Seconds that a reader may lag in total behind ``DEBIT_LECTEUR``."""
DEBIT_LECTEUR: Final = 16 * 1024
"""Bytes per second that a reader must accept."""
ADIEU_S: Final = 2.0
"""Seconds spent draining the rest of a refused body, because the sender reads the answer only afterwards."""
FORMULAIRE: Final = "application/x-www-form-urlencoded"
_SANS_CORPS: Final = (204, 304)
_MIO: Final = 1024**2
_PAGE: Final = (
    '<!DOCTYPE html><html lang="fr"><head><meta charset="utf-8"><title>{0}</title></head><body><p>{1}</p></body></html>'
)
Application = Callable[..., Iterable[bytes]]
Envoyer = Callable[[dict[str, Any]], Awaitable[None]]
log = structlog.get_logger("fce.serveur")


class Pont:
    """State shared by the requests. ``connexions``: size of the database pool; ``dossier``: temporary files."""

    def __init__(self, application: Application, connexions: int, dossier: Path) -> None:
        self.application, self.dossier = application, dossier
        self.voies = Voies(connexions)
        self.guet = attente.Guet()
        formulaire, depot = settings.FILE_UPLOAD_MAX_MEMORY_SIZE, (settings.FCE_DEPOT_TAILLE_MAX + 1) * _MIO
        self.formulaires = LectureDeCorps(Plafonds(formulaire, chacun=32, a_la_fois=400, ensemble=128 * _MIO), dossier)
        self.depots = LectureDeCorps(Plafonds(depot, chacun=4, a_la_fois=64, ensemble=2 * depot, par_vue=16), dossier)

    async def __call__(self, scope: dict[str, Any], recevoir: Recevoir, envoyer: Envoyer) -> None:
        """Serve one request (ASGI 3). Never raises, because granian would log the message of the error."""
        echange = Echange(self, scope, recevoir, envoyer)
        try:
            await echange.servir()
        except ClientParti:
            pass
        except Exception as erreur:
            log.error("connexion_interrompue", erreur=type(erreur).__name__)
            await asyncio.to_thread(prises.couper, scope["client"])


class Echange:
    def __init__(self, pont: Pont, scope: dict[str, Any], recevoir: Recevoir, envoyer: Envoyer) -> None:
        self._pont, self._scope, self._recevoir, self._envoyer = pont, scope, recevoir, envoyer
        self._patience = PATIENCE_S
        # Unread body: close the connection, otherwise its bytes would be taken for the next request.
        self._non_lus = any(nom in (b"content-length", b"transfer-encoding") for nom, _ in scope["headers"])

    async def servir(self) -> None:
        """Answer with a page or a refusal. Raises ClientParti when the client has left."""
        try:
            environ = environnement(self._scope)
            politique = politique_demandee(environ)
            voie = politique.voie if politique else Voie.PAGE
            attendu = politique is not None and environ["REQUEST_METHOD"] in politique.methodes
            octets = int(environ.get("CONTENT_LENGTH") or 0) if attendu else 0
            try:
                await self._servir(environ, voie, octets, politique)
            except RefusHttp as refus:
                if voie is not Voie.FICHIER and refus.statut != 413:
                    raise  # may happen by the thousand: answer without a thread
                # Let the application render the refusal, in the caller's format.
                await self._repondre({**environ, REFUS: refus, "wsgi.input": io.BytesIO()}, Voie.PAGE)
        except RefusHttp as refus:
            await self._dire(refus)

    async def _servir(self, environ: dict[str, Any], voie: Voie, octets: int, politique: Politique | None) -> None:
        """``octets``: length of the body that the view expects."""
        if voie is Voie.DEPOT and not octets:
            voie = Voie.PAGE
        lecture = self._pont.depots if voie is Voie.DEPOT else self._pont.formulaires
        if octets:
            lecture.exiger_une_place(_places(environ, politique))
        if voie is Voie.DEPOT and not await self._admettre(environ):
            return
        async with contextlib.AsyncExitStack() as pile:
            if octets:
                plafond = politique.octets if politique else 0
                corps: IO[bytes] = await pile.enter_async_context(
                    lecture.lire(self._recevoir, octets, _places(environ, politique), plafond)
                )
                environ["wsgi.input"] = corps
                self._non_lus = False
                if FORMULAIRE in environ.get("CONTENT_TYPE", "").lower():
                    exiger_un_formulaire_lisible(corps)
            if voie is Voie.FICHIER:
                pile.enter_context(self._pont.voies.envoi(adresse(environ)))
            await self._repondre(environ, voie)

    async def _admettre(self, environ: dict[str, Any]) -> bool:
        """Run the application without the body. Return True when it wants the body; otherwise send its answer."""
        essai = partial(admission.demander_sans_corps, self._pont.application)
        essaye = {**environ, "wsgi.input": admission.CORPS_A_VENIR}
        async with self._faire(essai, essaye, Voie.DEPOT) as reponse:
            if reponse.statut == admission.CONTINUER:
                environ[COMPTE] = essaye.get(COMPTE, "")
                return True
            await self._transmettre(reponse, environ["REQUEST_METHOD"])
            return False

    async def _repondre(self, environ: dict[str, Any], voie: Voie) -> None:
        async with self._faire(self._pont.application, environ, voie) as reponse:
            attendue = attente.demandee(reponse)
            if attendue is None or not await self._patienter(attendue, adresse(environ) or ""):
                await self._transmettre(reponse, environ["REQUEST_METHOD"])
                return
        async with self._faire(self._pont.application, environ, voie) as reponse:
            attente.demandee(reponse)
            await self._transmettre(reponse, environ["REQUEST_METHOD"])

    async def _patienter(self, attendue: attente.Attendue, ou: str) -> bool:
        """Wait for something new. Raises ClientParti when the client leaves meanwhile."""
        depart = asyncio.ensure_future(self._guetter_le_depart())
        nouveau = asyncio.ensure_future(self._pont.guet.attendre(attendue, ou))
        try:
            await asyncio.wait((depart, nouveau), return_when=asyncio.FIRST_COMPLETED)
            if not nouveau.done():
                raise ClientParti
            return nouveau.result()
        finally:
            depart.cancel()
            nouveau.cancel()

    @contextlib.asynccontextmanager
    async def _faire(self, application: Application, environ: dict[str, Any], voie: Voie) -> Any:
        """Run the application in a thread of the lane and yield its answer. Raises RefusHttp (503 when busy, 500 when
        there is no answer)."""
        reponse = ReponseWsgi(asyncio.get_running_loop(), self._pont.dossier)
        try:
            await self._pont.voies[voie].lancer(partial(reponse.executer, application, environ))
            try:
                await reponse.attendre()
            except ClientParti:
                raise _en_panne() from None
            yield reponse
        finally:
            reponse.fermer()

    async def _transmettre(self, reponse: ReponseWsgi, methode: str) -> None:
        statut = int(reponse.statut[:3])
        sans_corps = methode == "HEAD" or statut in _SANS_CORPS
        corps = b"" if sans_corps else reponse.corps_entier()
        try:
            entetes, annonces = self._entetes(reponse, garder_la_longueur=sans_corps or corps is None)
            await self._envoyer({"type": "http.response.start", "status": statut, "headers": entetes})
        except (RuntimeError, UnicodeError) as erreur:  # a header that HTTP cannot carry
            log.error("reponse_impossible")
            raise _en_panne() from erreur
        if corps is None:
            await self._envoyer_par_blocs(reponse, annonces)
        else:
            await self._envoyer({"type": "http.response.body", "body": corps})
        await self._prendre_conge()

    def _entetes(
        self, reponse: ReponseWsgi, *, garder_la_longueur: bool
    ) -> tuple[list[tuple[bytes, bytes]], int | None]:
        """Return the headers to send and the Content-Length that they announce. granian sets the length of a whole body
        itself."""
        entetes, annonces = [(b"server", b"fce")], None
        for nom, valeur in reponse.entetes:
            if nom.lower() == "content-length":
                if not garder_la_longueur:
                    continue
                annonces = int(valeur)
            # Django writes a space before a cookie.
            entetes.append((nom.lower().encode("latin-1"), valeur.strip().encode("latin-1")))
        if self._non_lus:
            entetes.append((b"connection", b"close"))
        return entetes, annonces

    async def _envoyer_par_blocs(self, reponse: ReponseWsgi, annonces: int | None) -> None:
        """Send a long answer by blocks. When it is cut short, granian closes the connection without ending the body, so
        the client sees the error."""
        depart = asyncio.ensure_future(self._guetter_le_depart())
        envoyes = 0
        try:
            while bloc := await reponse.lire():
                envoyes += len(bloc)
                if annonces is not None and envoyes > annonces:
                    raise ClientParti
                await self._envoyer_a_temps(bloc)
                if depart.done():
                    raise ClientParti
            if annonces is None or envoyes == annonces:
                await self._envoyer({"type": "http.response.body", "body": b""})
        finally:
            depart.cancel()

    async def _envoyer_a_temps(self, bloc: bytes) -> None:
        """Send a block and wait until granian takes it; close the connection of a reader below the minimum rate."""
        boucle = asyncio.get_running_loop()
        self._patience = min(PATIENCE_S, self._patience) + len(bloc) / DEBIT_LECTEUR
        debut = boucle.time()
        try:
            async with asyncio.timeout(self._patience):
                await self._envoyer({"type": "http.response.body", "body": bloc, "more_body": True})
        except TimeoutError:
            await asyncio.to_thread(prises.couper, self._scope["client"])
            raise ClientParti from None
        self._patience -= boucle.time() - debut

    async def _guetter_le_depart(self) -> None:
        while (await self._recevoir())["type"] != "http.disconnect":
            pass

    async def _dire(self, refus: RefusHttp) -> None:
        """Send a refusal without Django nor a thread."""
        mesures.REFUS.ajouter(1, str(refus.statut))
        if self._scope["raw_path"].startswith(b"/api/"):
            decrit = problemes.decrire(refus.statut, refus.message, refus.code)
            genre, corps = problemes.TYPE_DE_CONTENU.encode(), json.dumps(decrit)
        else:
            genre, corps = b"text/html; charset=utf-8", _PAGE.format(refus.statut, html.escape(refus.message))
        entetes = [
            (b"server", b"fce"),
            (b"content-type", genre),
            (b"content-security-policy", b"default-src 'none'"),
            (b"x-content-type-options", b"nosniff"),
            (b"cache-control", b"no-store"),
            (b"connection", b"close"),
        ]
        if refus.reessayer:
            entetes.append((b"retry-after", str(refus.reessayer).encode()))
        await self._envoyer({"type": "http.response.start", "status": refus.statut, "headers": entetes})
        await self._envoyer({"type": "http.response.body", "body": corps.encode()})
        await self._prendre_conge()

    async def _prendre_conge(self) -> None:
        """Drain the rest of the body for a while, then close: closing at once would reset the connection before the
        client reads the answer."""
        if not self._non_lus:
            return
        try:
            async with asyncio.timeout(ADIEU_S):
                while (message := await self._recevoir())["type"] == "http.request" and message.get("more_body"):
                    pass
        except TimeoutError:
            # granian keeps about one in six of these connections open.
            await asyncio.to_thread(prises.couper, self._scope["client"])


def _places(environ: dict[str, Any], politique: Politique | None) -> Places:
    """A body counts for its address, and for the account or the token that the application has let in."""
    ou = adresse(environ)
    qui = (ou and abonne(ou), environ.get(COMPTE), environ.get("HTTP_AUTHORIZATION"))
    return (*[un for un in qui if un], f"vue {id(politique)}")


def _en_panne() -> RefusHttp:
    return RefusHttp(500, "Une erreur inattendue s’est produite. Réessayez.", "erreur_interne")
