"""What a PDF of ours holds, read from its bytes: its pages, its text, its catalogue, what it says of itself.

It reads what WeasyPrint writes (objects in streams, fonts that say which letters their glyphs are), and no other PDF.
"""

from __future__ import annotations

import re
import zlib
from functools import cached_property

_OBJET = re.compile(rb"(?:^|\n)(\d+) 0 obj\n(.*?)\nendobj", re.DOTALL)
_FLUX = re.compile(rb"(<<.*?>>)\nstream\n(.*)\nendstream", re.DOTALL)
_TEXTE = re.compile(rb"/(\S+) [\d.]+ Tf|\[([^\]]*)\] TJ|<([0-9a-fA-F]*)> Tj")
_CHAINE = re.compile(rb"<feff([0-9a-f]+)>|\(((?:\\.|[^\\()])*)\)", re.DOTALL)


class PdfLu:
    """A PDF made by this service."""

    def __init__(self, octets: bytes) -> None:
        assert octets.startswith(b"%PDF-1.7")
        assert octets.rstrip().endswith(b"%%EOF")
        self.objets: dict[int, bytes] = {}
        self.flux: dict[int, bytes] = {}
        for numero, corps in _OBJET.findall(octets):
            if not (trouve := _FLUX.fullmatch(corps)):
                self.objets[int(numero)] = corps
                continue
            entete, contenu = trouve.groups()
            self.objets[int(numero)] = entete
            self.flux[int(numero)] = zlib.decompress(contenu) if b"/FlateDecode" in entete else contenu
            if b"/Type /ObjStm" in entete:
                self._deplier(entete, self.flux[int(numero)])

    def _deplier(self, entete: bytes, contenu: bytes) -> None:
        debut = int(re.search(rb"/First (\d+)", entete)[1])  # type: ignore[index]
        table = [int(n) for n in contenu[:debut].split()]
        bornes = [*table[1::2], len(contenu) - debut]
        for rang, numero in enumerate(table[::2]):
            self.objets[numero] = contenu[debut + bornes[rang] : debut + bornes[rang + 1]]

    @cached_property
    def catalogue(self) -> bytes:
        """The object that every PDF begins with."""
        return next(o for o in self.objets.values() if b"/Type /Catalog" in o)

    @cached_property
    def pages(self) -> list[int]:
        """Numbers of the objects that are pages, in order."""
        racine = next(o for o in self.objets.values() if b"/Type /Pages" in o)
        return [int(n) for n in re.findall(rb"(\d+) 0 R", re.search(rb"/Kids \[(.*?)\]", racine)[1])]  # type: ignore[index]

    @cached_property
    def metadonnees(self) -> str:
        """What it says of itself (XMP)."""
        return next(self.flux[n] for n, o in self.objets.items() if b"/Type /Metadata" in o).decode()

    @cached_property
    def balises(self) -> list[str]:
        """The kinds of the elements of its structure, in the order of their objects."""
        return [m[1].decode() for o in self.objets.values() if (m := re.search(rb"/Type /StructElem/S /(\w+)", o))]

    def texte(self, separateur: str = "\n") -> str:
        """Its text, in the order in which it is drawn; ``separateur``: between pieces, "" so that a word that was
        cut at the end of a line is whole again."""
        return separateur.join(morceau for page in self.pages for morceau in self._morceaux(page))

    def tout(self) -> str:
        """All that can be read of it: text, then titles, links and what it says of itself."""
        autres = [_lire(m) for o in self.objets.values() for m in _CHAINE.finditer(o)]
        return "\n".join([self.texte(""), self.texte(), self.metadonnees, *autres])

    def _morceaux(self, page: int) -> list[str]:
        polices, table, morceaux = self._polices(page), {}, []
        contenu = self.flux[int(re.search(rb"/Contents (\d+) 0 R", self.objets[page])[1])]  # type: ignore[index]
        for police, rangee, seul in _TEXTE.findall(contenu):
            if police:
                table = polices[police]
                continue
            codes = b"".join(re.findall(rb"<([0-9a-fA-F]*)>", rangee)) if rangee else seul
            morceaux.append("".join(table.get(codes[n : n + 4].lower(), "\ufffd") for n in range(0, len(codes), 4)))
        return morceaux

    def _polices(self, page: int) -> dict[bytes, dict[bytes, str]]:
        ressources = self.objets[int(re.search(rb"/Resources (\d+) 0 R", self.objets[page])[1])]  # type: ignore[index]
        nommees = self.objets[int(re.search(rb"/Font (\d+) 0 R", ressources)[1])]  # type: ignore[index]
        return {nom: self._lettres(int(numero)) for nom, numero in re.findall(rb"/(\S+) (\d+) 0 R", nommees)}

    def _lettres(self, police: int) -> dict[bytes, str]:
        """{code of a glyph: its letters}."""
        table = self.flux[int(re.search(rb"/ToUnicode (\d+) 0 R", self.objets[police])[1])]  # type: ignore[index]
        couples = re.findall(rb"<([0-9a-f]{4})> <([0-9a-f]+)>\n", table.partition(b"beginbfchar")[2])
        return {code: bytes.fromhex(lettres.decode()).decode("utf-16-be") for code, lettres in couples}


def _lire(chaine: re.Match[bytes]) -> str:
    utf16, latin = chaine.groups()
    if utf16:
        return bytes.fromhex(utf16.decode()).decode("utf-16-be", "replace")
    return latin.decode("latin-1")
