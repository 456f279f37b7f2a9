"""Formalities of the RNE as INPI delivers them: a JSON answer, an array, one per line, or a zip of such files.

Nothing is written to disk. An array is read some hundreds of formalities at a time; other layouts are read whole, up to
a size limit that INPI's stock files respect.
"""

import codecs
import json
import re
from collections.abc import Callable, Iterator
from functools import partial
from itertools import chain, islice
from pathlib import Path
from typing import IO, Any, TypeVar

import msgspec

from fce.socle.erreurs import ImportRefuse
from fce.sources.lecture.archives import archive_zip
from fce.sources.lecture.avance import en_avance
from fce.sources.lecture.refus import refus

TAILLE_MAXIMALE = 512 << 20
Json = dict[str, Any]
# Fits in the CPU cache with the objects decoded from it.
PAS = 1 << 19
_PAQUET = 500
_EN_AVANCE = 8
_MARGE, _BLANCS = 64, b" \t\r\n"
_BOM = codecs.BOM_UTF8
_TABLEAU = re.compile(rb'\s*\[\s*(\{\s*"[^"\\]*")')
_UN, _LISTE = msgspec.json.Decoder(msgspec.Raw), msgspec.json.Decoder(list[msgspec.Raw])
_T = TypeVar("_T")


def formalites(chemin: Path) -> Iterator[Json]:
    """Each formality of the file, in order. Raises ImportRefuse for another file."""

    def plusieurs(rang: int, texte: bytes) -> list[Json]:
        return [ouvrir(chemin, place, brut) for place, brut in enumerate(separer(texte), rang)]

    return chain.from_iterable(paquets(chemin, plusieurs, partial(ouvrir, chemin)))


def paquets(
    chemin: Path, plusieurs: Callable[[int, bytes], list[_T]], une: Callable[[int, Any], _T]
) -> Iterator[list[_T]]:
    """Convert the formalities of a file, some hundreds at a time, in order. Raises ImportRefuse.

    ``plusieurs(rank, array)`` converts a JSON array whose first formality has that rank, and raises DecodeError when
    invalid; ``une(rank, json)`` converts one formality, as ``ouvrir`` does.
    """
    rang = 1
    # Decompression releases the GIL.
    morceaux = en_avance(_morceaux(chemin), _EN_AVANCE)
    for texte, fini in morceaux:
        try:
            lots = iter([plusieurs(rang, texte)])
        except (msgspec.DecodeError, RecursionError, ImportRefuse):
            # Not an array, not cut between two objects, or faulty: read the rest whole. A damaged archive is reported
            # before its content.
            bruts = _decouper(chemin, texte if fini else _recoller(texte, morceaux))
            lots = _par_paquets(une(place, brut) for place, brut in enumerate(bruts, rang))
        for lot in lots:
            rang += len(lot)
            yield lot
    if rang == 1:
        raise refus(chemin, "vide", "il ne contient aucune formalité.")


def separer(texte: bytes) -> list[msgspec.Raw]:
    return _LISTE.decode(texte)


def ouvrir(chemin: Path, rang: int, brut: Any) -> Json:
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


def _morceaux(chemin: Path) -> Iterator[tuple[bytes, bool]]:
    """JSON texts of the file, in UTF-8: whole documents, or successive smaller arrays; the flag marks the last
    piece."""
    with chemin.open("rb") as flux:
        if flux.read(4) != b"PK\x03\x04":
            if chemin.stat().st_size > TAILLE_MAXIMALE:
                raise refus(chemin, "taille", "il est trop grand pour un JSON d'un seul tenant ; déposez le zip.")
            flux.seek(0)
            yield from _couper(chemin, flux)
            return
    with archive_zip(chemin, membre_max=TAILLE_MAXIMALE) as archive:
        for membre in archive.infolist():
            if not membre.is_dir() and membre.filename.lower().endswith(".json"):
                with archive.open(membre) as flux:
                    yield from _couper(chemin, flux)


def _couper(chemin: Path, flux: IO[bytes]) -> Iterator[tuple[bytes, bool]]:
    """Cut an array before an object beginning like the first one; a cut elsewhere is detected later."""
    utf8 = codecs.getincrementaldecoder("utf-8")()
    tenus: list[bytes] = []
    debut: re.Match[bytes] | None = None
    try:
        while bloc := flux.read(PAS):
            utf8.decode(bloc)
            if not tenus:
                bloc = bloc.removeprefix(_BOM)
                debut = _TABLEAU.match(bloc)
            if debut and (place := _jonction(bloc, debut[1])):
                yield b"".join([*tenus, bloc[:place].rstrip(_BLANCS)[:-1], b"]"]), False
                tenus = [b"[", bloc[place:]]
            else:
                tenus.append(bloc)
        utf8.decode(b"", True)
    except UnicodeDecodeError as erreur:
        while flux.read(PAS):
            pass  # reading to the end checks the archive, whose damage is reported first
        raise refus(chemin, "encodage", "il n'est pas en UTF-8.") from erreur
    yield b"".join(tenus), True


def _jonction(bloc: bytes, cle: bytes) -> int:
    """Offset of the last object of an array that begins with ``cle`` after a comma; 0 if none."""
    place = len(bloc)
    while (place := bloc.rfind(cle, 0, place)) > 0:
        if bloc[max(0, place - _MARGE) : place].rstrip(_BLANCS).endswith(b","):
            return place
    return 0


def _recoller(texte: bytes, suivants: Iterator[tuple[bytes, bool]]) -> bytes:
    textes, fini = [texte[:-1]], False
    while not fini:
        suivant, fini = next(suivants)
        textes.append(suivant[1:] if fini else suivant[1:-1])
    return b",".join(textes)


def _par_paquets(valeurs: Iterator[_T]) -> Iterator[list[_T]]:
    while paquet := list(islice(valeurs, _PAQUET)):
        yield paquet


def _decouper(chemin: Path, octets: bytes) -> Iterator[Any]:
    try:
        yield from _coupes(octets)
    except (msgspec.DecodeError, RecursionError):
        # Another layout, or invalid JSON that Python accepts ("NaN", half a surrogate pair).
        yield from _objets(chemin, octets.decode())


def _coupes(octets: bytes) -> list[msgspec.Raw]:
    if octets[:PAS].lstrip()[:1] == b"[":
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
    contenu = objet(objet(formalite, "formality"), "content")
    for cle in ("personneMorale", "personnePhysique", "exploitation"):
        if trouvee := objet(contenu, cle):
            return trouvee
    return {}


def siren(formalite: Json) -> str | None:
    return texte(formalite.get("siren") or objet(formalite, "formality").get("siren"))


def diffusible(reponse: Any) -> bool:
    """False when ``diffusionINSEE``, copied from Insee, is anything but "O" or empty: unknown values hide."""
    return reponse in (None, "", "O")


def objet(parent: Json, *cles: str) -> Json:
    valeur: Any = parent
    for cle in cles:
        valeur = valeur.get(cle) if isinstance(valeur, dict) else None
    return valeur if isinstance(valeur, dict) else {}


def objets(parent: Json, cle: str) -> list[Json]:
    """Objects of the list at ``cle``; ignores other items."""
    valeur = parent.get(cle)
    return [x for x in valeur if isinstance(x, dict)] if isinstance(valeur, list) else []


def texte(valeur: Any) -> str | None:
    """Text of a JSON value: booleans as true/false, lists joined by spaces, None when empty."""
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
    """ "2010-01-01T00:00:00+01:00" → "2010-01-01\""""
    ecrit = texte(valeur)
    return ecrit[:10] if ecrit else None
