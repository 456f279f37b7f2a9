"""Safe reading of XML, plain, compressed or inside an archive: no entity, no external file, constant memory, limits.

The parser is expat itself, with a handler that refuses any document type, wherever it stands and whatever the encoding:
without one there is no entity to expand and nothing to fetch. Each record is built alone and dropped once read.
"""

import gzip
import tarfile
import time
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import IO
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat

from fce.sources.lecture.archives import TAILLE_MEMBRE, Degonflee
from fce.sources.lecture.refus import refus

_TAILLE_BLOC = 1 << 16
TAILLE_BALISE = 1 << 20
"""Bytes of one tag, comment or attribute: expat keeps them all until it sees the end."""
TAILLE_ENREGISTREMENT = 4 << 20
ENTETES_MAX = 64
PROFONDEUR = 64
TEMPS_MAX = 120.0
"""Seconds of processor for one document; a gibibyte takes less than a minute."""
# What an element, an attribute cost in memory besides their letters.
_COUT = 64
_ETENDUS = (
    tarfile.XHDTYPE,
    tarfile.XGLTYPE,
    tarfile.SOLARIS_XHDTYPE,
    tarfile.GNUTYPE_LONGNAME,
    tarfile.GNUTYPE_LONGLINK,
)


class Interdit(Exception):
    """The document has what no official file has; the message is the end of the sentence, in French."""


class Gardien:
    """Reads one document with expat, within the limits; a subclass says what to do of its tags and of its texts.

    Names are local ones: namespaces only tell what an official file is, and its columns do that better.
    """

    def __init__(self) -> None:
        self._profondeur = 0
        self._analyseur = expat.ParserCreate(namespace_separator=" ")
        self._analyseur.buffer_text = True
        self._analyseur.StartDoctypeDeclHandler = self._refuser_le_type
        self._analyseur.StartElementHandler = self._ouvrir
        self._analyseur.EndElementHandler = self._fermer
        self._analyseur.CharacterDataHandler = self.texte

    @property
    def profondeur(self) -> int:
        """Number of tags open, the one being opened or closed included."""
        return self._profondeur

    @property
    def ligne(self) -> int:
        """Line of the document where the parser is."""
        return self._analyseur.CurrentLineNumber

    def ouvrir(self, nom: str, attributs: dict[str, str]) -> None:
        """Called when a tag opens, with its name and its attributes; does nothing unless redefined."""

    def fermer(self, nom: str) -> None:
        """Called when a tag closes, with its name; does nothing unless redefined."""

    def texte(self, texte: str) -> None:
        """Some text, maybe a part of it only."""

    def parcourir(self, chemin: Path, flux: IO[bytes]) -> Iterator[None]:
        """Read the document; a pause after each block lets the caller take what is ready.

        Raises ``ImportRefuse`` for what is not XML, has a document type, or goes beyond a limit.
        """
        lus, temps = 0, 0.0
        try:
            while True:
                bloc = flux.read(_TAILLE_BLOC)
                lus += len(bloc)
                debut = time.thread_time()
                self._analyseur.Parse(bloc, not bloc)
                temps += time.thread_time() - debut
                if lus > TAILLE_MEMBRE:
                    raise Interdit("un document est démesuré")
                if lus - self._analyseur.CurrentByteIndex > TAILLE_BALISE and bloc:
                    raise Interdit("une balise est démesurée")
                if temps > TEMPS_MAX:
                    raise Interdit("un document est trop long à lire")
                yield
                if not bloc:
                    return
        except Interdit as erreur:
            raise refus(chemin, "xml-interdit", f"{erreur}.") from erreur
        except expat.ExpatError as erreur:
            raise refus(chemin, "xml", "ce n'est pas un document XML lisible.", ligne=erreur.lineno) from erreur

    def _refuser_le_type(self, *_: object) -> None:
        raise Interdit("il déclare un type de document (DTD), donc peut-être des entités")

    def _ouvrir(self, nom: str, attributs: dict[str, str]) -> None:
        self._profondeur += 1
        if self._profondeur > PROFONDEUR:
            raise Interdit("les balises sont trop imbriquées")
        self.ouvrir(nom.rpartition(" ")[2], attributs)

    def _fermer(self, nom: str) -> None:
        self.fermer(nom.rpartition(" ")[2])
        self._profondeur -= 1


def elements(
    chemin: Path, flux: IO[bytes], balises: Mapping[str, str]
) -> Iterator[tuple[int, Element, Mapping[str, str]]]:
    """(line, record, heading) of each record of the document, in order.

    ``balises``: tag of the records by tag of the root. The heading holds the texts found so far just under the root,
    and the tag of the root under "". Raises ``ImportRefuse`` for another root, and as ``Gardien.parcourir``.
    """
    enregistrements = _Enregistrements(balises)
    for _ in enregistrements.parcourir(chemin, flux):
        yield from enregistrements.vider()


class _Enregistrements(Gardien):
    """Builds one record at a time."""

    def __init__(self, balises: Mapping[str, str]) -> None:
        super().__init__()
        self._balises = balises
        self._entete: dict[str, str] = {}
        self._prets: list[tuple[int, Element, Mapping[str, str]]] = []
        self._sous_racine = ""
        self._construction: TreeBuilder | None = None
        self._dedans = self._taille = self._taille_entete = self._debut = 0

    def vider(self) -> list[tuple[int, Element, Mapping[str, str]]]:
        prets, self._prets = self._prets, []
        return prets

    def ouvrir(self, nom: str, attributs: dict[str, str]) -> None:
        if self.profondeur == 1:
            if nom not in self._balises:
                raise Interdit(f"sa racine est « {nom[:40]} », qui n'est pas attendue")
            self._entete[""] = nom
        elif self.profondeur == 2:
            self._sous_racine = nom
        if self._construction is None and self.profondeur > 1 and nom == self._balises[self._entete[""]]:
            self._construction, self._dedans, self._taille = TreeBuilder(), self.profondeur, 0
            self._debut = self.ligne
        if self._construction is not None:
            self._grossir(_COUT + len(nom) + sum(_COUT + len(n) + len(v) for n, v in attributs.items()))
            self._construction.start(nom, attributs)

    def fermer(self, nom: str) -> None:
        if self._construction is not None:
            self._construction.end(nom)
            if self.profondeur == self._dedans:
                self._prets.append((self._debut, self._construction.close(), dict(self._entete)))
                self._construction = None

    def texte(self, texte: str) -> None:
        if self._construction is not None:
            self._grossir(len(texte))
            self._construction.data(texte)
        elif self.profondeur == 2 and (propre := texte.strip()):
            self._taille_entete += len(propre)
            self._entete[self._sous_racine] = self._entete.get(self._sous_racine, "") + propre
            if self._taille_entete > TAILLE_BALISE or len(self._entete) > ENTETES_MAX:
                raise Interdit("l'en-tête d'un document est démesuré")

    def _grossir(self, signes: int) -> None:
        self._taille += signes
        if self._taille > TAILLE_ENREGISTREMENT:
            raise Interdit("un enregistrement est démesuré")


class _Membre(tarfile.TarInfo):
    """A member whose long name or extended header, which ``tarfile`` reads whole, has the size of one."""

    def _proc_member(self, archive: tarfile.TarFile) -> tarfile.TarInfo:
        if self.type in _ETENDUS and self.size > TAILLE_BALISE:
            raise tarfile.HeaderError("en-tête démesuré")
        membre: tarfile.TarInfo = super()._proc_member(archive)  # type: ignore[misc]
        return membre


def documents(chemin: Path, *suffixes: str) -> Iterator[tuple[str, IO[bytes]]]:
    """(name, stream) of the file itself, or of the regular members of a gzipped tar whose name ends as wanted.

    The archive is read in one pass, nothing is extracted to the disk; other members (office documents) are skipped.
    """
    with chemin.open("rb") as flux:
        compresse = flux.read(2) == b"\x1f\x8b"
        flux.seek(0)
        if not compresse:
            yield chemin.name, flux
            return
        try:
            # tarfile takes an archive cut in the heading of a member for a whole one: gzip is the one that knows.
            with gzip.open(flux) as degonfle, Degonflee(chemin, degonfle, flux) as clair:
                with tarfile.open(fileobj=clair, mode="r|", tarinfo=_Membre) as archive:
                    for membre in archive:
                        if membre.isreg() and membre.name.endswith(suffixes):
                            contenu = archive.extractfile(membre)
                            if contenu is not None:
                                yield membre.name, contenu
                while clair.read(_TAILLE_BLOC):
                    pass
        except (tarfile.TarError, EOFError, zlib.error, OSError) as erreur:
            raise refus(chemin, "archive", "l'archive est abîmée ou tronquée ; déposez-la de nouveau.") from erreur


def lire_texte(element: Element, chemin: str) -> str | None:
    """Text at ``chemin`` under ``element``, trimmed; None when it is absent or empty."""
    return (element.findtext(chemin) or "").strip() or None
