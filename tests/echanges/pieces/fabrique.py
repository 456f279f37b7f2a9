"""Attached files, normal or hostile, made by real libraries, then altered."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

import openpyxl
import pikepdf
from openpyxl.workbook.defined_name import DefinedName

_ODF = "application/vnd.oasis.opendocument"


def pdf(spoiler: Callable[[pikepdf.Pdf], object] | None = None, **options: object) -> bytes:
    """Object streams, as most writers make them."""
    sortie = io.BytesIO()
    with pikepdf.new() as document:
        document.add_blank_page(page_size=(200, 200))
        if spoiler:
            spoiler(document)
        document.save(sortie, **{"object_stream_mode": pikepdf.ObjectStreamMode.generate, **options})  # type: ignore[arg-type]
    return sortie.getvalue()


def pdf_javascript(document: pikepdf.Pdf) -> None:
    document.Root.OpenAction = document.make_indirect(
        pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS=pikepdf.String("app.alert(1)"))
    )


def xlsx(formule: str = "=SUM(A1:A2)", **membres: bytes) -> bytes:
    """``membres``: parts to add, dots and slashes written ``__``."""
    classeur = openpyxl.Workbook()
    feuille = classeur.active
    feuille["A1"], feuille["A2"], feuille["A3"] = 1, 2, formule
    feuille["B1"] = "voir le site"
    feuille["B1"].hyperlink = "https://exemple.gouv.fr/page"
    sortie = io.BytesIO()
    classeur.save(sortie)
    return avec(sortie.getvalue(), membres)


def avec_nom_defini(formule: str) -> bytes:
    classeur = openpyxl.Workbook()
    classeur.defined_names["donnees"] = DefinedName("donnees", attr_text=formule)
    sortie = io.BytesIO()
    classeur.save(sortie)
    return sortie.getvalue()


def docx(corps: str = "<w:t>Bonjour</w:t>", relations: str = "") -> bytes:
    types = (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="xml" ContentType="application/xml"/></Types>'
    )
    ns = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    lies = f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{relations}</Relationships>'
    return archive(
        {
            "[Content_Types].xml": types.encode(),
            "word/document.xml": f"<w:document {ns}><w:body><w:r>{corps}</w:r></w:body></w:document>".encode(),
            "word/_rels/document.xml.rels": lies.encode(),
        }
    )


def relation(genre: str, cible: str, mode: str = "External") -> str:
    base = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
    return f'<Relationship Id="r1" Type="{base}{genre}" Target="{cible}" TargetMode="{mode}"/>'


def odf(genre: str = "spreadsheet", corps: str = "<text:p>Bonjour</text:p>", **membres: bytes) -> bytes:
    ns = (
        'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
        'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" '
        'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
        'xmlns:script="urn:oasis:names:tc:opendocument:xmlns:script:1.0" '
        'xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0" xmlns:xlink="http://www.w3.org/1999/xlink"'
    )
    contenu = f"<office:document-content {ns}><office:body>{corps}</office:body></office:document-content>"
    return avec(archive({"mimetype": f"{_ODF}.{genre}".encode(), "content.xml": contenu.encode()}), membres)


def archive(membres: Mapping[str, bytes]) -> bytes:
    sortie = io.BytesIO()
    with zipfile.ZipFile(sortie, "w", zipfile.ZIP_DEFLATED) as zip_:
        for nom, contenu in membres.items():
            zip_.writestr(nom, contenu)
    return sortie.getvalue()


def avec(octets: bytes, membres: Mapping[str, bytes]) -> bytes:
    sortie = io.BytesIO(octets)
    with zipfile.ZipFile(sortie, "a", zipfile.ZIP_DEFLATED) as zip_:
        for nom, contenu in membres.items():
            zip_.writestr(nom, contenu)
    return sortie.getvalue()


def jpeg(largeur: int = 4, hauteur: int = 4) -> bytes:
    cadre = b"\xff\xc0\x00\x0b\x08" + hauteur.to_bytes(2, "big") + largeur.to_bytes(2, "big") + b"\x01\x01\x11\x00"
    return b"\xff\xd8\xff\xe0\x00\x10JFIF" + b"\0" * 10 + cadre + b"\xff\xda\x00\x08\x01\x01\x00\x00\x3f\x00abc\xff\xd9"


def poser(dossier: Path, nom: str, octets: bytes) -> Path:
    chemin = dossier / "recu"
    chemin.write_bytes(octets)
    return chemin
