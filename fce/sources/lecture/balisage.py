"""Safe XML reading (plain, compressed or in an archive): no entity, no external file, bounded memory and time.

Uses expat with a handler that refuses any document type, without which no entity can exist. Each record is built alone
and dropped once read.
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
"""Bytes of a tag, comment or attribute, which expat keeps until its end."""
TAILLE_ENREGISTREMENT = 4 << 20
ENTETES_MAX = 64
PROFONDEUR = 64
TEMPS_MAX = 120.0
"""CPU seconds per document; a gibibyte takes less than a minute."""
# Memory cost of an element or attribute, besides its text.
_COUT = 64
_ETENDUS = (
    tarfile.XHDTYPE,
    tarfile.XGLTYPE,
    tarfile.SOLARIS_XHDTYPE,
    tarfile.GNUTYPE_LONGNAME,
    tarfile.GNUTYPE_LONGLINK,
)


class Interdit(Exception):
    """Forbidden content; the message ends a French sentence."""


class Gardien:
    """Read one document with expat within the limits; subclasses handle tags and texts.

    Names are local: namespaces are ignored.
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
        """Includes the tag being opened or closed."""
        return self._profondeur

    @property
    def ligne(self) -> int:
        return self._analyseur.CurrentLineNumber

    def ouvrir(self, nom: str, attributs: dict[str, str]) -> None:
        """Called for each opening tag; to override."""

    def fermer(self, nom: str) -> None:
        """Called for each closing tag; to override."""

    def texte(self, texte: str) -> None:
        """Called with a text, or a part of it; to override."""

    def parcourir(self, chemin: Path, flux: IO[bytes]) -> Iterator[None]:
        """Read the document; yields after each block so that the caller may take what is ready.

        Raises ImportRefuse for invalid XML, a document type, or an exceeded limit.
        """
        octets, temps = 0, 0.0
        try:
            while True:
                bloc = flux.read(_TAILLE_BLOC)
                octets += len(bloc)
                debut = time.thread_time()
                self._analyseur.Parse(bloc, not bloc)
                temps += time.thread_time() - debut
                if octets > TAILLE_MEMBRE:
                    raise Interdit("un document est démesuré")
                if octets - self._analyseur.CurrentByteIndex > TAILLE_BALISE and bloc:
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
    """(line, record, header) of each record.

    ``balises``: {tag of the root: tag of the records}. The header holds the texts found so far directly under the root,
    and the root tag under "". Raises ImportRefuse for another root, and as ``Gardien.parcourir``.
    """
    enregistrements = _Enregistrements(balises)
    for _ in enregistrements.parcourir(chemin, flux):
        yield from enregistrements.vider()


class _Enregistrements(Gardien):
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
    """Limit the long names and extended headers, which ``tarfile`` reads whole."""

    def _proc_member(self, archive: tarfile.TarFile) -> tarfile.TarInfo:
        if self.type in _ETENDUS and self.size > TAILLE_BALISE:
            raise tarfile.HeaderError("en-tête démesuré")
        membre: tarfile.TarInfo = super()._proc_member(archive)  # type: ignore[misc]
        return membre


def documents(chemin: Path, *suffixes: str) -> Iterator[tuple[str, IO[bytes]]]:
    """(name, stream) of the file itself, or of the members of a tar.gz whose name ends with one of ``suffixes``.

    Reads the archive in one pass without extracting to disk.
    """
    with chemin.open("rb") as flux:
        compresse = flux.read(2) == b"\x1f\x8b"
        flux.seek(0)
        if not compresse:
            yield chemin.name, flux
            return
        try:
            # ``tarfile`` accepts an archive truncated inside a member header; gzip detects the truncation.
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
    return (element.findtext(chemin) or "").strip() or None
