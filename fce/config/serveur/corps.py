"""Bodies of requests: read whole by the event loop before a thread is given, within limits of size, time and number."""

import asyncio
import contextlib
import tempfile
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, Final

from fce.config.refus import RefusHttp, occupe
from fce.config.serveur.reponse import ClientParti
from fce.socle.formats import nombre

EN_MEMOIRE: Final = 64 * 1024
"""Bytes of a body kept in memory; a longer body goes to a temporary file."""
GRACE_S: Final = 20.0
"""Seconds that a body may be late on its minimum rate, from its start; and the longest silence of its sender."""
DEBIT_MIN: Final = 128 * 1024
"""Bytes per second that a body must reach, beside ``GRACE_S``: this is its total deadline too."""
Recevoir = Callable[[], Awaitable[dict[str, Any]]]


@dataclass(frozen=True, slots=True)
class Plafonds:
    """Limits of the bodies being read by one process. ``octets``: of one body; ``ensemble``: in temporary files."""

    octets: int
    par_adresse: int
    a_la_fois: int
    ensemble: int


@dataclass(slots=True)
class LectureDeCorps:
    """The bodies of one kind that this process is reading, counted against ``plafonds``. ``en_fichiers``: in bytes."""

    plafonds: Plafonds
    dossier: Path
    _par_adresse: Counter[str] = field(default_factory=Counter)
    en_fichiers: int = 0

    @contextlib.asynccontextmanager
    async def lire(self, recevoir: Recevoir, octets: int, adresse: str | None) -> Any:
        """Read a body of ``octets`` bytes into a file, at its start, that the end of the block deletes.

        ``adresse``: of the sender, None for a sender of this machine, which only the limit of the process holds.
        Raises RefusHttp (408, 413, 429, 503), ClientParti.
        """
        if octets > self.plafonds.octets:
            maximum = nombre(self.plafonds.octets // 1024)
            raise RefusHttp(
                413, f"Ce que vous envoyez dépasse {maximum} Kio : cette page n’accepte pas plus.", "trop_gros"
            )
        dossier = str(self.dossier)
        with tempfile.SpooledTemporaryFile(EN_MEMOIRE, dir=dossier) as fichier, self._compter_les_octets() as compter:
            with self._prendre_une_place(adresse or ""):
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
                # A sender ahead of the rate may still be silent for GRACE_S only.
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

    @property
    def en_cours(self) -> int:
        """How many bodies are being read."""
        return self._par_adresse.total()

    def exiger_une_place(self, adresse: str | None) -> None:
        """Refuse a body, before anything is done of it, when too many are being read. Raises RefusHttp (429, 503)."""
        if adresse and self._par_adresse[adresse] >= self.plafonds.par_adresse:
            raise RefusHttp(
                429,
                "Trop d’envois sont déjà en cours depuis votre adresse : attendez que l’un d’eux se termine.",
                "trop_d_envois",
                30,
            )
        if self.en_cours >= self.plafonds.a_la_fois:
            raise occupe()

    @contextlib.contextmanager
    def _prendre_une_place(self, adresse: str) -> Iterator[None]:
        self.exiger_une_place(adresse)
        self._par_adresse[adresse] += 1
        try:
            yield
        finally:
            self._par_adresse[adresse] -= 1
            if not self._par_adresse[adresse]:
                del self._par_adresse[adresse]

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
