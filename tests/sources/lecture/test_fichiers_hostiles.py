"""Workbooks, XML and archives made to exhaust the machine: refused with a sentence, in seconds, in constant memory."""

from __future__ import annotations

import gzip
import io
import json
import os
import random
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Iterable
from itertools import islice
from pathlib import Path
from typing import IO, Any

import pytest

from fce.socle.erreurs import ImportRefuse
from fce.sources import registre
from fce.sources.declaration import Lecteur
from fce.sources.lecture import Lot
from fce.sources.lecture.lecteur import lire

pytestmark = pytest.mark.epreuve
FEUILLE, TEXTES = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"
TETE, PIED = "<worksheet><sheetData>", "</sheetData></worksheet>"
ENTETE = "".join(
    f'<c r="{lettre}1" t="inlineStr"><is><t>{nom}</t></is></c>'
    for lettre, nom in zip("ABC", ("Année", "SIREN", "Note Index"), strict=True)
)
MILLIARD = (
    '<!DOCTYPE a [<!ENTITY a "aaaaaaaaaaaaaaaaaaaa">'
    + "".join(f'<!ENTITY {b} "{f"&{a};" * 20}">' for a, b in zip("abcdef", "bcdefg", strict=True))
    + "]>"
)
SECONDES, MIO = 10, 100

# Reads each file named on the command line as its source does, and tells how it ended, in what time and memory.
JUGE = r"""
import json, re, sys, time
import django
django.setup()
from fce.socle.erreurs import ImportRefuse
from fce.sources import registre
from fce.sources.lecture.lecteur import lire
from pathlib import Path

def memoire(quoi):
    # Not getrusage: its peak survives exec, and would be that of the tests.
    return int(re.search(quoi + r":\s+(\d+)", Path("/proc/self/status").read_text())[1]) >> 10

temoin = registre.exemple(registre.source("egapro"))
list(lire(registre.source("egapro"), [temoin]))
for chemin in map(Path, sys.argv[1:]):
    Path("/proc/self/clear_refs").write_text("5")  # the peak starts again from what is used now
    avant, debut, message = memoire("VmRSS"), time.process_time(), ""
    try:
        for lot in lire(registre.source(chemin.name.split(".")[0]), [chemin]):
            pass
    except ImportRefuse as refus:
        message = refus.message
    print(json.dumps([str(chemin), message, time.process_time() - debut, memoire("VmHWM") - avant]), flush=True)
"""


def classeur(chemin: Path, rangees: Iterable[str], *, avant: str = "", textes: Iterable[str] | None = None) -> None:
    """A workbook whose first sheet is written as it is, between ``avant`` and the usual end."""
    with zipfile.ZipFile(chemin, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        with archive.open(FEUILLE, "w") as flux:
            flux.write(f"{avant}{TETE}<row>{ENTETE}</row>".encode())
            ecrire(flux, rangees)
            flux.write(PIED.encode())
        if textes is not None:
            with archive.open(TEXTES, "w") as flux:
                ecrire(flux, textes)


def ecrire(flux: IO[bytes], morceaux: Iterable[str]) -> None:
    """By hundreds: each writing costs as much, whatever its length."""
    suite = iter(morceaux)
    while bloc := "".join(islice(suite, 100)):
        flux.write(bloc.encode())


def cellules(combien: int) -> Iterable[str]:
    """Rows of a thousand cells, drawn so that they hardly compress."""
    alea = random.Random(2026)
    blocs = [
        "<row>" + "".join(f'<c r="A2"><v>{alea.randrange(10**6)}</v></c>' for _ in range(1000)) + "</row>" for _ in "ab"
    ]
    for n in range(combien // 1000):
        yield blocs[n % 2]


def avis(dedans: str, avant: str = "") -> bytes:
    return f'<?xml version="1.0"?>{avant}<RCS-A_IMMAT><listeAvis>{dedans}</listeAvis></RCS-A_IMMAT>'.encode()


def ecrire_les_hostiles(dossier: Path) -> dict[str, Path]:
    """{what it attacks: file}."""

    def place(nom: str, source: str, suffixe: str) -> Path:
        (dossier / nom).mkdir()
        return dossier / nom / f"{source}{suffixe}"

    faits: dict[str, Path] = {}
    for nom, avant in {
        "entites": f"<!--{'x' * 5000}-->{MILLIARD}",
        "externe": f"<!--{'x' * 5000}--><!DOCTYPE a SYSTEM 'file:///etc/passwd'>",
    }.items():
        faits[nom] = place(nom, "egapro", ".xlsx")
        classeur(faits[nom], ["<row><c><v>&g;</v></c></row>"], avant=avant)
    faits["utf16"] = place("utf16", "egapro", ".xlsx")
    with zipfile.ZipFile(faits["utf16"], "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(FEUILLE, f"{' ' * 3000}{MILLIARD}{TETE}&g;{PIED}".lstrip().encode("utf-16"))
    faits["dilatation"] = place("dilatation", "egapro", ".xlsx")
    classeur(faits["dilatation"], ("<row><c/></row>" * 10_000 for _ in range(1000)))
    faits["cellules"] = place("cellules", "egapro", ".xlsx")
    classeur(faits["cellules"], cellules(8_100_000))
    faits["une-ligne"] = place("une-ligne", "egapro", ".xlsx")
    classeur(faits["une-ligne"], ["<row>", *("<c/>" * 50_000 for _ in range(60)), "</row>"])
    faits["imbrication"] = place("imbrication", "egapro", ".xlsx")
    classeur(faits["imbrication"], ["<row>" * 200_000])
    faits["balise"] = place("balise", "egapro", ".xlsx")
    alea = random.Random(2026)
    classeur(faits["balise"], ["<row x='", *(alea.randbytes(6).hex() * 9 for _ in range(400_000)), "'/>"])
    faits["textes"] = place("textes", "egapro", ".xlsx")
    classeur(faits["textes"], [], textes=["<sst>", *(f"<si><t>{n}</t></si>" for n in range(1_500_000)), "</sst>"])
    faits["texte-geant"] = place("texte-geant", "egapro", ".xlsx")
    geant = (alea.randbytes(1 << 19).hex() for _ in range(84))
    classeur(faits["texte-geant"], [], textes=["<sst><si><t>", *geant, "</t></si></sst>"])
    faits["sommaire"] = place("sommaire", "egapro", ".xlsx")
    with zipfile.ZipFile(faits["sommaire"], "w") as archive:
        for n in range(21_000):
            archive.writestr(f"{n}.xml", b"")

    faits["avis-entites"] = place("avis-entites", "bodacc", ".xml")
    faits["avis-entites"].write_bytes(avis("<avis><nom>&g;</nom></avis>", f"<!--{'x' * 5000}-->{MILLIARD}"))
    faits["avis-geant"] = place("avis-geant", "bodacc", ".xml")
    faits["avis-geant"].write_bytes(avis("<avis>" + "<a/>" * 4_000_000 + "</avis>"))
    faits["entetes"] = place("entetes", "bodacc", ".xml")
    faits["entetes"].write_bytes(b"<RCS-A_IMMAT>" + b"".join(b"<a%d>x</a%d>" % (n, n) for n in range(10**6)))
    faits["taz"] = place("taz", "bodacc", ".taz")
    with gzip.open(faits["taz"], "wb", compresslevel=1) as clair:
        tete = tarfile.TarInfo("bureautique.docx")
        tete.size = 4 << 30
        clair.write(tete.tobuf())
        for _ in range(128):
            clair.write(bytes(1 << 20))
    faits["tar-entete"] = place("tar-entete", "bodacc", ".taz")
    tete = tarfile.TarInfo("pax")
    tete.type, tete.size = tarfile.XHDTYPE, 400 << 20
    with gzip.open(faits["tar-entete"], "wb", compresslevel=1) as clair:
        clair.write(tete.tobuf())
        for _ in range(200):
            clair.write(os.urandom(1 << 14) + bytes((1 << 20) - (1 << 14)))
    return faits


ATTENDUS = {
    "entites": "type de document",
    "externe": "type de document",
    "utf16": "type de document",
    "dilatation": "se dilate plus de 100 fois",
    "cellules": "plus de 8 millions de cellules",
    "une-ligne": "plus de 16384 colonnes",
    "imbrication": "trop imbriquées",
    "balise": "balise est démesurée",
    "textes": "trop nombreux",
    "texte-geant": "textes du classeur sont démesurés",
    "sommaire": "plus de 20000 fichiers",
    "avis-entites": "type de document",
    "avis-geant": "enregistrement est démesuré",
    "entetes": "en-tête d'un document est démesuré",
    "taz": "se dilate plus de 100 fois",
    "tar-entete": "archive est abîmée",
}


@pytest.fixture(scope="module")
def verdicts(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """{what it attacks: (sentence of the refusal, seconds, MiB that the process grew by)}."""
    faits = ecrire_les_hostiles(tmp_path_factory.mktemp("hostiles"))
    chemins = {str(chemin): nom for nom, chemin in faits.items()}
    fait = subprocess.run([sys.executable, "-c", JUGE, *chemins], capture_output=True, text=True, timeout=300)
    assert fait.returncode == 0, fait.stderr[-2000:]
    return {chemins[chemin]: reste for chemin, *reste in map(json.loads, fait.stdout.splitlines())}


@pytest.mark.parametrize("attaque", ATTENDUS)
def test_s9_a_hostile_file_is_refused_fast_and_without_memory(verdicts: dict[str, Any], attaque: str) -> None:
    message, secondes, mio = verdicts[attaque]
    assert ATTENDUS[attaque] in message
    assert message.startswith("Fichier « ")
    assert secondes < SECONDES
    assert mio < MIO


# --- cells: one that cannot be read costs its row


def lire_classeur(chemin: Path, rangees: Iterable[str], textes: Iterable[str] | None = None) -> list[Lot]:
    """The lots of a workbook with the header of the sample."""
    autres = registre.exemple(registre.source("egapro")).read_text("utf-8").splitlines()[0].split(";")
    entete = "".join(f'<c t="inlineStr"><is><t>{nom}</t></is></c>' for nom in autres)
    with zipfile.ZipFile(chemin, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(FEUILLE, f"{TETE}<row>{entete}</row>{''.join(rangees)}{PIED}")
        if textes is not None:
            archive.writestr(TEXTES, f"<sst>{''.join(f'<si><t>{t}</t></si>' for t in textes)}</sst>")
    return list(lire(registre.source("egapro"), [chemin]))


@pytest.mark.parametrize(
    ("cellule", "valeur", "motif"),
    [
        ('<c r="D3" t="s"><v>99</v></c>', "99", "texte absent du classeur"),
        ('<c r="D3" t="s"><v>douze</v></c>', "douze", "texte absent du classeur"),
        ('<c r="D3" t="s"><v>-1</v></c>', "-1", "texte absent du classeur"),
        (f'<c r="D3" t="s"><v>{"9" * 5000}</v></c>', "9" * 200, "texte absent du classeur"),
        ('<c r="D3" t="e"><v>#N/A</v></c>', "#N/A", "erreur de calcul du tableur"),
        ('<c r="1D"><v>1</v></c>', "1D", "référence de cellule impossible"),
        ('<c r="ZZZZ3"><v>1</v></c>', "ZZZZ3", "référence de cellule impossible"),
        ('<c r=""><v>1</v></c>', "", "référence de cellule impossible"),
    ],
)
def test_s9_a_malformed_cell_goes_to_quarantine_with_its_line(
    tmp_path: Path, cellule: str, valeur: str, motif: str
) -> None:
    bonnes = [f'<row r="{n}"><c r="A{n}"><v>2025.0</v></c><c r="D{n}" t="s"><v>0</v></c></row>' for n in (2, 4)]
    mauvaise = f'<row r="3"><c r="A3"><v>2024</v></c><c r="C3"/>{cellule}</row>'
    lus = lire_classeur(tmp_path / "index.xlsx", [bonnes[0], mauvaise, bonnes[1]], ["000001008"])
    assert [(r.ligne, r.colonne, r.valeur, r.motif) for lot in lus for r in lot.rejets] == [(3, "SIREN", valeur, motif)]
    assert [annee for lot in lus for annee in lot.lignes["annee"]] == [2025, 2025]


def test_s9_cells_without_a_reference_follow_the_order_of_their_row(tmp_path: Path) -> None:
    rangee = (
        '<row><c><v>2025</v></c><c/><c/><c t="inlineStr"><is><t>000</t><rPh><t>x</t></rPh><t>001008</t></is></c></row>'
    )
    (lot,) = lire_classeur(tmp_path / "index.xlsx", [rangee.replace("<rPh><t>x</t></rPh>", "")])
    assert (lot.lignes["annee"].to_list(), lot.lignes["siren"].to_list()) == ([2025], ["000001008"])


@pytest.mark.parametrize("contenu", [b"<worksheet><sheetData><row>", b"<html/>", b"", b"\xff\xfe<"])
def test_s9_a_sheet_that_is_not_one_is_refused(tmp_path: Path, contenu: bytes) -> None:
    chemin = tmp_path / "index.xlsx"
    with zipfile.ZipFile(chemin, "w") as archive:
        archive.writestr(FEUILLE, contenu)
    with pytest.raises(ImportRefuse, match=r"Fichier « index\.xlsx »"):
        list(lire(registre.source("egapro"), [chemin]))


def test_s9_no_reader_opens_an_archive_or_an_xml_by_itself() -> None:
    """The guarded openings are the only ones: a reader that imports a parser of its own goes round them."""
    interdits = (
        "zipfile",
        "tarfile",
        "ElementTree import",
        "xml.sax",
        "minidom",
        "expat",
        "openpyxl",
        "lxml",
        "read_excel",
    )
    dossier = Path(__file__).parents[3] / "fce/sources/catalogue"
    ouvrent = {
        str(chemin.relative_to(dossier))
        for chemin in dossier.rglob("*.py")
        for ligne in chemin.read_text("utf-8").splitlines()
        if any(mot in ligne for mot in interdits)
        and ligne.startswith(("import ", "from "))
        and ligne != "from xml.etree.ElementTree import Element"
    }
    # They name the types of what they are handed.
    assert {c for c in ouvrent if "zipfile.ZipFile(" in (dossier / c).read_text("utf-8")} == set()
    assert ouvrent <= {"interieur/elus/lecture.py", "georisques/icpe_seveso/lecture.py"}
    assert isinstance(registre.source("egapro").fichier, Lecteur)


def test_s9_a_truncated_archive_is_called_damaged(tmp_path: Path) -> None:
    tampon = io.BytesIO()
    with zipfile.ZipFile(tampon, "w") as archive:
        archive.writestr(FEUILLE, f"{TETE}{PIED}")
    chemin = tmp_path / "index.xlsx"
    chemin.write_bytes(tampon.getvalue()[:-30])
    with pytest.raises(ImportRefuse, match="abîmée"):
        list(lire(registre.source("egapro"), [chemin]))
