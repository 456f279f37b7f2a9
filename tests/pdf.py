"""Read our PDF files: pages, text, structure, metadata (pikepdf, pypdfium2)."""

from __future__ import annotations

from functools import cached_property
from io import BytesIO
from itertools import combinations
from typing import Final

import pikepdf
import pypdfium2

Boite = tuple[float, float, float, float]
JEU: Final = 0.5
"""Points by which the letters of two neighbouring texts may touch."""


def _communs(une: Boite, autre: Boite) -> tuple[float, float]:
    """Width and height that two boxes (left, bottom, right, top) have in common; negative when apart."""
    return min(une[2], autre[2]) - max(une[0], autre[0]), min(une[3], autre[3]) - max(une[1], autre[1])


class PdfLu:
    """A PDF that opens and passes qpdf's checks. Raises AssertionError."""

    def __init__(self, octets: bytes) -> None:
        self.pdf = pikepdf.open(BytesIO(octets))
        assert self.pdf.check_pdf_syntax() == []
        self._pages = [page.get_textpage() for page in pypdfium2.PdfDocument(octets)]
        self._textes = [page.get_text_bounded() for page in self._pages]

    @property
    def catalogue(self) -> pikepdf.Dictionary:
        return self.pdf.Root

    @property
    def pages(self) -> int:
        return len(self.pdf.pages)

    @cached_property
    def metadonnees(self) -> str:
        return bytes(self.catalogue.Metadata.read_bytes()).decode()

    @cached_property
    def balises(self) -> set[str]:
        return {
            str(objet.S).removeprefix("/")
            for objet in self.pdf.objects
            if isinstance(objet, pikepdf.Dictionary) and objet.get("/Type") == pikepdf.Name.StructElem
        }

    def texte(self, separateur: str = "\n") -> str:
        """Text in drawing order; ``separateur``: between lines, "" to rejoin hyphenated words."""
        return separateur.join(ligne for texte in self._textes for ligne in texte.splitlines())

    def superposes(self) -> list[tuple[str, str]]:
        """Pairs of texts of which one is printed over the other."""
        return [
            (page.get_text_bounded(*une), page.get_text_bounded(*autre))
            for page in self._pages
            for une, autre in combinations([page.get_rect(n) for n in range(page.count_rects())], 2)
            if min(_communs(une, autre)) > JEU
        ]

    def tout(self) -> str:
        """All readable content: text, titles, links, metadata."""
        autres = [
            str(valeur)
            for objet in self.pdf.objects
            if isinstance(objet, pikepdf.Dictionary)
            for valeur in objet.values()
            if isinstance(valeur, pikepdf.String)
        ]
        return "\n".join([self.texte(""), self.texte(), self.metadonnees, *autres])

    def depliee(self) -> bytes:
        sortie = BytesIO()
        self.pdf.save(
            sortie,
            stream_decode_level=pikepdf.StreamDecodeLevel.all,
            compress_streams=False,
            object_stream_mode=pikepdf.ObjectStreamMode.disable,
        )
        return sortie.getvalue()
