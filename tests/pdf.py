"""What a PDF of ours holds: its pages, its text, its structure, what it says of itself (pikepdf, pypdfium2)."""

from __future__ import annotations

from functools import cached_property
from io import BytesIO

import pikepdf
import pypdfium2


class PdfLu:
    """A PDF that opens, and of which qpdf finds nothing to say. Raises AssertionError."""

    def __init__(self, octets: bytes) -> None:
        self.pdf = pikepdf.open(BytesIO(octets))
        assert self.pdf.check_pdf_syntax() == []
        self._textes = [page.get_textpage().get_text_bounded() for page in pypdfium2.PdfDocument(octets)]

    @property
    def catalogue(self) -> pikepdf.Dictionary:
        """The object that every PDF begins with."""
        return self.pdf.Root

    @property
    def pages(self) -> int:
        """How many there are."""
        return len(self.pdf.pages)

    @cached_property
    def metadonnees(self) -> str:
        """What it says of itself (XMP)."""
        return bytes(self.catalogue.Metadata.read_bytes()).decode()

    @cached_property
    def balises(self) -> set[str]:
        """The kinds of the elements of its structure."""
        return {
            str(objet.S).removeprefix("/")
            for objet in self.pdf.objects
            if isinstance(objet, pikepdf.Dictionary) and objet.get("/Type") == pikepdf.Name.StructElem
        }

    def texte(self, separateur: str = "\n") -> str:
        """Its text, in the order in which it is drawn; ``separateur``: between lines, "" so that a word that was cut
        at the end of one is whole again."""
        return separateur.join(ligne for texte in self._textes for ligne in texte.splitlines())

    def tout(self) -> str:
        """All that can be read of it: text, then titles, links and what it says of itself."""
        autres = [
            str(valeur)
            for objet in self.pdf.objects
            if isinstance(objet, pikepdf.Dictionary)
            for valeur in objet.values()
            if isinstance(valeur, pikepdf.String)
        ]
        return "\n".join([self.texte(""), self.texte(), self.metadonnees, *autres])

    def depliee(self) -> bytes:
        """Its bytes, nothing compressed."""
        sortie = BytesIO()
        self.pdf.save(
            sortie, stream_decode_level=pikepdf.StreamDecodeLevel.all, compress_streams=False,
            object_stream_mode=pikepdf.ObjectStreamMode.disable,
        )  # fmt: skip
        return sortie.getvalue()
