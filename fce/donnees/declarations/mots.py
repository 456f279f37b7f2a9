"""Between JSON and dataclasses: a word is a field that holds data, never a function. Read strictly, written without
what is by default. No I/O."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from enum import Enum
from functools import cache
from types import UnionType
from typing import Any, Final, Literal, Union, get_args, get_origin, get_type_hints

from fce.socle.erreurs import ParametreInvalide

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


def ecrire(objet: Any) -> Any:
    """The JSON of a value, which ``batir`` reads back: without its defaults, nor its functions."""
    if isinstance(objet, Enum):
        return objet.name.lower()
    if is_dataclass(objet):
        ecrits = {c.name: getattr(objet, c.name) for c in mots(type(objet))[0]}
        return {m: _avec_genre(type(objet), m, v) for m, v in ecrits.items() if v != _defaut(type(objet), m)}
    if isinstance(objet, Mapping):
        return {cle: ecrire(v) for cle, v in objet.items()}
    return [ecrire(v) for v in objet] if isinstance(objet, tuple | list) else objet


@cache
def mots(classe: Any) -> tuple[tuple[Field[Any], ...], dict[str, Any]]:
    """(fields, {name: type}) that hold data. A field that is a class built on a function holds no data."""
    annonces = get_type_hints(classe)
    return tuple(c for c in fields(classe) if c.init and not _en_python(annonces[c.name])), annonces


def genre_de(classe: type) -> str:
    """How JSON names a class among several: ``GroupeEntreprise`` → groupe_entreprise."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", classe.__name__).lower().removesuffix("_ecrit")


def _en_python(annonce: Any) -> bool:
    if get_origin(annonce) in (Union, UnionType):
        return any(_en_python(m) for m in get_args(annonce))
    exiges = [c for c in fields(annonce) if c.default is MISSING] if is_dataclass(annonce) else []
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
        raise refuser(ou, f"une liste [ … ] de {LISTE_MAX} valeurs au plus est attendue")
    types = membres if len(membres) > 1 and Ellipsis not in membres else membres[:1] * len(valeur)
    if len(types) != len(valeur):
        raise refuser(ou, f"{len(types)} valeurs sont attendues")
    return tuple(batir(t, v, f"{ou}[{n}]") for n, (t, v) in enumerate(zip(types, valeur, strict=True)))


def _instance(classe: Any, dit: dict[str, Any], ou: str) -> Any:
    connus, annonces = mots(classe)
    noms = [c.name for c in connus]
    if inconnus := [mot for mot in dit if mot not in noms]:
        raise refuser(ou, f"mot inconnu : « {inconnus[0][:60]} » (mots connus : {', '.join(noms)})")
    if manquants := [c.name for c in connus if c.name not in dit and c.default is c.default_factory is MISSING]:
        raise refuser(ou, f"il manque « {manquants[0]} »")
    return classe(**{m: batir(annonces[m], v, f"{ou}.{m}".lstrip(".")) for m, v in dit.items()})


def _defaut(classe: Any, mot: str) -> Any:
    champ = next(c for c in fields(classe) if c.name == mot)
    return champ.default_factory() if champ.default_factory is not MISSING else champ.default


def _avec_genre(classe: Any, mot: str, valeur: Any) -> Any:
    """The JSON of a field, with the word ``genre`` where its type is one of several classes."""
    annonce = mots(classe)[1][mot]
    unions = [a for a in (annonce, *get_args(annonce)) if get_origin(a) in (Union, UnionType)]
    if not any(is_dataclass(m) for u in unions for m in get_args(u)) or len([*filter(is_dataclass, get_args(unions[0]))]) < 2:
        return ecrire(valeur)
    return [{"genre": genre_de(type(v))} | ecrire(v) for v in valeur] if isinstance(valeur, tuple) else (
        {"genre": genre_de(type(valeur))} | ecrire(valeur)
    )
