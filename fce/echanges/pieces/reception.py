"""Receives the files of a form: each in a temporary file, within limits, never in memory.

Django's handlers keep a file in memory or have no limit. Here, what exceeds a limit is read and dropped, because a
browser reads the answer only after sending everything.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import IO, Any, Final, NamedTuple

from django.conf import settings
from django.core.files.uploadhandler import FileUploadHandler, SkipFile
from django.http import HttpRequest, HttpResponse
from django.http.request import UnreadablePostError
from django.views.decorators.csrf import csrf_protect

from fce.donnees.imports.depots.reception import nom_sur
from fce.droits.comptes import envois
from fce.droits.comptes.requete import RequeteConnectee
from fce.echanges.erreurs import PieceRefusee
from fce.echanges.pieces import gardees
from fce.echanges.pieces.gardees import PieceDeposee
from fce.socle.texte.formats import pluriel

PIECES_PAR_ENVOI: Final = 5
_ENVELOPPE: Final = 256 * 1024
"""Bytes that a form adds to its files: boundaries, names, other fields."""
_RESERVES_WINDOWS: Final = frozenset({"con", "prn", "aux", "nul", *(f"com{n}" for n in range(10))})


class PieceRecue(NamedTuple):
    """A complete file: safe name, and temporary path until the end of the request."""

    nom: str
    chemin: Path
    octets: int


Piece = PieceRecue | PieceDeposee


class GuichetPieces(FileUploadHandler):
    """Upload handler for the files of one form. ``recues``: complete ones; ``gardees``: those of its previous step;
    ``refus``: why one was refused."""

    def __init__(self, dossier: Path, nombre: int, octets_max: int) -> None:
        super().__init__()
        self.recues: list[PieceRecue] = []
        self.gardees: list[PieceDeposee] = []
        self.refus: PieceRefusee | None = None
        self._dossier, self._nombre, self._octets_max = dossier, nombre, octets_max
        self._sortie: IO[bytes] | None = None
        self._ecrits = self._compte = 0

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

    def lire_formulaire(self, request: HttpRequest) -> None:
        """Read the form, its files through this handler."""
        request.upload_handlers = [self]
        if int(request.META.get("CONTENT_LENGTH") or 0) > self._nombre * self._octets_max + _ENVELOPPE:
            self._refuser(f"Joignez {pluriel(self._nombre, 'fichier')} au plus, de {self._octets_max >> 20} Mo chacun.")
        try:
            request.FILES  # noqa: B018  the form is read at the first question
        except UnreadablePostError:
            self.upload_interrupted()

    def reprendre(self, jetons: Sequence[str], compte: int) -> None:
        """Take the attachments kept from the previous step of the form."""
        self._compte, self.gardees = compte, gardees.relire(jetons, compte)
        if len(self.gardees) < len(jetons):
            self._refuser("Une pièce choisie plus tôt n’est plus gardée : choisissez-la à nouveau.")

    def jeton(self, piece: PieceDeposee) -> str:
        """What the next step of the form sends back for a stored attachment."""
        return gardees.signer(piece, self._compte)

    def rendre(self) -> list[Piece]:
        """The kept and the complete files. Raises PieceRefusee when one was refused: then none is taken."""
        if self.refus is not None:
            raise self.refus
        return [*self.gardees, *self.recues]

    def _refuser(self, phrase: str) -> None:
        self.refus = self.refus or PieceRefusee(phrase)

    def _fermer_le_fichier(self) -> None:
        if self._sortie is not None:
            self._sortie.close()
            self._sortie = None


def avec_pieces(
    request: RequeteConnectee,
    repondre: Callable[[GuichetPieces], HttpResponse],
    nombre: int = PIECES_PAR_ENVOI,
    octets_max: int | None = None,
) -> HttpResponse:
    """Answer to a form with files, once they are read within limits and CSRF is checked; the files are deleted
    afterwards. ``octets_max``: per file, default ``FCE_PIECES_TAILLE_MAX``.

    The view is ``csrf_exempt``: the check reads the form, which must wait until rights are known.
    """
    travail = Path(settings.FCE_DATA_DIR) / "travaux"
    travail.mkdir(mode=0o700, parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=travail, prefix="pieces-") as dossier:
        guichet = GuichetPieces(Path(dossier), nombre, octets_max or settings.FCE_PIECES_TAILLE_MAX << 20)
        guichet.lire_formulaire(request)

        def recevoir(_: HttpRequest) -> HttpResponse:
            if (deja := envois.prendre(request)) is not None:
                return deja
            guichet.reprendre(request.POST.getlist(gardees.CHAMP), request.compte.pk)
            return repondre(guichet)

        reponse: HttpResponse = csrf_protect(recevoir)(request)
    return reponse


def nom_affichable(propose: str) -> str:
    """A name for display and download: no folder, control or direction character, nor name reserved by a system."""
    nom = nom_sur(propose, "piece")
    return f"_{nom}" if nom.partition(".")[0].strip().lower() in _RESERVES_WINDOWS else nom
