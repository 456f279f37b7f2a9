"""Formalities of the RNE, as INPI delivers them: a JSON answer, an array of them, one per line, or a zip of such files.

Nothing is written to disk; a member is read whole, under a limit, because INPI cuts its stock in files made for that.
"""

import codecs
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from fce.sources.lecture.archives import archive_zip
from fce.sources.lecture.avance import en_avance
from fce.sources.lecture.refus import refus

TAILLE_MAXIMALE = 512 << 20
Json = dict[str, Any]
_PAS = 1 << 20
_BOM = codecs.BOM_UTF8
_UN, _LISTE = msgspec.json.Decoder(msgspec.Raw), msgspec.json.Decoder(list[msgspec.Raw])


def formalites(chemin: Path) -> Iterator[Json]:
    """Each formality of the file, in order. Raises ``ImportRefuse`` when it is not one or several formalities."""
    for rang, brut in enumerate(bruts(chemin), 1):
        yield ouvrir(chemin, rang, brut)


def bruts(chemin: Path) -> Iterator[Any]:
    """Each formality, in order, its JSON not yet looked into (``ouvrir`` does). Raises ``ImportRefuse``.

    What stands alone, in an array or one per line is only cut; what is written otherwise comes already read.
    """
    rien = True
    # Inflating the next member leaves the interpreter free: at most three are held.
    for octets in en_avance(_documents(chemin)):
        for brut in _decouper(chemin, octets):
            rien = False
            yield brut
    if rien:
        raise refus(chemin, "vide", "il ne contient aucune formalité.")


def ouvrir(chemin: Path, rang: int, brut: Any) -> Json:
    """Formality number ``rang`` of the file, of which ``brut`` is the JSON. Raises ``ImportRefuse``."""
    valeur = _charger(chemin, brut) if isinstance(brut, msgspec.Raw) else brut
    if not isinstance(valeur, dict) or not isinstance(valeur.get("formality"), dict):
        raise refus(chemin, "json", f"l'objet {rang} n'est pas une formalité du RNE (clé « formality »).")
    return valeur


def _charger(chemin: Path, brut: msgspec.Raw) -> Any:
    try:
        return json.loads(bytes(brut))
    except (json.JSONDecodeError, RecursionError) as erreur:
        raise refus(chemin, "json", ILLISIBLE) from erreur


ILLISIBLE = "ce n'est pas du JSON lisible."


def _documents(chemin: Path) -> Iterator[bytes]:
    """Each JSON text of the file, in UTF-8, without its byte order mark."""
    with chemin.open("rb") as flux:
        signature = flux.read(4)
    if signature != b"PK\x03\x04":
        if chemin.stat().st_size > TAILLE_MAXIMALE:
            raise refus(chemin, "taille", "il est trop grand pour un JSON d'un seul tenant ; déposez le zip.")
        yield _en_utf8(chemin, chemin.read_bytes())
        return
    with archive_zip(chemin, membre_max=TAILLE_MAXIMALE) as archive:
        for membre in archive.infolist():
            if not membre.is_dir() and membre.filename.lower().endswith(".json"):
                yield _en_utf8(chemin, archive.read(membre))


def _en_utf8(chemin: Path, octets: bytes) -> bytes:
    """The bytes, found to be UTF-8 a little at a time: as text, a member could be four times its size."""
    if octets.isascii():
        return octets
    decodeur = codecs.getincrementaldecoder("utf-8")()
    try:
        for debut in range(0, len(octets), _PAS):
            decodeur.decode(octets[debut : debut + _PAS], debut + _PAS >= len(octets))
    except UnicodeDecodeError as erreur:
        raise refus(chemin, "encodage", "il n'est pas en UTF-8.") from erreur
    return octets.removeprefix(_BOM)


def _decouper(chemin: Path, octets: bytes) -> Iterator[Any]:
    try:
        yield from _coupes(octets)
    except (msgspec.DecodeError, RecursionError):
        # Written otherwise, or JSON for some only ("NaN", half a character).
        yield from _objets(chemin, octets.decode())


def _coupes(octets: bytes) -> list[msgspec.Raw]:
    if octets[:_PAS].lstrip()[:1] == b"[":
        return _LISTE.decode(octets)
    try:
        return [_UN.decode(octets)]
    except msgspec.DecodeError:
        return _UN.decode_lines(octets)


def _objets(chemin: Path, texte: str) -> Iterator[Any]:
    decodeur = json.JSONDecoder()
    position = _suivant(texte, 0)
    try:
        while position < len(texte):
            valeur, position = decodeur.raw_decode(texte, position)
            yield from valeur if isinstance(valeur, list) else [valeur]
            position = _suivant(texte, position)
    except (json.JSONDecodeError, RecursionError) as erreur:
        raise refus(chemin, "json", ILLISIBLE) from erreur


def _suivant(texte: str, position: int) -> int:
    while position < len(texte) and texte[position] in " \t\r\n,":
        position += 1
    return position


def personne(formalite: Json) -> Json:
    """Content of the person registered: ``personneMorale``, ``personnePhysique`` or ``exploitation``."""
    contenu = objet(objet(formalite, "formality"), "content")
    for cle in ("personneMorale", "personnePhysique", "exploitation"):
        if trouvee := objet(contenu, cle):
            return trouvee
    return {}


def siren(formalite: Json) -> str | None:
    """SIREN of the formality, at either of the two places INPI writes it."""
    return texte(formalite.get("siren") or objet(formalite, "formality").get("siren"))


def diffusible(reponse: Any) -> bool:
    """The company has not asked INSEE for partial diffusion: ``diffusionINSEE`` repeats the answer of INSEE, and any
    answer but "O", the one that we do not know included, hides."""
    return reponse in (None, "", "O")


def objet(parent: Json, *cles: str) -> Json:
    """Object at ``cles`` under ``parent``, empty when any step is missing or is not an object."""
    valeur: Any = parent
    for cle in cles:
        valeur = valeur.get(cle) if isinstance(valeur, dict) else None
    return valeur if isinstance(valeur, dict) else {}


def objets(parent: Json, cle: str) -> list[Json]:
    """Objects of the list at ``cle``, in order; what is not an object is left out."""
    valeur = parent.get(cle)
    return [x for x in valeur if isinstance(x, dict)] if isinstance(valeur, list) else []


def texte(valeur: Any) -> str | None:
    """Text of a JSON value: booleans as true/false, lists joined by spaces, None for what is empty."""
    if type(valeur) is str:
        return valeur.strip() or None
    if valeur is None or isinstance(valeur, dict):
        return None
    if isinstance(valeur, bool):
        return "true" if valeur else "false"
    if isinstance(valeur, list):
        return " ".join([x for v in valeur if (x := texte(v))]) or None
    return str(valeur).strip() or None


def jour(valeur: Any) -> str | None:
    """Day of a date or of a timestamp ("2010-01-01T00:00:00+01:00" → "2010-01-01")."""
    ecrit = texte(valeur)
    return ecrit[:10] if ecrit else None
