"""Formalities of the RNE, as INPI delivers them: a JSON answer, an array of them, one per line, or a zip of such files.

Nothing is written to disk. An array is read some hundreds of formalities at a time; what is written otherwise is read
whole, under a limit, because INPI cuts its stock in files made for that.
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
# What is decoded at a time, and the objects made of it, stay in the cache of the processor.
PAS = 1 << 19
_PAQUET = 500
_EN_AVANCE = 8
_MARGE, _BLANCS = 64, b" \t\r\n"
_BOM = codecs.BOM_UTF8
_TABLEAU = re.compile(rb'\s*\[\s*(\{\s*"[^"\\]*")')
_UN, _LISTE = msgspec.json.Decoder(msgspec.Raw), msgspec.json.Decoder(list[msgspec.Raw])
_T = TypeVar("_T")


def formalites(chemin: Path) -> Iterator[Json]:
    """Each formality of the file, in order. Raises ``ImportRefuse`` when it is not one or several formalities."""

    def plusieurs(rang: int, texte: bytes) -> list[Json]:
        return [ouvrir(chemin, place, brut) for place, brut in enumerate(separer(texte), rang)]

    return chain.from_iterable(paquets(chemin, plusieurs, partial(ouvrir, chemin)))


def paquets(
    chemin: Path, plusieurs: Callable[[int, bytes], list[_T]], une: Callable[[int, Any], _T]
) -> Iterator[list[_T]]:
    """What is made of the formalities of a file, in order, some hundreds at a time. Raises ``ImportRefuse``.

    ``plusieurs`` takes the rank of a formality and an array that begins with it, in JSON, and raises ``DecodeError``
    when that is none; ``une`` takes the rank of a formality and, as ``ouvrir`` does, its JSON.
    """
    rang = 1
    # Inflating what follows leaves the interpreter free.
    morceaux = en_avance(_morceaux(chemin), _EN_AVANCE)
    for texte, fini in morceaux:
        try:
            lots = iter([plusieurs(rang, texte)])
        except (msgspec.DecodeError, RecursionError, ImportRefuse):
            # No array, not cut between two of its objects, or at fault: what is left of the document is read whole, as
            # it stands, and only then judged. An archive is damaged before what comes out of it is.
            bruts = _decouper(chemin, texte if fini else _recoller(texte, morceaux))
            lots = _par_paquets(une(place, brut) for place, brut in enumerate(bruts, rang))
        for lot in lots:
            rang += len(lot)
            yield lot
    if rang == 1:
        raise refus(chemin, "vide", "il ne contient aucune formalité.")


def separer(texte: bytes) -> list[msgspec.Raw]:
    """The formalities of an array, not yet looked into. Raises ``DecodeError``."""
    return _LISTE.decode(texte)


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


def _morceaux(chemin: Path) -> Iterator[tuple[bytes, bool]]:
    """The JSON texts of the file, in UTF-8: arrays in pieces that are arrays, the last of which is told, or whole."""
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
    """Cut an array before an object that begins like the first one: where it does, nearly always."""
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
            pass  # an archive is damaged before what comes out of it is
        raise refus(chemin, "encodage", "il n'est pas en UTF-8.") from erreur
    yield b"".join(tenus), True


def _jonction(bloc: bytes, cle: bytes) -> int:
    """Where the last object of an array that begins with ``cle`` does, after a comma; else 0."""
    place = len(bloc)
    while (place := bloc.rfind(cle, 0, place)) > 0:
        if bloc[max(0, place - _MARGE) : place].rstrip(_BLANCS).endswith(b","):
            return place
    return 0


def _recoller(texte: bytes, suivants: Iterator[tuple[bytes, bool]]) -> bytes:
    """A piece of an array that is not the last one, and all those that follow it."""
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
        # Written otherwise, or JSON for some only ("NaN", half a character).
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
