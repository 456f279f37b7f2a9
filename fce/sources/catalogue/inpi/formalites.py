"""Formalities of the RNE, as INPI delivers them: a JSON answer, an array of them, one per line, or a zip of such files.

Nothing is written to disk; a member is read whole, under a limit, because INPI cuts its stock in files made for that.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from fce.sources.lecture.archives import archive_zip
from fce.sources.lecture.refus import refus

TAILLE_MAXIMALE = 512 << 20
Json = dict[str, Any]


def formalites(chemin: Path) -> Iterator[Json]:
    """Each formality of the file, in order. Raises ``ImportRefuse`` when it is not one or several formalities."""
    rang = 0
    for texte in _textes(chemin):
        for objet in _objets(chemin, texte):
            rang += 1
            if not isinstance(objet, dict) or not isinstance(objet.get("formality"), dict):
                raise refus(chemin, "json", f"l'objet {rang} n'est pas une formalité du RNE (clé « formality »).")
            yield objet
    if not rang:
        raise refus(chemin, "vide", "il ne contient aucune formalité.")


def _textes(chemin: Path) -> Iterator[str]:
    with chemin.open("rb") as flux:
        signature = flux.read(4)
    try:
        if signature != b"PK\x03\x04":
            if chemin.stat().st_size > TAILLE_MAXIMALE:
                raise refus(chemin, "taille", "il est trop grand pour un JSON d'un seul tenant ; déposez le zip.")
            yield chemin.read_text(encoding="utf-8-sig")
            return
        with archive_zip(chemin, membre_max=TAILLE_MAXIMALE) as archive:
            for membre in archive.infolist():
                if not membre.is_dir() and membre.filename.lower().endswith(".json"):
                    yield archive.read(membre).decode("utf-8-sig")
    except UnicodeDecodeError as erreur:
        raise refus(chemin, "encodage", "il n'est pas en UTF-8.") from erreur


def _objets(chemin: Path, texte: str) -> Iterator[Any]:
    decodeur = json.JSONDecoder()
    position = _suivant(texte, 0)
    try:
        while position < len(texte):
            valeur, position = decodeur.raw_decode(texte, position)
            yield from valeur if isinstance(valeur, list) else [valeur]
            position = _suivant(texte, position)
    except (json.JSONDecodeError, RecursionError) as erreur:
        raise refus(chemin, "json", "ce n'est pas du JSON lisible.") from erreur


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


def diffusible(formalite: Json) -> bool:
    """The company has not asked INSEE for partial diffusion: the register repeats the answer of INSEE, and any answer
    but "O", the one that we do not know included, hides."""
    return objet(formalite, "formality").get("diffusionINSEE") in (None, "", "O")


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
    if valeur is None or isinstance(valeur, dict):
        return None
    if isinstance(valeur, bool):
        return "true" if valeur else "false"
    if isinstance(valeur, list):
        return " ".join(x for v in valeur if (x := texte(v))) or None
    return str(valeur).strip() or None


def jour(valeur: Any) -> str | None:
    """Day of a date or of a timestamp ("2010-01-01T00:00:00+01:00" → "2010-01-01")."""
    ecrit = texte(valeur)
    return ecrit[:10] if ecrit else None
