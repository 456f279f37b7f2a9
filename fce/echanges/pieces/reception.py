"""The files of a form on their way: each to a temporary file of its own, within the limits, nothing kept in memory.

Django's own handlers keep a file in memory or take whatever comes; here what is too big, or too many, is read and
forgotten, for a browser listens only once it has sent everything.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Final

from django.conf import settings
from django.core.files.uploadhandler import FileUploadHandler, SkipFile
from django.http import HttpRequest, HttpResponse
from django.http.request import UnreadablePostError
from django.views.decorators.csrf import csrf_protect

from fce.echanges.erreurs import PieceRefusee
from fce.imports.depots.reception import nom_sur
from fce.socle.formats import pluriel

PIECES_PAR_ENVOI: Final = 5
_ENVELOPPE: Final = 256 * 1024
"""What a form adds around the bytes of its files: boundaries, names, the other fields."""
_RESERVES_WINDOWS: Final = frozenset({"con", "prn", "aux", "nul", *(f"com{n}" for n in range(10))})


@dataclass(frozen=True, slots=True)
class PieceRecue:
    """A file that came whole: its name made safe, where its bytes are until the end of the request."""

    nom: str
    chemin: Path
    octets: int


class GuichetPieces(FileUploadHandler):
    """Takes the files of one form. ``recues``: those that came whole; ``refus``: why one was not taken."""

    def __init__(self, dossier: Path, nombre: int, octets_max: int) -> None:
        super().__init__()
        self.recues: list[PieceRecue] = []
        self.refus: PieceRefusee | None = None
        self._dossier, self._nombre, self._octets_max = dossier, nombre, octets_max
        self._sortie: IO[bytes] | None = None
        self._ecrits = 0

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self._fermer_le_fichier()
        if len(self.recues) >= self._nombre:
            self._refuser(f"Joignez {pluriel(self._nombre, 'fichier')} au plus à la fois.")
        if self.refus is not None:
            raise SkipFile
        self._sortie = (self._dossier / str(len(self.recues))).open("wb")
        self._ecrits = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        self._ecrits += len(raw_data)
        if self._ecrits > self._octets_max:
            self._refuser(f"Un fichier ne dépasse pas {self._octets_max >> 20} Mo.")
        if self.refus is not None or self._sortie is None:
            self._fermer_le_fichier()
            raise SkipFile
        self._sortie.write(raw_data)

    def file_complete(self, file_size: int) -> None:
        if self._sortie is None:
            return
        chemin = Path(self._sortie.name)
        self._fermer_le_fichier()
        self.recues.append(PieceRecue(nom_affichable(self.file_name or ""), chemin, self._ecrits))

    def upload_interrupted(self) -> None:
        self._fermer_le_fichier()
        self._refuser("L’envoi a été interrompu : recommencez.")

    def lire(self, request: HttpRequest) -> None:
        """Read the form, its files through this handler."""
        request.upload_handlers = [self]
        if int(request.META.get("CONTENT_LENGTH") or 0) > self._nombre * self._octets_max + _ENVELOPPE:
            self._refuser(f"Joignez {pluriel(self._nombre, 'fichier')} au plus, de {self._octets_max >> 20} Mo chacun.")
        try:
            request.FILES  # noqa: B018  the form is read at the first question
        except UnreadablePostError:
            self.upload_interrupted()

    def rendre(self) -> list[PieceRecue]:
        """The files that came. Raises PieceRefusee when one was not taken: then none is."""
        if self.refus is not None:
            raise self.refus
        return self.recues

    def _refuser(self, phrase: str) -> None:
        self.refus = self.refus or PieceRefusee(phrase)

    def _fermer_le_fichier(self) -> None:
        if self._sortie is not None:
            self._sortie.close()
            self._sortie = None


def avec_pieces(
    request: HttpRequest,
    repondre: Callable[[GuichetPieces], HttpResponse],
    nombre: int = PIECES_PAR_ENVOI,
    octets_max: int | None = None,
) -> HttpResponse:
    """What a view answers to a form with files, once they are read within the limits and the form is checked against
    CSRF; the files go with the answer. ``octets_max``: of each file, by default ``FCE_PIECES_TAILLE_MAX``.

    Its view is ``csrf_exempt``: the check reads the form, which must wait until it is known that the reader may write.
    """
    travail = Path(settings.FCE_DATA_DIR) / "travaux"
    travail.mkdir(mode=0o700, parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=travail, prefix="pieces-") as dossier:
        guichet = GuichetPieces(Path(dossier), nombre, octets_max or settings.FCE_PIECES_TAILLE_MAX << 20)
        guichet.lire(request)
        reponse: HttpResponse = csrf_protect(lambda _: repondre(guichet))(request)
    return reponse


def nom_affichable(propose: str) -> str:
    """A name to show and to give back: no folder, no control nor direction character, none that a system reserves."""
    nom = nom_sur(propose, "piece")
    return f"_{nom}" if nom.partition(".")[0].strip().lower() in _RESERVES_WINDOWS else nom
