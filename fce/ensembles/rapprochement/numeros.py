"""SIREN and SIRET in a text pasted by somebody: pure functions, which no text makes fail."""

import re
from functools import lru_cache
from typing import Final, NamedTuple

from fce.socle.texte.formats import pluriel
from fce.socle.texte.identifiants import Identifiant, chiffres_seuls, reconnaitre, siren_valide, siret_valide

_SEPARATEURS: Final = re.compile(r"[,;|\t]")
_NUMERO: Final = re.compile(r"(?<!\d)\d{3}\s?\d{3}\s?\d{3}(?:\s?\d{5})?(?!\d)")
_EXPOSANT: Final = re.compile(r"(\d)[.,](\d+)E\+?(\d{1,2})", re.IGNORECASE)
_EXACT: Final = 11
"""Digits of a number with an exponent from which none was rounded: spreadsheets show six, programs write them all."""
_DECIMALES: Final = re.compile(r"(\d{8,14})[.,]0{1,2}")
_EORI: Final = re.compile(r"FR\s?(?=(?:\d\s?){14}$)", re.IGNORECASE)
"""The customs number of a French company is its SIRET after « FR »."""
_SANS_ZERO: Final = {8: (9, siren_valide), 13: (14, siret_valide)}
"""Digits of a number that lost its first zero in a spreadsheet, and how the whole number is checked."""


class NumeroSaisi(NamedTuple):
    """``ecrit``: as pasted. ``numero``: SIREN or SIRET, "" when none is recognised; ``faute``: then why, in French."""

    ecrit: str
    numero: str = ""
    faute: str = ""

    @property
    def zero_rendu(self) -> bool:
        """Whether a spreadsheet had dropped the first zero."""
        return 0 < len(chiffres_seuls(self.ecrit)) < len(self.numero)


@lru_cache(maxsize=50_000)
def lire_numero(ecrit: str) -> NumeroSaisi:
    """Read the cell of one number; a VAT number gives its SIREN, a customs number its SIRET."""
    ecrit = _EORI.sub("", ecrit.strip()[:200])
    if entier := _DECIMALES.fullmatch(ecrit):
        ecrit = entier[1]
    exposant = _EXPOSANT.fullmatch(ecrit.replace(" ", ""))
    if exposant and len(exposant[2]) >= _EXACT:
        ecrit = exposant[1] + exposant[2].ljust(int(exposant[3]), "0")
    identifiant = reconnaitre(ecrit)
    if identifiant is not None and identifiant.siren is not None:
        return _juger(ecrit, identifiant)
    chiffres = chiffres_seuls(ecrit)
    if len(chiffres) in _SANS_ZERO:
        longueur, valide = _SANS_ZERO[len(chiffres)]
        if valide(complet := chiffres.zfill(longueur)):
            return NumeroSaisi(ecrit, complet)
    if exposant:
        return NumeroSaisi(
            ecrit, faute="Le tableur a arrondi ce numéro : mettez la colonne en texte dans votre fichier."
        )
    if chiffres:
        return NumeroSaisi(ecrit, faute=f"{pluriel(len(chiffres), 'chiffre')} : un SIREN en a 9, un SIRET 14.")
    return NumeroSaisi(ecrit, faute="Ni SIREN, ni SIRET.")


def _juger(ecrit: str, identifiant: Identifiant) -> NumeroSaisi:
    if not identifiant.valide:
        return NumeroSaisi(ecrit, faute="Sa clé de contrôle ne correspond pas : un chiffre est faux.")
    return NumeroSaisi(ecrit, identifiant.valeur if identifiant.genre == "siret" else identifiant.siren or "")


def lire_colles(texte: str) -> list[NumeroSaisi]:
    """Read the numbers of a pasted text, in order: one per line, or several separated by commas, semicolons, tabs or
    spaces. A line without any is given back with its fault."""
    saisis: list[NumeroSaisi] = []
    for ligne in texte.splitlines():
        if ligne.strip():
            saisis += _lire_ligne(ligne)
    return saisis


def _lire_ligne(ligne: str) -> list[NumeroSaisi]:
    entiere = lire_numero(ligne)
    if entiere.numero:
        return [entiere]
    morceaux = [m for m in _SEPARATEURS.split(ligne) if m.strip()]
    if morceaux and morceaux != [ligne]:
        return [lire_numero(morceau) for morceau in morceaux]
    groupes = _NUMERO.findall(ligne)
    return [lire_numero(groupe) for groupe in groupes] if len(groupes) > 1 else [entiere]
