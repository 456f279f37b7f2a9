"""Whether two establishments are at one door, however each writes its address: an address folded into a key.

A key holds, between dashes: the commune (a city of arrondissements as a whole), the first number, the fingerprint of
the kind of street and of the part of its name that is always written, the mark of the number, then what may be left
out: the last number, the title or the number of the road, the first names. Keys with one fingerprint are compared by
``se_rejoignent``.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, NamedTuple

from fce.donnees.entreprises.selectors import lignes_d_adresse
from fce.echanges.croisements.abreges import (
    MOIS_PLIES,
    MOTS,
    MULTIPLES,
    NOMBRES,
    PRENOMS,
    TITRES_DE_VOIE,
    TYPES as AUTRES_TYPES,
)
from fce.recherche.engines.voies import REPETITIONS, TYPES_VOIE
from fce.socle.texte.pliage import mots

ABREGES: Final = AUTRES_TYPES | {code.lower(): nom for code, nom in TYPES_VOIE.items()}
"""{« av »: « avenue »…}: kinds of street as files abbreviate them, folded."""
TYPES: Final = sorted({tuple(nom.split()) for nom in ABREGES.values()}, key=len, reverse=True)
"""Kinds of street in full, the longest first, as words."""
INDICES: Final = {lettre.lower(): mot for lettre, mot in REPETITIONS.items()}
ARTICLES: Final = frozenset({"de", "du", "des", "d", "la", "le", "les", "l", "au", "aux", "et"})
ETENDUE_MAX: Final = 10
"""Numbers that one address may stand for after its first one: « 12-14 » is 12 and 14."""
_ARRONDISSEMENTS: Final = (("75101", "75120", "75056"), ("69381", "69389", "69123"), ("13201", "13216", "13055"))
"""Cities of arrondissements (COG, Insee): first and last code of these, code of the city."""
_NUMERO: Final = re.compile(r"0*(\d+)([a-z]*)")
_RANG: Final = frozenset({"er", "ere", "e", "eme", "ieme", "nd", "nde"})
"""Suffixes of ordinal numbers, stuck to the number or not: « 1er », « 43 eme »."""
_ORDINAL: Final = re.compile(rf"(\d+)(?:{'|'.join(_RANG)})")
_INITIALES: Final = re.compile(r"\b(?:[A-Za-z]\.)+[A-Za-z]\b\.?(?=\s*[A-Za-z]{3})")
_ELISION: Final = "aeiouyh"
"""Letters before which « l » and « d » are articles, not initials."""
_ROMAIN: Final = re.compile(r"x{0,3}(?:ix|iv|v?i{0,3})")
_ROUTE: Final = re.compile(
    r"(?:r(?:ou)?te )?(?:(?:(r?n|nationale)|r?d|departementale)(?: no?)? ?(\d+[a-z]?)(?: (.*))?"
    r"|(?<= )(?:(nationale)|departementale))"
)
"""« RN 17 », « N17 », « route nationale », « RTE DEPARTEMENTALE N° 643 A LILLE »."""
_ROUTES: Final = (("route", "nationale"), ("route", "departementale"))
_GRANDE_RUE: Final = ("grande", "rue")
"""The one kind of street that is a name by itself."""
_CHIFFRES_MAX: Final = 7
_CODE: Final = 5
_EMPREINTE: Final = 16
_TIRETS: Final = 6
_PRECISION: Final = 6
"""Characters kept of a title: enough to tell all of them apart."""
_PRENOM: Final = 5
"""Characters kept of a first name: enough to tell two of them apart, and an initial is the beginning of one."""
_ETRANGER: Final = "99"
"""What the code of a commune that is abroad begins with."""


class LieuConnu(NamedTuple):
    """An establishment that Sirene knows. ``cle_adresse``: "" when its address meets no other."""

    siret: str
    siren: str
    cle_adresse: str


def cle(ligne: Mapping[str, Any]) -> str:
    """Key of the address of an establishment (its row in Sirene, masked), at most 64 characters.

    "" when commune, number or street is unknown, abroad, or hidden: an address without a number would meet its whole
    street.
    """
    commune = ligne.get("code_commune") or ""
    if len(commune) != _CODE or commune.startswith(_ETRANGER) or ligne.get("libelle_commune_etranger"):
        return ""
    if not ligne.get("libelle_voie"):
        return ""
    chiffres, genre, nom = (
        mots(_ouvrir(" ".join(str(ligne.get(c) or "") for c in colonnes)))
        for colonnes in (("numero_voie", "indice_repetition"), ("type_voie",), ("libelle_voie",))
    )
    if genre:
        # Its kind is told apart: a letter before it is the mark of the number, « R » is a street and no mark.
        numeros, indice, reste = _separer(chiffres)
        indice = indice or next((INDICES.get(mot, mot) for mot in reste if mot.isalpha()), "")
        voie = [*genre, *nom]
    else:
        numeros, indice, voie = _separer([*chiffres, *nom])
    dernier = re.sub(r"\D", "", str(ligne.get("dernier_numero_voie") or ""))
    numeros += [dernier.lstrip("0")] if numeros and dernier.strip("0") else []
    rue = _plier(voie)
    if not numeros or not rue or len(numeros[0]) > _CHIFFRES_MAX:
        return ""
    essentiel, precision, prenoms = rue
    empreinte = hashlib.sha256(essentiel.encode()).hexdigest()[:_EMPREINTE]
    fin = str(min(int(numeros[-1]), int(numeros[0]) + ETENDUE_MAX)) if int(numeros[-1]) > int(numeros[0]) else ""
    return "-".join((ville(commune), numeros[0], empreinte, indice[:6], fin, precision[:_PRECISION], ".".join(prenoms)))


def se_rejoignent(une: str, autre: str) -> bool:
    """Whether two keys are those of one door: numbers in common, one mark, one street, no title nor first name that
    differs."""
    if une.count("-") != _TIRETS or autre.count("-") != _TIRETS:  # no address, or a key that an older version kept
        return False
    ici, n, rue, indice, fin, titre, prenoms = une.split("-")
    la, m, voie, marque, terme, autre_titre, noms = autre.split("-")
    return (
        (ici, rue, indice) == (la, voie, marque)
        and not _numeros(n, fin).isdisjoint(_numeros(m, terme))
        and (not titre or not autre_titre or titre == autre_titre)
        and all(x.startswith(y) or y.startswith(x) for x, y in zip(prenoms.split("."), noms.split("."), strict=False))
    )


def debuts(cle: str) -> list[str]:
    """What the keys of the same door may begin with: the same street, and a number at most ``ETENDUE_MAX`` before."""
    if cle.count("-") != _TIRETS:
        return []
    commune, premier, rue, _, fin, *_ = cle.split("-")
    depart = int(premier)
    numeros = {*range(max(1, depart - ETENDUE_MAX), depart), *map(int, _numeros(premier, fin))}
    return [f"{commune}-{n}-{rue}-" for n in sorted(numeros)]


def sql_debuts(etablissement: str) -> str:
    """SELECT of what the keys of an establishment's neighbours may begin with, one per row; none without commune or
    number. ``etablissement``: alias of its row in Sirene. It does not check whether the address is hidden."""
    commune = f"{etablissement}.code_commune"
    villes = " ".join(f"WHEN {commune} BETWEEN '{a}' AND '{b}' THEN '{v}'" for a, b, v in _ARRONDISSEMENTS)
    numero = f"substring({etablissement}.numero_voie FROM '^0*([1-9][0-9]{{0,{_CHIFFRES_MAX - 1}}})')::int"
    return (
        f"SELECT CASE {villes} ELSE {commune} END || '-' || n || '-' FROM "  # noqa: S608 – names are constants
        f"generate_series(greatest(1, {numero} - {ETENDUE_MAX}), {numero} + {ETENDUE_MAX}) AS n"
    )


def ville(commune: str) -> str:
    """Code of a commune, that of the whole city for an arrondissement."""
    return next((v for debut, fin, v in _ARRONDISSEMENTS if debut <= commune <= fin), commune)


def decouper(voie: str) -> tuple[list[str], tuple[str, ...], str]:
    """(numbers, kind in full, folded kind and name) of a street written on one line; the last "" without a name."""
    numeros, _, suite = _separer(mots(_ouvrir(voie)))
    rue = _plier(suite)
    return numeros, _type_en_tete(suite)[0], rue[0] if rue else ""


def lieux_de(sirets: Iterable[str]) -> dict[str, LieuConnu]:
    """{SIRET: place} of the establishments that Sirene knows, the others left out. One round trip."""
    lignes = (ligne for ligne, _ in lignes_d_adresse(sirets).values())
    return {ligne["siret"]: LieuConnu(ligne["siret"], ligne["siren"], cle(ligne)) for ligne in lignes}


def _numeros(premier: str, dernier: str) -> frozenset[int]:
    """Numbers of one side of the street, or of both when the two ends are not on the same side."""
    debut, fin = int(premier), int(dernier or premier)
    return frozenset(range(debut, fin + 1, 1 if (fin - debut) % 2 else 2))


def _ouvrir(ecrit: str) -> str:
    """« J.B. Lebas » with its initials apart, which would fold into one word; « Z.A. des Prés » as it is."""
    return _INITIALES.sub(
        lambda lettres: lettres[0] if lettres[0].replace(".", "").lower() in ABREGES else lettres[0].replace(".", " "),
        ecrit,
    )


def _separer(ecrits: Sequence[str]) -> tuple[list[str], str, list[str]]:
    """(numbers without leading zeros, repetition mark in full, words of the street) of folded words."""
    trouve = _NUMERO.fullmatch(ecrits[0]) if ecrits else None
    if trouve is None or trouve[1] == "0":
        return [], "", list(ecrits)
    numeros, indice, reste = [trouve[1]], trouve[2], list(ecrits[1:])
    if not indice and reste and _est_indice(reste):
        indice = reste.pop(0)
    # « 12-14 rue… », « 12 bis 14 rue… », « 12 à 16 rue… »: nothing but numbers before the kind of street, or the end.
    suite = list(reste)
    while suite and (suite[0].isdigit() or (suite[0] == "a" and suite[1:2] and suite[1].isdigit())):
        suite.pop(0)
    if len(suite) < len(reste) and (not suite or _type_en_tete(suite)[0]):
        numeros += [n for mot in reste[: len(reste) - len(suite)] if mot.isdigit() and (n := mot.lstrip("0"))]
        reste = suite
    return numeros, INDICES.get(indice, indice), reste


def _est_indice(suite: Sequence[str]) -> bool:
    """Whether a word after the number is its mark: « bis », or a letter with a kind of street after it."""
    if suite[0] in INDICES.values():
        return True
    if len(suite[0]) > 1 or not suite[0].isalpha() or (suite[0] in ABREGES and suite[0] not in INDICES):
        return False  # « 12 R R Salengro » is a street: R is no mark
    return bool(_type_en_tete(suite[1:])[0])


def _type_en_tete(voie: Sequence[str]) -> tuple[tuple[str, ...], list[str]]:
    """(kind of street in full, as words, () for none; the words after it: the number first, of a numbered road)."""
    if route := _ROUTE.fullmatch(" ".join(voie)):
        return _ROUTES[0 if route[1] or route[4] else 1], [*filter(None, (route[2], *(route[3] or "").split()))]
    for complet in TYPES:
        if tuple(voie[: len(complet)]) == complet:
            return complet, list(voie[len(complet) :])
    if voie and voie[0] in ABREGES:
        return tuple(ABREGES[voie[0]].split()), list(voie[1:])
    return (), list(voie)


def _plier(voie: Sequence[str]) -> tuple[str, str, list[str]] | None:
    """(kind in full and what nobody leaves out of the name, title or number of the road, first names) of a street;
    None: no name."""
    genre, nom = _type_en_tete(voie)
    # A file may give the kind in its column and again in the name: « RUE » « RUE DES LILAS ».
    suite, apres = _type_en_tete(nom)
    if genre and suite == genre and (apres or genre == _GRANDE_RUE):
        nom = apres
    if genre in _ROUTES and nom:
        return " ".join((*genre, *(mot for mot in nom[1:] if mot not in ARTICLES))), nom[0], []
    if nom[:2] == ["n", "d"]:  # Notre-Dame
        nom = ["nd", *nom[2:]]
    nom = _en_chiffres([mot for ecrit in nom for mot in MOTS.get(ecrit, ecrit).split()])
    initiale = nom[:1] if nom[1:] and nom[0] in ("l", "d") and nom[1][0] not in _ELISION else []
    utiles = [*initiale, *(_sans_annee([mot for mot in nom if mot not in ARTICLES]) or nom)]
    if not utiles:
        return (" ".join(genre), "", []) if genre in (_GRANDE_RUE, *_ROUTES) else None
    titre, prenoms = "", []
    while len(utiles) > 1:
        if utiles[0] in TITRES_DE_VOIE:
            titre = TITRES_DE_VOIE[utiles[0]] or titre
        elif utiles[0] in PRENOMS or (len(utiles[0]) == 1 and utiles[0].isalpha()):
            prenoms.append(utiles[0][:_PRENOM])
        else:
            break
        utiles = utiles[1:]
    return " ".join((*genre, *utiles)), titre, prenoms[:2]


def _sans_annee(nom: Sequence[str]) -> list[str]:
    """« 8 mai 1945 » is « 8 mai »."""
    return [
        mot
        for rang, mot in enumerate(nom)
        if not (
            rang > 1 and mot.isdigit() and len(mot) == 4 and nom[rang - 1] in MOIS_PLIES and nom[rang - 2].isdigit()
        )
    ]


def _en_chiffres(nom: Sequence[str]) -> list[str]:
    """Numbers written as words or in Roman numerals, as digits: « onze novembre », « XXIII », « 1er »."""
    sortie: list[str] = []
    rang = 0
    while rang < len(nom):
        fin = rang
        while fin < len(nom) and (nom[fin] in NOMBRES or nom[fin] in MULTIPLES or _lie(nom, rang, fin)):
            fin += 1
        if fin > rang:
            sortie.append(str(_valeur(nom[rang:fin])))
            rang = fin
            continue
        mot = nom[rang]
        if mot in _RANG and sortie and sortie[-1].isdigit():
            rang += 1
            continue
        ordinal = _ORDINAL.fullmatch(mot)
        if len(mot) > 1 and _ROMAIN.fullmatch(mot):
            mot = str(_romain(mot))
        sortie.append(ordinal[1] if ordinal else mot)
        rang += 1
    return sortie


def _lie(nom: Sequence[str], debut: int, rang: int) -> bool:
    """Whether this word is the « et » of « vingt et un »."""
    return nom[rang] == "et" and rang > debut and rang + 1 < len(nom) and nom[rang + 1] in ("un", "une", "onze")


def _valeur(nombre: Sequence[str]) -> int:
    """« mille neuf cent quarante cinq » is 1945, « quatre vingt dix » is 90."""
    total = courant = 0
    for mot in nombre:
        if mot in ("vingt", "vingts") and courant % 100 == 4:
            courant += 76
        elif mot in NOMBRES:
            courant += NOMBRES[mot]
        elif MULTIPLES.get(mot) == 100:
            courant = max(1, courant) * 100
        elif mot in MULTIPLES:
            total, courant = total + max(1, courant) * 1000, 0
    return total + courant


def _romain(mot: str) -> int:
    valeurs = {"i": 1, "v": 5, "x": 10}
    return sum(
        -valeurs[lettre] if valeurs[lettre] < valeurs.get(suivante, 0) else valeurs[lettre]
        for lettre, suivante in zip(mot, f"{mot[1:]} ", strict=True)
    )
