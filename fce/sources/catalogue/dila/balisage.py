"""Safe reading of XML, plain or inside a compressed archive: no entity, no external file, constant memory, limits.

The parser is expat itself, with a handler that refuses any document type: without one there is no entity to expand and
nothing to fetch. Each record is built alone and dropped once read.
"""

import gzip
import tarfile
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import IO
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat

from fce.sources.lecture.refus import refus

TAILLE_BLOC = 1 << 16
TAILLE_MEMBRE = 1 << 30
TAILLE_ENREGISTREMENT = 4 << 20
PROFONDEUR = 64


class _Interdit(Exception):
    """The document has what no official file has."""


def elements(
    chemin: Path, flux: IO[bytes], balises: Mapping[str, str]
) -> Iterator[tuple[int, Element, Mapping[str, str]]]:
    """(line, record, heading) of each record of the document, in order.

    ``balises``: tag of the records by tag of the root. The heading holds the texts found so far just under the root,
    and the tag of the root under "". Raises ``ImportRefuse`` for what is not XML, has another root, has a document
    type, or goes beyond a limit.
    """
    pousse = _Pousseur(balises)
    lus = 0
    try:
        while bloc := flux.read(TAILLE_BLOC):
            lus += len(bloc)
            if lus > TAILLE_MEMBRE:
                raise _Interdit("un document est démesuré")
            pousse.analyseur.Parse(bloc, False)
            yield from pousse.vider()
        pousse.analyseur.Parse(b"", True)
        yield from pousse.vider()
    except _Interdit as erreur:
        raise refus(chemin, "xml-interdit", f"{erreur}.") from erreur
    except expat.ExpatError as erreur:
        raise refus(chemin, "xml", "ce n'est pas un document XML lisible.", ligne=erreur.lineno) from erreur


class _Pousseur:
    """Handlers of expat that build one record at a time."""

    def __init__(self, balises: Mapping[str, str]) -> None:
        self._balises = balises
        self._entete: dict[str, str] = {}
        self._prets: list[tuple[int, Element, Mapping[str, str]]] = []
        self._sous_racine = ""
        self._construction: TreeBuilder | None = None
        self._profondeur = self._dedans = self._taille = self._ligne = 0
        self.analyseur = expat.ParserCreate()
        self.analyseur.buffer_text = True
        self.analyseur.StartDoctypeDeclHandler = self._doctype
        self.analyseur.StartElementHandler = self._ouvrir
        self.analyseur.EndElementHandler = self._fermer
        self.analyseur.CharacterDataHandler = self._texte

    def vider(self) -> list[tuple[int, Element, Mapping[str, str]]]:
        prets, self._prets = self._prets, []
        return prets

    def _doctype(self, *_: object) -> None:
        raise _Interdit("il déclare un type de document (DTD), donc peut-être des entités")

    def _ouvrir(self, nom: str, attributs: dict[str, str]) -> None:
        self._profondeur += 1
        if self._profondeur > PROFONDEUR:
            raise _Interdit("les balises sont trop imbriquées")
        if self._profondeur == 1:
            if nom not in self._balises:
                raise _Interdit(f"sa racine est « {nom[:40]} », qui n'est pas attendue")
            self._entete[""] = nom
        elif self._profondeur == 2:
            self._sous_racine = nom
        if self._construction is None and self._profondeur > 1 and nom == self._balises[self._entete[""]]:
            self._construction, self._dedans, self._taille = TreeBuilder(), self._profondeur, 0
            self._ligne = self.analyseur.CurrentLineNumber
        if self._construction is not None:
            self._grossir(len(nom) + sum(len(n) + len(v) for n, v in attributs.items()))
            self._construction.start(nom, attributs)

    def _fermer(self, nom: str) -> None:
        if self._construction is not None:
            self._construction.end(nom)
            if self._profondeur == self._dedans:
                self._prets.append((self._ligne, self._construction.close(), dict(self._entete)))
                self._construction = None
        self._profondeur -= 1

    def _texte(self, texte: str) -> None:
        if self._construction is not None:
            self._grossir(len(texte))
            self._construction.data(texte)
        elif self._profondeur == 2 and texte.strip():
            self._grossir(len(texte))
            self._entete[self._sous_racine] = self._entete.get(self._sous_racine, "") + texte.strip()

    def _grossir(self, signes: int) -> None:
        self._taille += signes
        if self._taille > TAILLE_ENREGISTREMENT:
            raise _Interdit("un enregistrement est démesuré")


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
            with gzip.open(flux) as clair:
                with tarfile.open(fileobj=clair, mode="r|") as archive:
                    for membre in archive:
                        if membre.isreg() and membre.name.endswith(suffixes):
                            contenu = archive.extractfile(membre)
                            if contenu is not None:
                                yield membre.name, contenu
                while clair.read(TAILLE_BLOC):
                    pass
        except (tarfile.TarError, EOFError, zlib.error, OSError) as erreur:
            raise refus(chemin, "archive", "l'archive est abîmée ou tronquée ; déposez-la de nouveau.") from erreur


def lire_texte(element: Element, chemin: str) -> str | None:
    """Text at ``chemin`` under ``element``, trimmed; None when it is absent or empty."""
    return (element.findtext(chemin) or "").strip() or None
