"""The words of a declaration written in JSON, and the objects of ``fce.sources`` that they build. No I/O.

A word is a field of a class of ``fce.sources`` that holds only data: a rule written in Python has no word here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import MISSING, dataclass, fields, is_dataclass
from datetime import date
from enum import Enum
from types import UnionType
from typing import Any, Final, Literal, Union, get_args, get_origin, get_type_hints

from fce.socle.erreurs import ParametreInvalide
from fce.sources.acces import Acces, Agents, AgentsHabilites, Habilite, Public, Secret
from fce.sources.presentation import FaitAlarmant, Gravite, Ligne

TEXTE_MAX: Final = 1_000
LISTE_MAX: Final = 500
_SIGNES_INTERDITS: Final = re.compile(r"[\x00-\x1f\x7f\u202a-\u202e\u2066-\u2069]")


@dataclass(frozen=True, slots=True)
class RegleAlarme:
    """An alarm told without Python: rows whose ``champ`` is one of ``valeurs`` (none: is neither empty, zero nor
    false)."""

    phrase: str
    champ: str
    valeurs: tuple[str, ...] = ()
    date: str = ""
    siret: str = ""
    mois: int | None = None
    gravite: Gravite = Gravite.GRAVE
    titre: str = ""

    def faits(self, lignes: Sequence[Ligne], aujourd_hui: date) -> Sequence[FaitAlarmant]:
        alarmantes = (x for x in lignes if self._alarme(x.get(self.champ)))
        return [
            FaitAlarmant(self.phrase, x.get(self.date) if self.date else None, siret=x.get(self.siret) or "")
            for x in alarmantes
        ]

    def _alarme(self, valeur: Any) -> bool:
        return str(valeur) in self.valeurs if self.valeurs else valeur not in (None, "", 0)


def refuser(ou: str, pourquoi: str) -> ParametreInvalide:
    """The error of a declaration. ``ou``: path of the faulty word, also in ``details`` for the screens."""
    return ParametreInvalide(f"{ou or 'La déclaration'} : {pourquoi}.", ou=ou)


def exiger_mots(valeur: Any, connus: Collection[str], ou: str) -> Mapping[str, Any]:
    """The object itself, if it has no other words than ``connus``."""
    if not isinstance(valeur, dict):
        raise refuser(ou, "un objet { … } est attendu")
    if inconnus := [mot for mot in valeur if mot not in connus]:
        raise refuser(ou, f"mot inconnu : « {inconnus[0][:60]} » (mots connus : {', '.join(sorted(connus))})")
    return valeur


def exiger_texte(valeur: Any, ou: str, maximum: int = TEXTE_MAX) -> str:
    if not isinstance(valeur, str):
        raise refuser(ou, "un texte est attendu")
    if len(valeur) > maximum or _SIGNES_INTERDITS.search(valeur):
        raise refuser(ou, f"{maximum} caractères au plus, sur une ligne, sans signe invisible")
    return valeur


def batir(annonce: Any, valeur: Any, ou: str) -> Any:
    """The Python value of a JSON value, of the annotated type ``annonce``. Raises ParametreInvalide."""
    origine, membres = get_origin(annonce), get_args(annonce)
    if annonce == Acces:
        return _batir_acces(valeur, ou)
    if origine in (Union, UnionType):
        return _batir_choix(membres, valeur, ou)
    if origine is Literal:
        return _choisir({str(m): m for m in membres}, valeur, ou)
    if isinstance(origine, type) and issubclass(origine, Collection):
        return _batir_suite(origine, membres, valeur, ou)
    if isinstance(annonce, type) and issubclass(annonce, Enum):
        return _choisir({membre.name.lower(): membre for membre in annonce}, valeur, ou)
    if is_dataclass(annonce):
        return batir_objet(annonce, valeur, ou)
    return _batir_simple(annonce, valeur, ou)


def batir_objet(classe: Any, valeur: Any, ou: str, **propres: Any) -> Any:
    """An instance of a dataclass. ``propres``: {word: function (value, path) → value} of the words of its own."""
    connus = mots_de(classe)
    dit = exiger_mots(valeur, {*connus, *propres}, ou)
    for champ in fields(classe):
        sans_defaut = champ.default is MISSING and champ.default_factory is MISSING
        if champ.name in connus and champ.name not in dit and sans_defaut:
            raise refuser(ou, f"il manque « {champ.name} »")
    construits = {m: batir(connus[m], v, _sous(ou, m)) for m, v in dit.items() if m not in propres}
    construits |= {m: faire(dit[m], _sous(ou, m)) for m, faire in propres.items() if m in dit}
    return classe(**construits)


def mots_de(classe: Any) -> dict[str, Any]:
    """{word: type} of a dataclass: its fields that hold data, never a function nor an object made of one."""
    annonces = get_type_hints(classe)
    return {c.name: annonces[c.name] for c in fields(classe) if c.init and not _en_python(annonces[c.name])}


def genre_de(classe: type) -> str:
    """How the JSON names a class among several: ``ParEtablissement`` → par_etablissement."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", classe.__name__).lower()


def _en_python(annonce: Any) -> bool:
    if get_origin(annonce) is Callable or get_origin(annonce) is type(Callable[[], None]):
        return True
    nom = getattr(annonce, "__module__", "")
    if is_dataclass(annonce) and nom.startswith("fce.sources"):
        exiges = [c for c in fields(annonce) if c.default is MISSING and c.default_factory is MISSING]
        annonces = get_type_hints(annonce)
        return any(_en_python(annonces[c.name]) for c in exiges)
    return any(map(_en_python, get_args(annonce))) if get_origin(annonce) in (Union, UnionType) else False


def _sous(ou: str, mot: str) -> str:
    return f"{ou}.{mot}" if ou else mot


def _batir_choix(membres: tuple[Any, ...], valeur: Any, ou: str) -> Any:
    """One of several types: an object says which by its word ``genre``."""
    if valeur is None and type(None) in membres:
        return None
    reels = [m for m in membres if m is not type(None)]
    if len(reels) == 1:
        return batir(reels[0], valeur, ou)
    if not isinstance(valeur, dict):
        raise refuser(ou, "un objet { … } est attendu")
    classe = _choisir({genre_de(m): m for m in reels if not _en_python(m)}, valeur.get("genre"), _sous(ou, "genre"))
    return batir(classe, {mot: v for mot, v in valeur.items() if mot != "genre"}, ou)


def _choisir(choix: Mapping[str, Any], valeur: Any, ou: str) -> Any:
    if not isinstance(valeur, str) or valeur not in choix:
        raise refuser(ou, f"l'un de ces mots est attendu : {', '.join(choix)}")
    return choix[valeur]


def _batir_suite(origine: Any, membres: tuple[Any, ...], valeur: Any, ou: str) -> Any:
    if issubclass(origine, Mapping):
        if not isinstance(valeur, dict) or len(valeur) > LISTE_MAX:
            raise refuser(ou, "un objet { … } est attendu")
        return {exiger_texte(c, ou): batir(membres[1], v, _sous(ou, c)) for c, v in valeur.items()}
    if not isinstance(valeur, list) or len(valeur) > LISTE_MAX:
        raise refuser(ou, f"une liste [ … ] de {LISTE_MAX} valeurs au plus est attendue")
    if origine is tuple and Ellipsis not in membres:
        if len(valeur) != len(membres):
            raise refuser(ou, f"{len(membres)} valeurs sont attendues")
        return tuple(batir(m, v, f"{ou}[{n}]") for n, (m, v) in enumerate(zip(membres, valeur, strict=True)))
    return tuple(batir(membres[0], v, f"{ou}[{n}]") for n, v in enumerate(valeur))


def _batir_simple(annonce: Any, valeur: Any, ou: str) -> Any:
    if annonce is str:
        return exiger_texte(valeur, ou)
    if annonce is bool and isinstance(valeur, bool):
        return valeur
    if annonce is int and type(valeur) is int and abs(valeur) < 10**9:
        return valeur
    if annonce is float and type(valeur) in (int, float) and 0 <= valeur <= 100:
        return float(valeur)
    attendu = {bool: "vrai ou faux (true, false)", int: "un nombre entier", float: "un nombre"}.get(annonce, "autre chose")
    raise refuser(ou, f"{attendu} est attendu")


_ACCES: Final[dict[str, Callable[..., Acces]]] = {"C0": Public, "C1": Agents, "C2": Habilite, "C3": Secret}


def _batir_acces(valeur: Any, ou: str) -> Acces:
    """``classe``, and for C2 and C3 ``groupe`` and ``finalites``; for C1, ``sous_habilitation``."""
    dit = exiger_mots(valeur, ("classe", "groupe", "finalites", "sous_habilitation"), ou)
    classe = _choisir({c: c for c in _ACCES}, dit.get("classe"), _sous(ou, "classe"))
    propres = {"C1": {"sous_habilitation"}, "C2": {"groupe", "finalites"}, "C3": {"groupe", "finalites"}}
    exiger_mots(valeur, {"classe", *propres.get(classe, ())}, ou)
    if classe == "C1":
        return AgentsHabilites() if batir(bool, dit.get("sous_habilitation", False), ou) else Agents()
    if classe == "C0":
        return Public()
    groupe = exiger_texte(dit.get("groupe"), _sous(ou, "groupe"), 60)
    finalites = batir(tuple[str, ...] | None, dit.get("finalites"), _sous(ou, "finalites"))
    if finalites == ():
        raise refuser(ou, "sans finalité, omettez « finalites »")
    return _ACCES[classe](groupe, finalites)
