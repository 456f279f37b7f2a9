"""Parts of a formality about those who run the company; msgspec skips the rest without building objects."""

import typing
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from fce.sources.catalogue.inpi.formalites import ouvrir, paquets, separer


class _Objet(msgspec.Struct, gc=False, rename="camel"):
    """Only declared fields are read. A leaf may have any type; ``formalites.texte`` converts it."""


class IndividuInpi(_Objet):
    nom: Any = None
    nom_usage: Any = None
    prenoms: Any = None
    date_de_naissance: Any = None
    nationalite: Any = None
    role: Any = None


class _Porteur(_Objet):
    description_personne: IndividuInpi | None = None


class SocieteInpi(_Objet):
    denomination: Any = None
    siren: Any = None
    pays: Any = None
    role_entreprise: Any = None


class _Pouvoir(_Objet):
    actif: Any = None
    role_entreprise: Any = None
    autre_role_entreprise: Any = None
    libelle_role_entreprise: Any = None
    date_debut: Any = None
    date_fin: Any = None
    individu: _Porteur | None = None
    entreprise: SocieteInpi | None = None


class _Composition(_Objet):
    pouvoirs: list[_Pouvoir] | None = None


class _Identite(_Objet):
    entrepreneur: _Porteur | None = None


class _Personne(_Objet):
    identite: _Identite | None = None
    composition: _Composition | None = None


class _Contenu(_Objet):
    personne_morale: _Personne | None = None
    personne_physique: _Personne | None = None
    exploitation: _Personne | None = None


class _Formality(_Objet):
    siren: Any = None
    diffusion: Any = msgspec.field(default=None, name="diffusionINSEE")
    content: _Contenu | None = None


class FormaliteInpi(_Objet):
    formality: _Formality
    siren: Any = None
    updated_at: Any = None


_UNE, _PLUSIEURS = msgspec.json.Decoder(FormaliteInpi), msgspec.json.Decoder(list[FormaliteInpi])
_AUTREMENT = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError)
_O = TypeVar("_O", bound=_Objet)


def lots_de_formalites(chemin: Path) -> Iterator[list[FormaliteInpi]]:
    """Formalities in order, some hundreds at a time. Raises ImportRefuse.

    Unusual JSON is read by a slower path, which ignores values that should be objects and are not.
    """
    return paquets(chemin, partial(_plusieurs, chemin), partial(_une, chemin))


def _plusieurs(chemin: Path, rang: int, texte: bytes) -> list[FormaliteInpi]:
    try:
        formalites = _PLUSIEURS.decode(texte)
    except _AUTREMENT:
        return [_une(chemin, place, brut) for place, brut in enumerate(separer(texte), rang)]
    if douteuses := [place for place, formalite in enumerate(formalites) if _douteuse(formalite)]:
        bruts = separer(texte)
        for place in douteuses:
            formalites[place] = _souple_formalite(chemin, rang + place, bruts[place])
    return formalites


def _une(chemin: Path, rang: int, brut: Any) -> FormaliteInpi:
    if isinstance(brut, msgspec.Raw):
        try:
            formalite = _UNE.decode(brut)
        except _AUTREMENT:
            pass
        else:
            if not _douteuse(formalite):
                return formalite
    return _souple_formalite(chemin, rang, brut)


def _souple_formalite(chemin: Path, rang: int, brut: Any) -> FormaliteInpi:
    valeur = ouvrir(chemin, rang, brut)
    formality = _souple(_Formality, valeur["formality"]) or _Formality()
    return FormaliteInpi(formality, valeur.get("siren"), valeur.get("updatedAt"))


def _douteuse(formalite: FormaliteInpi) -> bool:
    """An object without any field we read: the slower path tells whether it is empty or holds other fields."""
    contenu = formalite.formality.content
    if contenu is None:
        return False
    for personne in (contenu.personne_morale, contenu.personne_physique, contenu.exploitation):
        if personne is None:
            continue
        identite, composition = personne.identite, personne.composition
        if identite is None and composition is None:
            return True
        if identite and _sans_nom(identite.entrepreneur):
            return True
        for pouvoir in (composition and composition.pouvoirs) or ():
            societe = pouvoir.entreprise
            if _sans_nom(pouvoir.individu) or (societe and societe.denomination is None and societe.siren is None):
                return True
    return False


def _sans_nom(porteur: _Porteur | None) -> bool:
    if porteur is None or (individu := porteur.description_personne) is None:
        return False
    return individu.nom is None and individu.prenoms is None


def _souple(genre: type[_O], valeur: Any) -> _O | None:
    if not isinstance(valeur, dict) or not valeur:
        return None
    champs = msgspec.structs.fields(genre)
    return genre(**{champ.name: _feuille(champ.type, valeur.get(champ.encode_name)) for champ in champs})


def _feuille(genre: Any, valeur: Any) -> Any:
    if genre is Any:
        return valeur
    voulu = typing.get_args(genre)[0]
    if typing.get_origin(voulu) is not list:
        return _souple(voulu, valeur)
    (element,) = typing.get_args(voulu)
    # Keep an empty office: it exists, without holder.
    return (
        [_souple(element, v) or element() for v in valeur if isinstance(v, dict)] if isinstance(valeur, list) else None
    )
