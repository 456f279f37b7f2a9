"""The bridge: an ASGI application, run by granian, that runs Django's WSGI application in threads.

A request goes down this page: the event loop makes its WSGI environment (``demande``), asks Django whether it wants a
large body (``admission``), reads the body whole (``corps``), has a thread of its lane answer (``voies``, ``reponse``)
and sends the answer at the reader's pace (``lecteur``). A slow client holds its own connection, never a thread.
"""

import asyncio
import contextlib
import io
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import IO, Any, Final

import structlog
from django.conf import settings

from fce.config.adresses import a_compter
from fce.config.refus import REFUS, RefusHttp
from fce.config.serveur import admission
from fce.config.serveur.corps import DE_TROP, LectureDeCorps, Recevoir, exiger_un_formulaire_lisible
from fce.config.serveur.demande import environnement, politique_demandee
from fce.config.serveur.lecteur import Envoyer, LecteurDeReponse
from fce.config.serveur.reponse import ClientParti, ReponseWsgi
from fce.config.serveur.voies import PlacesDEnvoi, ouvrir_les_voies
from fce.socle.web.compteurs import abonne
from fce.socle.web.routes import COMPTE, Politique, Voie

FORMULAIRE: Final = "application/x-www-form-urlencoded"
FICHIERS_PAR_ADRESSE: Final = 4
"""Files being sent at once to one address."""
_MIO: Final = 1024**2
Application = Callable[..., Iterable[bytes]]
log = structlog.get_logger("fce.serveur")


class Pont:
    """State shared by the requests. ``connexions``: size of the database pool; ``dossier``: temporary files."""

    def __init__(self, application: Application, connexions: int, dossier: Path) -> None:
        self.application, self.dossier = application, dossier
        self.voies = ouvrir_les_voies(connexions)
        formulaire, depot = settings.FILE_UPLOAD_MAX_MEMORY_SIZE, (settings.FCE_DEPOT_TAILLE_MAX + 1) * _MIO
        self.formulaires = LectureDeCorps(formulaire, 128 * _MIO, PlacesDEnvoi(400, 32, DE_TROP), dossier)
        self.depots = LectureDeCorps(depot, 2 * depot, PlacesDEnvoi(64, 4, DE_TROP, par_vue=16), dossier)
        phrase = f"{FICHIERS_PAR_ADRESSE} fichiers sont déjà en cours d’envoi vers votre adresse : attendez qu’un se "
        self.envois = PlacesDEnvoi(100, FICHIERS_PAR_ADRESSE, (f"{phrase}termine.", "trop_de_fichiers"))

    async def __call__(self, scope: dict[str, Any], recevoir: Recevoir, envoyer: Envoyer) -> None:
        """Serve one request (ASGI 3). Never raises, because granian would log the message of the error."""
        lecteur = LecteurDeReponse(scope, recevoir, envoyer)
        try:
            try:
                environ = environnement(scope)
                await self._servir(environ, politique_demandee(environ), lecteur)
            except RefusHttp as refus:
                await lecteur.refuser(refus)
        except ClientParti:
            pass
        except Exception as erreur:
            log.error("connexion_interrompue", erreur=type(erreur).__name__)
            await lecteur.couper()

    async def _servir(self, environ: dict[str, Any], politique: Politique | None, lecteur: LecteurDeReponse) -> None:
        voie = politique.voie if politique else Voie.PAGE
        attendu = politique is not None and environ["REQUEST_METHOD"] in politique.methodes
        octets = int(environ.get("CONTENT_LENGTH") or 0) if attendu else 0
        try:
            async with contextlib.AsyncExitStack() as pile:
                if octets and politique and not await self._lire_le_corps(environ, octets, politique, lecteur, pile):
                    return
                if voie is Voie.FICHIER:
                    pile.enter_context(self.envois.prendre(None, tuple(filter(None, [a_compter(environ)]))))
                await self._repondre(environ, Voie.PAGE if voie is Voie.DEPOT and not octets else voie, lecteur)
        except RefusHttp as refus:
            if voie is not Voie.FICHIER and refus.statut != 413:
                raise  # may happen by the thousand: answer without a thread
            # Let the application render the refusal, in the caller's format.
            await self._repondre({**environ, REFUS: refus, "wsgi.input": io.BytesIO()}, Voie.PAGE, lecteur)

    async def _lire_le_corps(
        self,
        environ: dict[str, Any],
        octets: int,
        politique: Politique,
        lecteur: LecteurDeReponse,
        pile: contextlib.AsyncExitStack,
    ) -> bool:
        """Give the body to the application, until ``pile`` ends. False when a deposit was answered without it."""
        vue = id(politique)
        lecture = self.formulaires
        if politique.voie is Voie.DEPOT:
            lecture = self.depots
            lecture.places.exiger(vue, _expediteurs(environ))
            if not await self._admettre(environ, lecteur):
                return False
        corps: IO[bytes] = await pile.enter_async_context(
            lecture.lire(lecteur.recevoir, octets, vue, _expediteurs(environ), politique.octets)
        )
        environ["wsgi.input"] = corps
        lecteur.corps_lu = True
        if FORMULAIRE in environ.get("CONTENT_TYPE", "").lower():
            exiger_un_formulaire_lisible(corps)
        return True

    async def _admettre(self, environ: dict[str, Any], lecteur: LecteurDeReponse) -> bool:
        """Run the application without the body. Return True when it wants the body; otherwise send its answer."""
        essaye = {**environ, "wsgi.input": admission.CORPS_A_VENIR}
        essai = partial(admission.demander_sans_corps, self.application)
        async with self._faire(essai, essaye, Voie.DEPOT) as reponse:
            if reponse.statut != admission.CONTINUER:
                await lecteur.envoyer(reponse)
                return False
        environ[COMPTE] = essaye.get(COMPTE, "")
        return True

    async def _repondre(self, environ: dict[str, Any], voie: Voie, lecteur: LecteurDeReponse) -> None:
        async with self._faire(self.application, environ, voie) as reponse:
            await lecteur.envoyer(reponse)

    @contextlib.asynccontextmanager
    async def _faire(self, application: Application, environ: dict[str, Any], voie: Voie) -> Any:
        """Run the application in a thread of the lane and yield its answer. Raises RefusHttp (503 when busy, 500 when
        there is no answer)."""
        reponse = ReponseWsgi(asyncio.get_running_loop(), self.dossier)
        try:
            await self.voies[voie].lancer(partial(reponse.executer, application, environ))
            await reponse.attendre()
            yield reponse
        finally:
            reponse.fermer()


def _expediteurs(environ: dict[str, Any]) -> tuple[str, ...]:
    """A body counts for its address, and for the account or the token that the application has let in."""
    ou = a_compter(environ)
    return tuple(filter(None, (ou and abonne(ou), environ.get(COMPTE), environ.get("HTTP_AUTHORIZATION"))))
