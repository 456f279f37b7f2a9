"""Office documents (ECMA-376, OpenDocument): XML archives, checked against allow-lists.

Parts, relationships, functions and fields are allow-lists, because new ways to run a program, fetch an address or embed
a file appear every few years. Links that a reader follows by hand (http, https, mailto, tel) are allowed.
"""

import re
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from fce.echanges.pieces.controles import refuser
from fce.echanges.pieces.controles.formules import SUIVIE, champ_actif, formule_active
from fce.socle.erreurs import ImportRefuse
from fce.sources.lecture.archives import archive_zip
from fce.sources.lecture.balisage import Gardien, Interdit

CHAMPS_IMBRIQUES_MAX: Final = 64
MEMBRE_MAX: Final = 64 << 20
DEGONFLE_MAX: Final = 128 << 20
_IMAGE: Final = r"\.(?:png|jpe?g|gif|bmp|tiff?|emf|wmf)"
_XML: Final = r"[\w-]+\.xml(?:\.rels)?"
_OOXML: Final = re.compile(
    rf"""
    \[Content_Types\]\.xml | _rels/\.rels | docMetadata/LabelInfo\.xml
    | docProps/(?:(?:app|core|custom)\.xml | thumbnail{_IMAGE})
    | customXml/(?:_rels/)?{_XML}
    | word/(?:document|styles|stylesWithEffects|settings|webSettings|fontTable|numbering|footnotes|endnotes|people
        |intelligence\d*|comments\w*|header\d*|footer\d*)\.xml
    | word/_rels/{_XML} | word/fonts/[\w-]+\.(?:odttf|ttf)
    | word/glossary/(?:_rels/)?(?:document|styles|settings|webSettings|fontTable|numbering)\.xml(?:\.rels)?
    | xl/(?:workbook|styles|sharedStrings|calcChain|metadata|comments\d*)\.xml | xl/_rels/{_XML}
    | xl/(?:worksheets|chartsheets|tables|pivotTables|pivotCache|threadedComments|persons|comments)/(?:_rels/)?{_XML}
    | xl/featurePropertyBag/[\w-]+\.xml | xl/printerSettings/[\w-]+\.bin
    | (?:word|xl)/(?:theme|charts|drawings|diagrams)/(?:_rels/)?{_XML} | xl/drawings/(?:_rels/)?[\w-]+\.vml(?:\.rels)?
    | (?:word|xl)/media/[\w-]+{_IMAGE}
    """,
    re.VERBOSE | re.IGNORECASE,
)
_ODF: Final = re.compile(
    rf"""
    mimetype | (?:content|styles|meta|settings)\.xml | META-INF/manifest\.xml | manifest\.rdf | layout-cache
    | Thumbnails/thumbnail\.png | Pictures/[\w-]+{_IMAGE} | Fonts/[\w-]+\.[to]tf
    | Configurations2/(?:[\w-]+/)*(?:[\w-]+\.xml)?
    """,
    re.VERBOSE | re.IGNORECASE,
)
_RELATIONS: Final = frozenset(
    re.findall(
        r"\S+",
        """
        officeDocument core-properties extended-properties custom-properties thumbnail styles stylesWithEffects theme
        settings webSettings fontTable font numbering header footer footnotes endnotes comments commentsExtended
        commentsIds commentsExtensible people person threadedComment image hyperlink customXml customXmlProps
        glossaryDocument worksheet chartsheet sharedStrings calcChain sheetMetadata table drawing vmlDrawing chart
        chartUserShapes chartStyle chartColorStyle themeOverride diagramData diagramLayout diagramQuickStyle
        diagramColors diagramDrawing pivotTable pivotCacheDefinition pivotCacheRecords printerSettings
        classificationlabels intelligence FeaturePropertyBag
        """,
    )
)
_INTERDITES: Final = {
    "altChunk": "elle inclut un autre document.",
    "subDoc": "elle inclut un autre document.",
    "control": "elle contient un programme.",
    "OLEObject": "elle contient un autre fichier.",
    "oleObject": "elle contient un autre fichier.",
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
    "floating-frame": "elle inclut une autre page.",
    "database-source-sql": "elle interroge une base de données.",
    "cell-range-source": "elle est liée à un autre fichier.",
    "table-source": "elle est liée à un autre fichier.",
    "section-source": "elle est liée à un autre fichier.",
    "encryption-data": "elle est chiffrée : enregistrez-la sans mot de passe.",
}
_FORMULES: Final = frozenset({"f", "oldFormula", "formula", "formula1", "formula2", "definedName"})
_CHAMPS: Final = frozenset({"instrText", "delInstrText"})
_ICI: Final = re.compile(r"(?:\./)?[\w-][\w ./%-]*\Z|#|\Z")
_FORMULE: Final = "une formule appelle un programme, une adresse ou une fonction qui n’est pas acceptée"
_CHAMP: Final = "un champ du texte appelle un programme ou un autre fichier"
_AILLEURS: Final = "elle est liée à un fichier ou à une adresse externe"


def verifier_ooxml(chemin: Path, document: str) -> None:
    """Raise PieceRefusee unless the file is an Office document with main part ``document``."""
    _verifier(chemin, {"[Content_Types].xml": None, document: None}, _OOXML)


def verifier_odf(chemin: Path, genre: bytes) -> None:
    """Raise PieceRefusee unless the file is an OpenDocument of this type (content of its member ``mimetype``)."""
    _verifier(chemin, {"mimetype": genre, "content.xml": None}, _ODF)


def _verifier(chemin: Path, attendus: Mapping[str, bytes | None], noms: re.Pattern[str]) -> None:
    try:
        with archive_zip(chemin, membre_max=MEMBRE_MAX) as archive:
            _verifier_sommaire(archive, attendus, noms)
            for membre in archive.infolist():
                if membre.file_size and membre.filename.lower().endswith((".xml", ".rels", ".vml", ".rdf")):
                    with archive.open(membre) as flux:
                        for _ in _Veilleur().parcourir(chemin, flux):
                            pass
    except ImportRefuse as erreur:
        raise refuser(erreur.message.partition(" : ")[2] or erreur.message) from erreur


def _verifier_sommaire(archive: zipfile.ZipFile, attendus: Mapping[str, bytes | None], noms: re.Pattern[str]) -> None:
    membres = archive.infolist()
    trouves = [membre.filename for membre in membres]
    if len({nom.lower() for nom in trouves}) != len(trouves) or archive.comment:
        raise refuser("son archive est écrite d’une façon qui ne se vérifie pas.")
    # Bytes before the first member could be another document.
    if not membres or min(membre.header_offset for membre in membres):
        raise refuser("elle contient aussi un autre fichier.")
    if sum(membre.file_size for membre in membres) > DEGONFLE_MAX:
        raise refuser("elle se dilate démesurément.")
    for nom, contenu in attendus.items():
        if nom not in trouves or (contenu is not None and archive.read(nom).strip() != contenu):
            raise refuser("son contenu n’est pas celui que dit son extension.")
    for membre in membres:
        if not (membre.is_dir() and not membre.file_size) and not noms.fullmatch(membre.filename):
            raise refuser("elle contient une macro, un lien externe ou un autre fichier.")


class _Veilleur(Gardien):
    """Parses one part of a document, and stops at anything forbidden."""

    def __init__(self) -> None:
        super().__init__()
        self._formule: list[str] = []
        self._champs: list[list[str]] = [[]]
        self._dans = ""

    def ouvrir(self, nom: str, attributs: dict[str, str]) -> None:
        if phrase := _INTERDITES.get(nom):
            raise Interdit(phrase.rstrip("."))
        self._dans = nom if nom in _FORMULES or nom in _CHAMPS else self._dans
        # A workbook has millions of tags, most without attributes.
        if attributs or nom == "Relationship":
            self._juger_les_attributs(nom, {cle.rpartition(" ")[2]: valeur for cle, valeur in attributs.items()})

    def _juger_les_attributs(self, nom: str, locaux: dict[str, str]) -> None:
        if any("macroEnabled" in locaux.get(a, "") or "vba" in locaux.get(a, "") for a in ("ContentType", "PartName")):
            raise Interdit("elle contient une macro")
        if nom == "Relationship":
            _verifier_relation(locaux)
        else:
            _verifier_liens(nom, locaux)
        if locaux.get("macro"):
            raise Interdit("elle contient une macro")
        if (formule := locaux.get("formula")) and formule_active(formule):
            raise Interdit(_FORMULE)
        if (instruction := locaux.get("instr")) and champ_actif(instruction):
            raise Interdit(_CHAMP)
        if nom == "fldChar":
            self._suivre_le_champ(locaux.get("fldCharType", ""))

    def _suivre_le_champ(self, genre: str) -> None:
        """A field is split into pieces of text, and may be nested: check its instruction once complete."""
        if genre == "begin":
            if len(self._champs) > CHAMPS_IMBRIQUES_MAX:
                raise Interdit("ses champs sont trop imbriqués")
            self._champs.append([])
            return
        self._juger_le_champ()
        if genre == "end" and len(self._champs) > 1:
            self._champs.pop()

    def _juger_le_champ(self) -> None:
        instruction = "".join(self._champs[-1])
        self._champs[-1].clear()
        if champ_actif(instruction):
            raise Interdit(_CHAMP)

    def texte(self, texte: str) -> None:
        if self._dans in _FORMULES:
            self._formule.append(texte)
        elif self._dans:
            self._champs[-1].append(texte)

    def fermer(self, nom: str) -> None:
        if nom in _FORMULES:
            if formule_active("".join(self._formule)):
                raise Interdit(_FORMULE)
            self._formule.clear()
        if nom == self._dans:
            self._dans = ""
        if self.profondeur == 1:
            while self._champs:
                self._juger_le_champ()
                self._champs.pop()


def _verifier_relation(relation: Mapping[str, str]) -> None:
    genre, cible = relation.get("Type", "").rpartition("/")[2], relation.get("Target", "")
    if genre not in _RELATIONS:
        raise Interdit("elle contient une macro, un lien externe ou un autre fichier")
    if relation.get("TargetMode") == "External":
        if genre != "hyperlink" or not SUIVIE.match(cible):
            raise Interdit(_AILLEURS)
    elif ":" in cible or "\\" in cible or cible.startswith("//"):
        raise Interdit(_AILLEURS)


def _verifier_liens(balise: str, attributs: Mapping[str, str]) -> None:
    for nom in ("href", "src"):
        cible = attributs.get(nom)
        # Only a text link waits for a click: any other address is fetched when the document opens.
        if cible and not _ICI.match(cible) and not (balise == "a" and SUIVIE.match(cible)):
            raise Interdit(_AILLEURS)
