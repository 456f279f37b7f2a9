"""Between JSON and dataclasses: a word is a field that holds data, never a function. Read strictly, written without
what is by default. No I/O."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import MISSING, Field, fields, is_dataclass
from enum import Enum
from functools import cache
from types import UnionType
from typing import Any, Final, Literal, NoReturn, Union, get_args, get_origin, get_type_hints

from fce.socle.erreurs import ParametreInvalide

LIBELLER: Final = Callable[[str], str | None]
"""A function that gives the label of a code: in JSON, the codes and their labels."""
TEXTE_MAX: Final = 2_000
LISTE_MAX: Final = 500
_INVISIBLES: Final = re.compile(r"[\x00-\x08\x0a-\x1f\x7f\u202a-\u202e\u2066-\u2069]")
_ATTENDUS: Final = {str: "un texte", bool: "true ou false", int: "un nombre entier", float: "un nombre de 0 à 100"}


def refuser(ou: str, pourquoi: str) -> ParametreInvalide:
    """The error of a declaration. ``ou``: path of the faulty word, also in ``details`` for the screens."""
    return ParametreInvalide(f"{ou or 'La déclaration'} : {pourquoi}.", ou=ou)


def batir(annonce: Any, valeur: Any, ou: str = "") -> Any:
    """The value of type ``annonce`` that JSON writes. An object of one of several classes says which by its word
    ``genre``. Raises ParametreInvalide at the first fault."""
    origine, membres = get_origin(annonce), get_args(annonce)
    if origine in (Union, UnionType):
        reels = [m for m in membres if m is not type(None)]
        if valeur is None or len(reels) == 1:
            return None if valeur is None and len(reels) < len(membres) else batir(reels[0], valeur, ou)
        dit = _objet(valeur, ou)
        classe = _parmi({genre_de(m): m for m in reels}, dit.get("genre"), f"{ou}.genre")
        return batir(classe, {mot: v for mot, v in dit.items() if mot != "genre"}, ou)
    if origine is Literal:
        return _parmi({m: m for m in membres}, valeur, ou)
    if isinstance(origine, type) and issubclass(origine, Mapping):
        return {c: batir(membres[1], v, f"{ou}.{batir(str, c, ou)}") for c, v in _objet(valeur, ou).items()}
    if isinstance(origine, type) and issubclass(origine, Collection):
        return _suite(membres, valeur, ou)
    if annonce == LIBELLER:
        return batir(Mapping[str, str], valeur, ou).get
    if is_dataclass(annonce):
        return _instance(annonce, _objet(valeur, ou), ou)
    if isinstance(annonce, type) and issubclass(annonce, Enum):
        return _parmi({membre.name.lower(): membre for membre in annonce}, valeur, ou)
    juste = type(valeur) is annonce or (annonce is float and type(valeur) is int)
    if not juste or (annonce in (int, float) and abs(valeur) > (100 if annonce is float else 10**9)):
        raise refuser(ou, f"{_ATTENDUS[annonce]} est attendu")
    if annonce is str and (len(valeur) > TEXTE_MAX or _INVISIBLES.search(valeur)):
        raise refuser(ou, f"{TEXTE_MAX} caractères au plus, sur une ligne, sans signe invisible")
    return valeur


def ecrire(annonce: Any, valeur: Any, ou: str = "") -> Any:
    """The JSON that ``batir`` reads back as ``valeur``, without what is by default. Raises ParametreInvalide when a
    part of it is a function, which JSON cannot say."""
    origine, membres = get_origin(annonce), get_args(annonce)
    if origine in (Union, UnionType):
        reels = [m for m in membres if m is not type(None)]
        if valeur is None or len(reels) == 1:
            return None if valeur is None else ecrire(reels[0], valeur, ou)
        if type(valeur) not in reels:
            _sans_mot(ou)
        return {"genre": genre_de(type(valeur))} | ecrire(type(valeur), valeur, ou)
    if annonce == LIBELLER:
        return dict(getattr(valeur, "__self__", {})) or _sans_mot(ou)
    if is_dataclass(annonce):
        connus, annonces = mots(annonce)  # type: ignore[arg-type]
        autres = {
            c.name: getattr(valeur, c.name) for c in fields(annonce) if c.init and defaut(c) != getattr(valeur, c.name)
        }
        dits = {c.name: autres.pop(c.name) for c in connus if c.name in autres}
        if autres:
            _sans_mot(f"{ou}.{next(iter(autres))}")
        return {m: ecrire(annonces[m], v, f"{ou}.{m}") for m, v in dits.items()}
    if isinstance(valeur, Enum):
        return valeur.name.lower()
    if isinstance(valeur, Mapping):
        return {cle: ecrire(membres[1], v, ou) for cle, v in valeur.items()}
    if isinstance(valeur, tuple | list):
        return [ecrire(m, v, ou) for m, v in zip(_types(membres, valeur), valeur, strict=True)]
    return valeur


@cache
def mots(classe: Any) -> tuple[tuple[Field[Any], ...], dict[str, Any]]:
    """(fields, {name: type}) that hold data. A field that is a class built on a function holds no data."""
    annonces = get_type_hints(classe)
    return tuple(c for c in fields(classe) if c.init and not _en_python(annonces[c.name])), annonces


def genre_de(classe: type) -> str:
    """How JSON names a class among several: ``GroupeEntreprise`` → groupe_entreprise."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", classe.__name__).lower()


def _en_python(annonce: Any) -> bool:
    if get_origin(annonce) in (Union, UnionType):
        return any(_en_python(m) for m in get_args(annonce))
    exiges = [c for c in fields(annonce) if c.default is MISSING] if is_dataclass(annonce) else []
    if annonce == LIBELLER:
        return False
    return get_origin(annonce) is Callable or any(_en_python(get_type_hints(annonce)[c.name]) for c in exiges)


def _objet(valeur: Any, ou: str) -> dict[str, Any]:
    if not isinstance(valeur, dict) or len(valeur) > LISTE_MAX:
        raise refuser(ou, "un objet { … } est attendu")
    return valeur


def _parmi(choix: Mapping[Any, Any], valeur: Any, ou: str) -> Any:
    if not isinstance(valeur, str) or valeur not in choix:
        raise refuser(ou, f"l’un de ces mots est attendu : {', '.join(map(str, choix))}")
    return choix[valeur]


def _suite(membres: tuple[Any, ...], valeur: Any, ou: str) -> tuple[Any, ...]:
    if not isinstance(valeur, list) or len(valeur) > LISTE_MAX:
        raise refuser(ou, f"une liste [ … ] d’au plus {LISTE_MAX} éléments est attendue")
    types = _types(membres, valeur)
    if len(types) != len(valeur):
        raise refuser(ou, f"il en faut {len(types)}")
    return tuple(batir(t, v, f"{ou}[{n}]") for n, (t, v) in enumerate(zip(types, valeur, strict=True)))


def _instance(classe: Any, dit: dict[str, Any], ou: str) -> Any:
    connus, annonces = mots(classe)
    noms = [c.name for c in connus]
    if inconnus := [mot for mot in dit if mot not in noms]:
        raise refuser(ou, f"mot inconnu : « {inconnus[0][:60]} » (mots connus : {', '.join(noms)})")
    if manquants := [c.name for c in connus if c.name not in dit and c.default is c.default_factory is MISSING]:
        raise refuser(ou, f"il manque « {manquants[0]} »")
    return classe(**{m: batir(annonces[m], v, f"{ou}.{m}".lstrip(".")) for m, v in dit.items()})


def defaut(champ: Field[Any]) -> Any:
    return champ.default_factory() if champ.default_factory is not MISSING else champ.default


def _types(membres: tuple[Any, ...], valeur: Sequence[Any]) -> tuple[Any, ...]:
    return membres if len(membres) > 1 and Ellipsis not in membres else membres[:1] * len(valeur)


def _sans_mot(ou: str) -> NoReturn:
    raise refuser(ou.lstrip("."), "cela ne se dit pas en JSON")
