"""UPL-01, UPL-03: what an attachment really is, by its bytes; whatever runs, calls or hides another file is refused."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path

import pikepdf
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fce.echanges.erreurs import PieceRefusee
from fce.echanges.pieces.genres import GENRES_PIECE, genre_de, verifier_piece
from tests.echanges.interactions.fabrique import png
from tests.echanges.pieces import fabrique as p

BONNES = {
    "rapport.pdf": p.pdf(),
    "photo.png": png(),
    "photo.JPG": p.jpeg(),
    "liste.csv": b"nom;effectif\nDUPONT & FILS;-12\nA|B;=1+1\n",
    "liste-excel.csv": "nom;ville\nÉtablissement;Lille\n".encode("cp1252"),
    "tableau.xlsx": p.xlsx(),
    "note.docx": p.docx(relations=p.relation("hyperlink", "https://exemple.gouv.fr")),
    "tableau.ods": p.odf(corps='<text:a xlink:href="https://exemple.gouv.fr">site</text:a>'),
    "note.odt": p.odf("text"),
}
BOMBE = p.avec(p.xlsx(), {"xl/worksheets/sheet9.xml": b"<a>" + b" " * (40 << 20) + b"</a>"})
DTD = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>'
HTML = b"<html><script>alert(1)</script></html>"


def page_cachee(octets: bytes) -> bytes:
    return octets.replace(b"%%EOF", HTML + b"\n%%EOF", 1)


MAUVAISES = {
    "page.html": HTML,
    "dessin.svg": b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>",
    "programme.exe": b"MZ\x90\0",
    "script.js": b"alert(1)",
    "sans-extension": b"abc",
    ".htaccess": b"Allow from all",
    "facture.exe.pdf": p.pdf(),
    "classeur.xlsm": p.xlsx(),
    "vide.pdf": b"",
    "faux.pdf": png(),
    "faux.png": p.pdf(),
    "faux.jpg": png(),
    "faux.xlsx": p.odf(),
    "faux.ods": p.odf("text"),
    "faux.docx": p.xlsx(),
    "faux.csv": b"MZ\x90\0\x03",
    "page.csv": b"nom;texte\n1;<script>alert(1)</script>\n",
    "appel.csv": b"nom;valeur\n1;=cmd|'/C calc'!A0\n",
    "appel-cite.csv": b"nom;valeur\n1;\"=cmd|'/C calc'!A0\"\n",
    "coupe.pdf": p.pdf()[:-20],
    "polyglotte.pdf": page_cachee(p.pdf()),
    "avant.pdf": HTML + p.pdf(),
    "javascript.pdf": p.pdf(p.pdf_javascript),
    "javascript-clair.pdf": p.pdf(p.pdf_javascript, object_stream_mode=pikepdf.ObjectStreamMode.disable),
    "javascript-code.pdf": re.sub(
        rb"/JavaScript", b"/J#61vaScript", p.pdf(p.pdf_javascript, object_stream_mode=pikepdf.ObjectStreamMode.disable)
    ),
    "lancement.pdf": p.pdf(p.pdf_lancement),
    "piece.pdf": p.pdf(p.pdf_piece),
    "chiffre.pdf": p.pdf(encryption=pikepdf.Encryption(owner="a", user="b")),
    "archive.pdf": p.pdf() + p.archive({"x": b"y"}),
    "demesuree.png": png(30_000, 30_000),
    "demesuree.jpg": p.jpeg(30_000, 30_000),
    "suite.png": png(suite=b"<html>"),
    "archive.png": png() + p.archive({"x": b"y"}),
    "coupee.png": png()[:-8],
    "coupee.jpg": p.jpeg()[:-2],
    "page.jpg": p.jpeg() + HTML,
    "macro.xlsx": p.avec(p.xlsx(), {"xl/vbaProject.bin": b"x"}),
    "lien.xlsx": p.avec(p.xlsx(), {"xl/externalLinks/externalLink1.xml": b"<externalLink/>"}),
    "dde.xlsx": p.xlsx("=cmd|'/C calc'!A0"),
    "service.xlsx": p.xlsx('=WEBSERVICE("https://ailleurs.example/")'),
    "ddelink.xlsx": p.avec(p.xlsx(), {"xl/autre.xml": b"<a><ddeLink ddeService='cmd'/></a>"}),
    "connexion.xlsx": p.avec(p.xlsx(), {"xl/connections.xml": b"<connections/>"}),
    "ole.xlsx": p.avec(p.xlsx(), {"xl/embeddings/oleObject1.bin": b"x"}),
    "entite.xlsx": p.avec(p.xlsx(), {"xl/autre.xml": DTD}),
    "bombe.xlsx": BOMBE,
    "chemin.xlsx": p.avec(p.xlsx(), {"../../x.xml": b"<a/>"}),
    "avant.xlsx": b"#!/bin/sh\n" + p.xlsx(),
    "modele.docx": p.docx(relations=p.relation("attachedTemplate", "https://ailleurs.example/x.dotm")),
    "image.docx": p.docx(relations=p.relation("image", "https://ailleurs.example/x.png")),
    "lien-fichier.docx": p.docx(relations=p.relation("hyperlink", "file://serveur/partage/x")),
    "dde.docx": p.docx(
        '<w:fldChar w:fldCharType="begin"/><w:instrText>DDEA</w:instrText><w:instrText>UTO cmd "/k"</w:instrText>'
    ),
    "dde-simple.docx": p.docx('<w:fldSimple w:instr="DDE cmd &quot;/k&quot;"/>'),
    "macro.odt": p.odf("text", corps='<script:event-listener script:event-name="dom:load"/>'),
    "basic.ods": p.odf(**{"Basic/Standard/Module1.xml": b"<a/>"}),
    "dde.ods": p.odf(corps='<office:dde-source office:dde-application="cmd"/>'),
    "image.odt": p.odf("text", corps='<draw:image xlink:href="https://ailleurs.example/x.png"/>'),
    "formule.ods": p.odf(corps="<table:table-cell table:formula=\"of:=DDE('cmd';'x';'y')\"/>"),
}


@pytest.mark.parametrize("nom", BONNES)
def test_upl_01_a_file_of_an_accepted_kind_is_taken_under_its_real_type(nom: str, tmp_path: Path) -> None:
    assert verifier_piece(p.poser(tmp_path, nom, BONNES[nom]), nom) == genre_de(nom).type_reel


@pytest.mark.parametrize("nom", MAUVAISES)
def test_upl_03_what_runs_calls_or_hides_another_file_is_refused(nom: str, tmp_path: Path) -> None:
    with pytest.raises(PieceRefusee):
        verifier_piece(p.poser(tmp_path, nom, MAUVAISES[nom]), nom)


@pytest.mark.parametrize("extension", GENRES_PIECE)
@given(octets=st.binary(max_size=2000))
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_upl_01_whatever_the_bytes_the_answer_is_yes_or_a_refusal(
    extension: str, octets: bytes, tmp_path: Path
) -> None:
    debuts = {".pdf": b"%PDF-1.7\n", ".png": b"\x89PNG\r\n\x1a\n", ".jpg": b"\xff\xd8\xff"}
    chemin = p.poser(tmp_path, "x", debuts.get(extension, b"") + octets)
    try:
        verifier_piece(chemin, f"x{extension}")
    except PieceRefusee:
        return
    assert extension == ".csv"


@pytest.mark.parametrize("nom", ["tableau.xlsx", "note.odt", "rapport.pdf"])
def test_upl_03_a_damaged_file_is_refused_and_breaks_nothing(nom: str, tmp_path: Path) -> None:
    octets = BONNES[nom]
    for coupe in range(0, len(octets) - 30, max(1, len(octets) // 25)):
        with pytest.raises(PieceRefusee):
            verifier_piece(p.poser(tmp_path, nom, octets[:coupe]), nom)


def test_upl_03_a_pdf_that_swells_is_refused_before_it_fills_the_memory(tmp_path: Path) -> None:
    def gonfler(document: pikepdf.Pdf) -> None:
        document.Root.Gros = document.make_stream(b"0" * (80 << 20))

    octets = p.pdf(gonfler, compress_streams=True)
    assert len(octets) < 1 << 20
    with pytest.raises(PieceRefusee, match="se dilate"):
        verifier_piece(p.poser(tmp_path, "x.pdf", octets), "x.pdf")


def test_the_bomb_of_these_tests_is_one() -> None:
    with zipfile.ZipFile(io.BytesIO(BOMBE)) as archive:
        assert max(m.file_size for m in archive.infolist()) > 40 * len(BOMBE)
