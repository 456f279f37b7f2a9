"""Stream the file of a form to the deposits folder, whole or not at all.

A handler of our own, because Django's keep the file in memory or copy it twice while reading the form for its CSRF
token.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any, Final

from django.core.files.uploadhandler import FileUploadHandler, SkipFile
from django.http import HttpRequest
from django.http.request import UnreadablePostError

from fce.donnees.imports.depots import reception, services
from fce.donnees.imports.depots.reception import Arrivee, DepotRecu
from fce.socle.erreurs import FCEError, ParametreInvalide
from fce.sources.declaration import Source

# Allowance for the rest of the form: boundaries, names, other fields.
ENVELOPPE: Final = 64 * 1024


class Guichet(FileUploadHandler):
    """Upload handler for one file. ``recu``: the file once complete; ``refus``: why there is none.

    After a refusal, the rest is read and dropped, because a browser reads the answer only once it has sent everything.
    """

    def __init__(self, defaut: str, octets: int) -> None:
        super().__init__()
        self.recu: DepotRecu | None = None
        self.refus: FCEError | None = None
        self._defaut, self.octets = defaut, octets
        self._pile = ExitStack()
        self._arrivee: Arrivee | None = None

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        with self.notant():
            if self._arrivee is not None:
                raise ParametreInvalide("Envoyez un seul fichier à la fois.")
            nom = reception.nom_sur(self.file_name or "", self._defaut)
            self._arrivee = self._pile.enter_context(reception.arrivee(nom, self.octets))

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        with self.notant():
            assert self._arrivee is not None  # noqa: S101  see new_file
            self._arrivee.ecrire(raw_data)

    def file_complete(self, file_size: int) -> None:
        assert self._arrivee is not None  # noqa: S101  see new_file
        try:
            self.recu = self._arrivee.terminer()
        except FCEError as refus:
            self.refus = refus
        # Release the place before verifying, which may take a while.
        self._pile.close()

    def upload_interrupted(self) -> None:
        if self.refus is None:
            self.refus = reception.interrompu(self._arrivee.octets if self._arrivee else 0)

    @contextmanager
    def notant(self) -> Iterator[None]:
        """Keep the refusal raised by the block, and skip the rest of the file."""
        try:
            if self.refus is not None:
                raise self.refus
            yield
        except FCEError as refus:
            self.refus = refus
            raise SkipFile from refus

    def lire_formulaire(self, request: HttpRequest, source: Source | None) -> None:
        """Read the form, its file through this handler."""
        request.upload_handlers = [self]
        try:
            self.exiger_admissible(source)
        except FCEError as refus:
            self.refus = refus
        try:
            request.FILES  # noqa: B018  the form is read at the first question
        except UnreadablePostError:
            self.upload_interrupted()

    def exiger_admissible(self, source: Source | None) -> None:
        """Check that a file may come, before its first byte. Raises as ``services.admettre``, and FichierTropGros."""
        if source is not None:
            services.admettre(source)
        reception.verifier_la_taille(self.octets - ENVELOPPE)

    def rendre(self) -> DepotRecu | None:
        """Return the file; the caller must keep it or erase it."""
        recu, self.recu = self.recu, None
        return recu

    def fermer(self) -> None:
        """Erase what was not taken."""
        self._pile.close()
        if self.recu is not None:
            reception.effacer(self.recu.dossier)


@contextmanager
def guichet(request: HttpRequest, source: Source | None, genre: type[Guichet] = Guichet) -> Iterator[Guichet]:
    """Read the form of the request, with the file sent for ``source``. ``genre``: class of the upload handler."""
    ouvert = genre(source.nom if source else "fichier", int(request.META.get("CONTENT_LENGTH") or 0))
    try:
        ouvert.lire_formulaire(request, source)
        yield ouvert
    finally:
        ouvert.fermer()
