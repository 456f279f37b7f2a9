"""The parts of a formality that say who runs the company: decoded alone, the rest is skipped without being built."""

import typing
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from fce.sources.catalogue.inpi.formalites import ouvrir


class _Objet(msgspec.Struct, gc=False, rename="camel"):
    """An object of INPI, of which only what is declared is read. A leaf may be anything: ``formalites.texte`` says."""


class Description(_Objet):
    """A natural person."""

    nom: Any = None
    nom_usage: Any = None
    prenoms: Any = None
    date_de_naissance: Any = None
    nationalite: Any = None
    role: Any = None


class Individu(_Objet):
    """A natural person with an office, or in business."""

    description_personne: Description | None = None


class Societe(_Objet):
    """A company with an office."""

    denomination: Any = None
    siren: Any = None
    pays: Any = None
    role_entreprise: Any = None


class Pouvoir(_Objet):
    """An office."""

    actif: Any = None
    role_entreprise: Any = None
    individu: Individu | None = None
    entreprise: Societe | None = None


class Composition(_Objet):
    """Who runs a company."""

    pouvoirs: list[Pouvoir] | None = None


class Identite(_Objet):
    """Who a sole trader is."""

    entrepreneur: Individu | None = None


class Personne(_Objet):
    """The person registered."""

    identite: Identite | None = None
    composition: Composition | None = None


class Contenu(_Objet):
    """Content of a formality."""

    personne_morale: Personne | None = None
    personne_physique: Personne | None = None
    exploitation: Personne | None = None


class Formality(_Objet):
    """What a formality is about."""

    siren: Any = None
    diffusion: Any = msgspec.field(default=None, name="diffusionINSEE")
    content: Contenu | None = None


class Formalite(_Objet):
    """A formality of the register."""

    formality: Formality
    siren: Any = None
    updated_at: Any = None


_DECODEUR = msgspec.json.Decoder(Formalite)
_O = TypeVar("_O", bound=_Objet)


def lue(chemin: Path, rang: int, brut: Any) -> Formalite:
    """Formality number ``rang`` of the file, of which ``brut`` is the JSON. Raises ``ImportRefuse``.

    What is not written as INPI does is read all the same, more slowly: an object that is none is not there.
    """
    if isinstance(brut, msgspec.Raw):
        try:
            formalite = _DECODEUR.decode(brut)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            pass
        else:
            if not _douteuse(formalite):
                return formalite
    valeur = ouvrir(chemin, rang, brut)
    lu = _souple(Formality, valeur["formality"]) or Formality()
    return Formalite(lu, valeur.get("siren"), valeur.get("updatedAt"))


def _douteuse(formalite: Formalite) -> bool:
    """An object with nothing of what is read: it is there when it holds something else, it is not when it is empty."""
    contenu = formalite.formality.content
    if contenu is None:
        return False
    for personne in (contenu.personne_morale, contenu.personne_physique, contenu.exploitation):
        if personne is None:
            continue
        if personne.identite is None and personne.composition is None:
            return True
        gens = [personne.identite.entrepreneur] if personne.identite else []
        for pouvoir in (personne.composition and personne.composition.pouvoirs) or ():
            gens.append(pouvoir.individu)
            if (societe := pouvoir.entreprise) and societe.denomination is None and societe.siren is None:
                return True
        if any(i and (d := i.description_personne) and d.nom is None and d.prenoms is None for i in gens):
            return True
    return False


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
    # An empty office is one, of nobody.
    return (
        [_souple(element, v) or element() for v in valeur if isinstance(v, dict)] if isinstance(valeur, list) else None
    )
