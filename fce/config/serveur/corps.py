"""Request bodies: the event loop reads each one whole before a thread starts, within limits of size, time and
number."""

import asyncio
import contextlib
import tempfile
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from string import hexdigits
from typing import IO, Any, Final

from django.conf import settings

from fce.config.refus import RefusHttp, occupe
from fce.config.serveur.reponse import ClientParti
from fce.config.serveur.voies import PlacesDEnvoi
from fce.socle.texte.formats import nombre

EN_MEMOIRE: Final = 64 * 1024
"""Bytes kept in memory; a longer body goes to a temporary file."""
GRACE_S: Final = 20.0
"""Seconds that a sender may lag behind the minimum rate, and longest silence allowed."""
DEBIT_MIN: Final = 128 * 1024
"""Minimum rate in bytes per second; with ``GRACE_S``, it sets the total deadline."""
ECHAPPEMENTS_FAUX: Final = 1000
DE_TROP: Final = (
    "Trop d’envois sont déjà en cours depuis votre adresse ou votre compte : attendez que l’un d’eux se termine.",
    "trop_d_envois",
)
_HEXADECIMAL: Final = bytes(ord("0") if chr(o) in hexdigits else o if o == ord("%") else ord(".") for o in range(256))
Recevoir = Callable[[], Awaitable[dict[str, Any]]]


@dataclass(slots=True)
class LectureDeCorps:
    """Bodies of one kind being read by this process. ``octets``: longest one; ``ensemble``: most bytes that they hold
    together in temporary files, ``en_fichiers`` now."""

    octets: int
    ensemble: int
    places: PlacesDEnvoi
    dossier: Path
    en_fichiers: int = 0

    @contextlib.asynccontextmanager
    async def lire(self, recevoir: Recevoir, octets: int, vue: object, qui: tuple[str, ...], plafond: int = 0) -> Any:
        """Read a body of ``octets`` bytes into a temporary file, open at its start; the end of the block deletes it.

        ``plafond``: longest body of this view, 0 for that of its kind. Raises RefusHttp (408, 413, 429, 503),
        ClientParti.
        """
        if octets > (plafond := plafond or self.octets):
            maximum = nombre(plafond // 1024)
            raise RefusHttp(
                413, f"Ce que vous envoyez dépasse {maximum} Kio : cette page n’accepte pas plus.", "trop_gros"
            )
        boucle, recus, comptes = asyncio.get_running_loop(), 0, 0
        debut = boucle.time()
        try:
            with tempfile.SpooledTemporaryFile(EN_MEMOIRE, dir=str(self.dossier)) as fichier:
                with self.places.prendre(vue, qui):
                    while recus < octets:
                        # Even ahead of the rate, a sender may not be silent for more than GRACE_S.
                        echeance = min(boucle.time(), debut + recus / DEBIT_MIN) + GRACE_S
                        bloc = await _recevoir_avant(echeance, recevoir)
                        recus += len(bloc)
                        if octets > EN_MEMOIRE:
                            if self.en_fichiers + len(bloc) > self.ensemble:
                                raise occupe()
                            self.en_fichiers += len(bloc)
                            comptes += len(bloc)
                        fichier.write(bloc)
                fichier.seek(0)
                yield fichier
        finally:
            self.en_fichiers -= comptes


async def _recevoir_avant(echeance: float, recevoir: Recevoir) -> bytes:
    """The next bytes of a body that is not whole yet."""
    try:
        async with asyncio.timeout_at(echeance):
            message = await recevoir()
    except TimeoutError:
        raise RefusHttp(408, "Cette demande a mis trop longtemps à arriver.") from None
    bloc: bytes = message.get("body", b"")
    if message["type"] != "http.request" or not (bloc or message.get("more_body")):
        raise ClientParti
    return bloc


def exiger_un_formulaire_lisible(fichier: IO[bytes]) -> None:
    """Refuse a URL-encoded form with so many invalid escapes, which Python decodes slowly. Raises RefusHttp (400)."""
    faux = 0
    # Django refuses a longer form without decoding it.
    for _ in range(0, settings.DATA_UPLOAD_MAX_MEMORY_SIZE, EN_MEMOIRE):
        bloc = fichier.read(EN_MEMOIRE)
        # No regular expression: this runs in the event loop. An escape cut by the end of a block counts as invalid.
        faux += bloc.count(b"%") - bloc.translate(_HEXADECIMAL).count(b"%00")
        if faux > ECHAPPEMENTS_FAUX:
            raise RefusHttp(400, "Ce formulaire n’est pas encodé comme le veut HTTP : renvoyez-le depuis sa page.")
    fichier.seek(0)
