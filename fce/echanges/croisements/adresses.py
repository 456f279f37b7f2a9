"""Whether two establishments have the same address, written differently: normalises an address into a key."""

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
"""{« av »: « avenue »…}: folded abbreviations of kinds of street in files."""
TYPES: Final = sorted({tuple(nom.split()) for nom in TYPES_VOIE.values()}, key=len, reverse=True)
"""Full kinds of street, longest first, as tuples of words."""
INDICES: Final = {lettre.lower(): mot for lettre, mot in REPETITIONS.items()}
ARTICLES: Final = frozenset({"de", "du", "des", "d", "la", "le", "les", "l", "au", "aux"})
SAINTS: Final = {"st": "saint", "ste": "sainte"}
_NUMERO: Final = re.compile(r"0*(\d+)([a-z]*)")
_GRANDE_RUE: Final = ("grande", "rue")
"""The only kind of street that is a name by itself."""
_CHIFFRES_MAX: Final = 9
_CODE: Final = 5
"""Length of a commune code."""
_EMPREINTE: Final = 48
_ETRANGER: Final = "99"
"""Prefix of the commune codes of foreign countries."""


@dataclass(frozen=True, slots=True)
class LieuConnu:
    """An establishment known to Sirene. ``cle_adresse``: "" when its address cannot be compared."""

    siret: str
    siren: str
    cle_adresse: str


def cle(ligne: Mapping[str, Any]) -> str:
    """Key of an establishment's address, however written: commune, number, then a shortened hexadecimal SHA-256 of the
    whole. Its readable prefix allows a search in SQL before normalisation.

    ``ligne``: its row in Sirene, masked. "" when commune, number or street is unknown, foreign or hidden: without a
    number, it would match the whole street.
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
        # With a kind of street of its own column, a letter before it is a repetition mark: « R » cannot be « rue ».
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
    """SQL of the prefix of an establishment's key (alias of its row in Sirene): commune and number; NULL when either is
    unknown. It does not check whether the address is hidden."""
    numero = f"ltrim({etablissement}.numero_voie, '0')"
    return f"{etablissement}.code_commune || '-' || NULLIF({numero}, '') || '-'"


def lieux_de(sirets: Iterable[str]) -> dict[str, LieuConnu]:
    """{SIRET: place} of the establishments known to Sirene. One round trip."""
    return {siret: LieuConnu(siret, ligne["siren"], cle(ligne)) for siret, ligne in adresses(sirets).items()}


def _separer(ecrits: Sequence[str]) -> tuple[str, str, list[str]]:
    """(number without leading zeros, full repetition mark, words of the street) of folded words; "" without a
    number."""
    trouve = _NUMERO.fullmatch(ecrits[0]) if ecrits else None
    if trouve is None or trouve[1] == "0":
        return "", "", list(ecrits)
    numero, indice, reste = trouve[1], trouve[2], list(ecrits[1:])
    # « 12-14 rue… », « 12 bis 14 rue… »: the first number is the postal one.
    if not indice and reste and _est_indice(reste):
        indice = reste.pop(0)
    while reste and reste[0].isdigit() and len(reste) > 1 and _type_en_tete(reste[1:])[0]:
        reste.pop(0)
    return numero, INDICES.get(indice, indice), reste


def _est_indice(suite: Sequence[str]) -> bool:
    """Whether a word after the number is a repetition mark: « bis », or a letter followed by a kind of street."""
    if suite[0] in INDICES.values():
        return True
    return len(suite[0]) == 1 and suite[0].isalpha() and bool(_type_en_tete(suite[1:])[0])


def _type_en_tete(voie: Sequence[str]) -> tuple[tuple[str, ...], list[str]]:
    """(full kind of street as words, () if none; the following words)."""
    for complet in TYPES:
        if tuple(voie[: len(complet)]) == complet:
            return complet, list(voie[len(complet) :])
    if voie and voie[0] in ABREGES:
        return tuple(ABREGES[voie[0]].split()), list(voie[1:])
    return (), list(voie)


def _nom_de_voie(voie: Sequence[str]) -> str:
    """Full kind and name of a street; "" without a name."""
    genre, nom = _type_en_tete(voie)
    # A file may repeat the kind in the name: « RUE », « RUE DES LILAS ».
    suite, apres = _type_en_tete(nom)
    if genre and suite == genre and (apres or genre == _GRANDE_RUE):
        nom = apres
    nom = [SAINTS.get(mot, mot) for mot in nom]
    utiles = [mot for mot in nom if mot not in ARTICLES] or nom
    return " ".join((*genre, *utiles)) if utiles or genre == _GRANDE_RUE else ""
