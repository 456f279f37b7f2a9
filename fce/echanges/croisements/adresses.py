"""Whether two establishments are at the same address, however each writes it: an address folded into a key."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from fce.entreprises.voisinage import adresses
from fce.recherche.voies import REPETITIONS, TYPES_VOIE
from fce.socle.texte import mots

ABREGES: Final = {code.lower(): nom for code, nom in TYPES_VOIE.items()}
"""{« av »: « avenue »…}: kinds of street as files abbreviate them, folded."""
TYPES: Final = sorted({tuple(nom.split()) for nom in TYPES_VOIE.values()}, key=len, reverse=True)
"""Kinds of street in full, the longest first, as words."""
INDICES: Final = {lettre.lower(): mot for lettre, mot in REPETITIONS.items()}
ARTICLES: Final = frozenset({"de", "du", "des", "d", "la", "le", "les", "l", "au", "aux"})
SAINTS: Final = {"st": "saint", "ste": "sainte"}
_NUMERO: Final = re.compile(r"0*(\d+)([a-z]*)")
_GRANDE_RUE: Final = ("grande", "rue")
"""The one kind of street that is a name by itself."""
_CHIFFRES_MAX: Final = 9
_CODE: Final = 5
"""Characters of the code of a commune."""
_EMPREINTE: Final = 48
_ETRANGER: Final = "99"
"""What the code of a commune that is abroad begins with."""


@dataclass(frozen=True, slots=True)
class LieuConnu:
    """An establishment that Sirene knows. ``cle_adresse``: "" when its address meets no other."""

    siret: str
    siren: str
    cle_adresse: str


def cle(ligne: Mapping[str, Any]) -> str:
    """Key of the address of an establishment, the same however the address is written: commune, number, then the
    SHA-256 of the whole (hexadecimal, shortened), so that what begins alike is found before it is folded.

    ``ligne``: its row in Sirene, masked. "" when commune, number or street is unknown, abroad, or hidden: an address
    without a number would meet its whole street.
    """
    commune = ligne.get("code_commune") or ""
    if len(commune) != _CODE or commune.startswith(_ETRANGER) or ligne.get("libelle_commune_etranger"):
        return ""
    if not ligne.get("libelle_voie"):
        return ""
    chiffres, genre, nom = (
        mots(" ".join(str(ligne.get(c) or "") for c in colonnes))
        for colonnes in (("numero_voie", "indice_repetition"), ("type_voie",), ("libelle_voie",))
    )
    if genre:
        # Its kind is told apart: a letter before it is the mark of the number, « R » is a street and no mark.
        numero, indice, reste = _separer(chiffres)
        indice = indice or next((INDICES.get(mot, mot) for mot in reste if mot.isalpha()), "")
        voie = [*genre, *nom]
    else:
        numero, indice, voie = _separer([*chiffres, *nom])
    pliee = _nom_de_voie(voie)
    if not numero or not pliee or len(numero) > _CHIFFRES_MAX:
        return ""
    empreinte = hashlib.sha256("\n".join((commune, numero, indice, pliee)).encode()).hexdigest()
    return f"{commune}-{numero}-{empreinte[:_EMPREINTE]}"


def sql_debut_de_cle(etablissement: str) -> str:
    """SQL of what the key of an establishment (alias of its row in Sirene) begins with: commune and number; NULL when
    either is unknown. Whether it hides its address is not looked at."""
    numero = f"ltrim({etablissement}.numero_voie, '0')"
    return f"{etablissement}.code_commune || '-' || NULLIF({numero}, '') || '-'"


def lieux_de(sirets: Iterable[str]) -> dict[str, LieuConnu]:
    """{SIRET: place} of the establishments that Sirene knows, the others left out. One round trip."""
    return {siret: LieuConnu(siret, ligne["siren"], cle(ligne)) for siret, ligne in adresses(sirets).items()}


def _separer(ecrits: Sequence[str]) -> tuple[str, str, list[str]]:
    """(number without leading zeros, repetition mark in full, words of the street) of folded words; number "" for
    none."""
    trouve = _NUMERO.fullmatch(ecrits[0]) if ecrits else None
    if trouve is None or trouve[1] == "0":
        return "", "", list(ecrits)
    numero, indice, reste = trouve[1], trouve[2], list(ecrits[1:])
    # « 12-14 rue… », « 12 bis 14 rue… »: the first number is the one where post is brought.
    if not indice and reste and _est_indice(reste):
        indice = reste.pop(0)
    while reste and reste[0].isdigit() and len(reste) > 1 and _type_en_tete(reste[1:])[0]:
        reste.pop(0)
    return numero, INDICES.get(indice, indice), reste


def _est_indice(suite: Sequence[str]) -> bool:
    """Whether a word after the number is its mark: « bis », or a letter with a kind of street after it."""
    if suite[0] in INDICES.values():
        return True
    return len(suite[0]) == 1 and suite[0].isalpha() and bool(_type_en_tete(suite[1:])[0])


def _type_en_tete(voie: Sequence[str]) -> tuple[tuple[str, ...], list[str]]:
    """(kind of street in full, as words, () for none; the words after it)."""
    for complet in TYPES:
        if tuple(voie[: len(complet)]) == complet:
            return complet, list(voie[len(complet) :])
    if voie and voie[0] in ABREGES:
        return tuple(ABREGES[voie[0]].split()), list(voie[1:])
    return (), list(voie)


def _nom_de_voie(voie: Sequence[str]) -> str:
    """Kind in full and name of a street, "" when it has no name."""
    genre, nom = _type_en_tete(voie)
    # A file may give the kind in its column and again in the name: « RUE » « RUE DES LILAS ».
    suite, apres = _type_en_tete(nom)
    if genre and suite == genre and (apres or genre == _GRANDE_RUE):
        nom = apres
    nom = [SAINTS.get(mot, mot) for mot in nom]
    utiles = [mot for mot in nom if mot not in ARTICLES] or nom
    return " ".join((*genre, *utiles)) if utiles or genre == _GRANDE_RUE else ""
