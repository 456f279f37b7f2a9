"""Request bodies: the event loop reads each one whole before a thread starts, within limits of size, time and
number."""

import asyncio
import contextlib
import tempfile
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from string import hexdigits
from typing import IO, Any, Final

from django.conf import settings

from fce.config.refus import RefusHttp, occupe
from fce.config.serveur.reponse import ClientParti
from fce.socle.formats import nombre

EN_MEMOIRE: Final = 64 * 1024
"""Bytes kept in memory; a longer body goes to a temporary file."""
GRACE_S: Final = 20.0
"""Seconds that a sender may lag behind the minimum rate, and longest silence allowed."""
DEBIT_MIN: Final = 128 * 1024
"""Minimum rate in bytes per second; with ``GRACE_S``, it sets the total deadline."""
ECHAPPEMENTS_FAUX: Final = 1000
_HEXADECIMAL: Final = bytes(ord("0") if chr(o) in hexdigits else o if o == ord("%") else ord(".") for o in range(256))
Places = tuple[str, ...]
"""Keys that a body is counted under: its senders (none for this machine), then its view."""
Recevoir = Callable[[], Awaitable[dict[str, Any]]]


@dataclass(frozen=True, slots=True)
class Plafonds:
    """Limits of one process. ``octets``: size of one body. ``chacun``, ``a_la_fois``, ``par_vue``: bodies at once of
    one sender, in all, for one view. ``ensemble``: total bytes in temporary files."""

    octets: int
    chacun: int
    a_la_fois: int
    ensemble: int
    par_vue: int = 400


@dataclass(slots=True)
class LectureDeCorps:
    """Bodies of one kind being read by this process. ``en_fichiers``: their bytes in temporary files."""

    plafonds: Plafonds
    dossier: Path
    _places: Counter[str] = field(default_factory=Counter)
    en_cours: int = 0
    en_fichiers: int = 0

    @contextlib.asynccontextmanager
    async def lire(self, recevoir: Recevoir, octets: int, places: Places, plafond: int = 0) -> Any:
        """Read a body of ``octets`` bytes into a temporary file, open at its start; the end of the block deletes it.

        ``plafond``: longest body of this view, 0 for that of its kind. Raises RefusHttp (408, 413, 429, 503),
        ClientParti.
        """
        if octets > (plafond := plafond or self.plafonds.octets):
            maximum = nombre(plafond // 1024)
            raise RefusHttp(
                413, f"Ce que vous envoyez dépasse {maximum} Kio : cette page n’accepte pas plus.", "trop_gros"
            )
        dossier = str(self.dossier)
        with tempfile.SpooledTemporaryFile(EN_MEMOIRE, dir=dossier) as fichier, self._compter_les_octets() as compter:
            with self._prendre_une_place(places):
                await self._recopier(recevoir, octets, fichier, compter)
            fichier.seek(0)
            yield fichier

    async def _recopier(
        self, recevoir: Recevoir, octets: int, fichier: IO[bytes], compter: Callable[[int], None]
    ) -> None:
        boucle = asyncio.get_running_loop()
        debut, recus = boucle.time(), 0
        try:
            while recus < octets:
                # Even ahead of the rate, a sender may not be silent for more than GRACE_S.
                echeance = min(boucle.time(), debut + recus / DEBIT_MIN) + GRACE_S
                async with asyncio.timeout_at(echeance):
                    message = await recevoir()
                if message["type"] != "http.request":
                    raise ClientParti
                bloc = message.get("body", b"")
                recus += len(bloc)
                if octets > EN_MEMOIRE:
                    compter(len(bloc))
                fichier.write(bloc)
                if not message.get("more_body") and recus < octets:
                    raise ClientParti
        except TimeoutError:
            raise RefusHttp(408, "Cette demande a mis trop longtemps à arriver.") from None

    def exiger_une_place(self, places: Places) -> None:
        """Refuse at once when too many bodies are being read. Raises RefusHttp (429, 503)."""
        *expediteurs, vue = places
        if any(self._places[qui] >= self.plafonds.chacun for qui in expediteurs):
            raise RefusHttp(
                429,
                "Trop d’envois sont déjà en cours depuis votre adresse ou votre compte : attendez que l’un d’eux se "
                "termine.",
                "trop_d_envois",
                30,
            )
        if self.en_cours >= self.plafonds.a_la_fois or self._places[vue] >= self.plafonds.par_vue:
            raise occupe()

    @contextlib.contextmanager
    def _prendre_une_place(self, places: Places) -> Iterator[None]:
        self.exiger_une_place(places)
        self._places.update(places)
        self.en_cours += 1
        try:
            yield
        finally:
            self._places -= Counter(places)  # forgets who has none left
            self.en_cours -= 1

    @contextlib.contextmanager
    def _compter_les_octets(self) -> Iterator[Callable[[int], None]]:
        siens = 0

        def prendre(octets: int) -> None:
            nonlocal siens
            if self.en_fichiers + octets > self.plafonds.ensemble:
                raise occupe()
            siens += octets
            self.en_fichiers += octets

        try:
            yield prendre
        finally:
            self.en_fichiers -= siens


def exiger_un_formulaire_lisible(fichier: IO[bytes]) -> None:
    """Refuse a URL-encoded form with so many invalid escapes, which Python decodes slowly. Raises RefusHttp (400)."""
    faux = 0
    # Django refuses a longer form without decoding it.
    for _ in range(0, settings.DATA_UPLOAD_MAX_MEMORY_SIZE, EN_MEMOIRE):
        lu = fichier.read(EN_MEMOIRE)
        # No regular expression: this runs in the event loop. An escape cut by the end of a block counts as invalid.
        faux += lu.count(b"%") - lu.translate(_HEXADECIMAL).count(b"%00")
        if faux > ECHAPPEMENTS_FAUX:
            raise RefusHttp(400, "Ce formulaire n’est pas encodé comme le veut HTTP : renvoyez-le depuis sa page.")
    fichier.seek(0)
