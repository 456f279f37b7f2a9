"""Office documents (ECMA-376, OpenDocument): archives of XML, without macro, nor anything that calls a program or a
file elsewhere. Links to follow by hand (http, https, mailto) stay.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from fce.echanges.pieces.controles.commun import refuser
from fce.socle.erreurs import ImportRefuse
from fce.sources.lecture.archives import archive_zip
from fce.sources.lecture.balisage import Gardien, Interdit

MEMBRE_MAX: Final = 64 << 20
DEGONFLE_MAX: Final = 256 << 20
_MEMBRES_INTERDITS: Final = re.compile(
    r"vbaproject|vbadata|activex|oleobject|/embeddings/|macrosheets|dialogsheets|externallinks|/connections\.xml|"
    r"^basic/|^scripts/|^object [0-9]+$|\.(?:exe|dll|js|vbs|jar|class|bat|cmd|ps1|hta|swf|html?|svg)$",
    re.IGNORECASE,
)
_INTERDITES: Final = {
    "ddeLink": "elle est liée à un autre programme (DDE).",
    "oleLink": "elle est liée à un autre fichier.",
    "dde-source": "elle est liée à un autre programme (DDE).",
    "dde-link": "elle est liée à un autre programme (DDE).",
    "dde-connection-decl": "elle est liée à un autre programme (DDE).",
    "event-listener": "elle contient une macro.",
    "script": "elle contient une macro.",
    "object-ole": "elle contient un autre fichier.",
    "applet": "elle contient un programme.",
    "plugin": "elle contient un programme.",
    "cell-range-source": "elle est liée à un autre fichier.",
    "table-source": "elle est liée à un autre fichier.",
    "section-source": "elle est liée à un autre fichier.",
    "encryption-data": "elle est chiffrée : enregistrez-la sans mot de passe.",
}
_CHAMP_DDE: Final = re.compile(r"(?<![\w./-])DDE(?:AUTO)?(?!\w)", re.IGNORECASE)
_FORMULE: Final = re.compile(r"\||\bDDE\s*\(|\bWEBSERVICE\s*\(", re.IGNORECASE)
_SUIVIE: Final = re.compile(r"(?:https?|mailto|tel|ftp):|#", re.IGNORECASE)
_AILLEURS: Final = re.compile(r"[a-z][a-z0-9+.-]*:|//|\\\\|\.\./\.\.", re.IGNORECASE)
_TEXTES: Final = ("f", "instrText", "delInstrText")


def verifier_ooxml(chemin: Path, document: str) -> None:
    """Raise PieceRefusee unless the file is an Office document whose main part is ``document``."""
    _verifier(chemin, {"[Content_Types].xml": None, document: None})


def verifier_odf(chemin: Path, genre: bytes) -> None:
    """Raise PieceRefusee unless the file is an OpenDocument of this type (content of its member ``mimetype``)."""
    _verifier(chemin, {"mimetype": genre, "content.xml": None})


def _verifier(chemin: Path, attendus: Mapping[str, bytes | None]) -> None:
    try:
        with archive_zip(chemin, membre_max=MEMBRE_MAX) as archive:
            _verifier_sommaire(archive, attendus)
            for membre in archive.infolist():
                if membre.filename.endswith((".xml", ".rels")):
                    with archive.open(membre) as flux:
                        for _ in _Veilleur().parcourir(chemin, flux):
                            pass
    except ImportRefuse as erreur:
        raise refuser(erreur.message.partition(" : ")[2] or erreur.message) from erreur


def _verifier_sommaire(archive: zipfile.ZipFile, attendus: Mapping[str, bytes | None]) -> None:
    membres = archive.infolist()
    noms = [membre.filename for membre in membres]
    if len(set(noms)) != len(noms) or archive.comment:
        raise refuser("son archive est écrite d’une façon qui ne se vérifie pas.")
    # Bytes before the first member would be another document.
    if not membres or min(membre.header_offset for membre in membres):
        raise refuser("elle contient aussi un autre fichier.")
    if sum(membre.file_size for membre in membres) > DEGONFLE_MAX:
        raise refuser("elle se dilate démesurément.")
    for nom, contenu in attendus.items():
        if nom not in noms or (contenu is not None and archive.read(nom).strip() != contenu):
            raise refuser("son contenu n’est pas celui que dit son extension.")
    for nom in noms:
        if _MEMBRES_INTERDITS.search(nom):
            raise refuser("elle contient une macro, un lien externe ou un autre fichier.")


class _Veilleur(Gardien):
    """Reads one part of a document, and stops at what it must not hold."""

    def __init__(self) -> None:
        super().__init__()
        self._formule = ""
        self._champs = ""
        self._dans = ""

    def ouvrir(self, nom: str, attributs: dict[str, str]) -> None:
        locaux = {cle.rpartition(" ")[2]: valeur for cle, valeur in attributs.items()}
        if nom in _INTERDITES:
            raise Interdit(_INTERDITES[nom].rstrip("."))
        if any("macroEnabled" in locaux.get(a, "") or "vba" in locaux.get(a, "") for a in ("ContentType", "PartName")):
            raise Interdit("elle contient une macro")
        if nom == "Relationship":
            _verifier_relation(locaux)
        if (cible := locaux.get("href")) and nom != "Relationship":
            _verifier_lien(nom, cible, locaux.get("actuate", "onLoad"))
        if _FORMULE.search(locaux.get("formula", "")):
            raise Interdit("une formule appelle un programme ou une adresse")
        if _CHAMP_DDE.search(locaux.get("instr", "")):
            raise Interdit("elle est liée à un autre programme (DDE)")
        if nom == "fldChar" and locaux.get("fldCharType") == "begin":
            self._champs += "\n"
        self._dans = nom if nom in _TEXTES else ""

    def texte(self, texte: str) -> None:
        if self._dans == "f":
            self._formule += texte
        elif self._dans:
            # A field may be cut into several pieces of text.
            self._champs += texte

    def fermer(self, nom: str) -> None:
        if nom == "f" and _FORMULE.search(re.sub(r'"[^"]*"', "", self._formule)):
            raise Interdit("une formule appelle un programme ou une adresse")
        if nom in _TEXTES[1:] and _CHAMP_DDE.search(self._champs):
            raise Interdit("elle est liée à un autre programme (DDE)")
        if nom == "f":
            self._formule = ""
        self._dans = ""


def _verifier_relation(relation: Mapping[str, str]) -> None:
    if relation.get("TargetMode") != "External":
        return
    if not relation.get("Type", "").endswith("/hyperlink") or not _SUIVIE.match(relation.get("Target", "")):
        raise Interdit("elle est liée à un fichier ou à une adresse externe")


def _verifier_lien(balise: str, cible: str, quand: str) -> None:
    suivi_a_la_main = balise == "a" or quand == "onRequest"
    if _AILLEURS.match(cible) and not (suivi_a_la_main and _SUIVIE.match(cible)):
        raise Interdit("elle est liée à un fichier ou à une adresse externe")
