"""Normalise and check millions of SIREN and SIRET with numpy, without a Python loop.

Luhn (ISO/IEC 7812-1); a SIRET of La Poste (SIREN 356000000) is also valid when the sum of its digits is a multiple of
5.
"""

from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl

from fce.sources.lecture.refus import refus

_PAQUET = 10**5
_LA_POSTE = 356000000
# A shorter number did not just lose its leading zeros.
_MINIMUM = {9: 5, 14: 10}
_FLOTTANT = r"^[0-9]+[.,]0+$|^[0-9]+([.,][0-9]+)?[eE]\+?[0-9]+$"
_PARASITES = r"[\s\x{200b}\x{feff}'’‘`]+"


def _tables() -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.uint8], npt.NDArray[np.uint8]]:
    """Sums over five digits: Luhn with the last digit simple, Luhn with the last digit doubled, plain sum."""
    nombres = np.arange(_PAQUET)
    simple = np.zeros(_PAQUET, np.uint8)
    double = np.zeros(_PAQUET, np.uint8)
    somme = np.zeros(_PAQUET, np.uint8)
    for rang in range(5):
        chiffre = nombres // 10**rang % 10
        deux_fois = np.where(chiffre > 4, 2 * chiffre - 9, 2 * chiffre)
        simple += np.where(rang % 2, deux_fois, chiffre).astype(np.uint8)
        double += np.where(rang % 2, chiffre, deux_fois).astype(np.uint8)
        somme += chiffre.astype(np.uint8)
    return simple, double, somme


_SIMPLE, _DOUBLE, _SOMME = _tables()


def cle_juste(nombres: npt.NDArray[np.int64], longueur: int) -> npt.NDArray[np.bool_]:
    """Whether each number (non-negative, ``longueur`` digits, 9 or 14) is a valid SIREN or SIRET."""
    if longueur == 9:
        haut, bas = np.divmod(nombres, _PAQUET)
        return ((_SIMPLE[bas] + _DOUBLE[haut]) % 10 == 0) & (nombres > 0)
    sirens, nics = np.divmod(nombres, _PAQUET)
    haut, milieu = np.divmod(sirens, _PAQUET)
    luhn = (_SIMPLE[nics] + _DOUBLE[milieu] + _SIMPLE[haut]) % 10 == 0
    poste = sirens == _LA_POSTE
    if poste.any():
        luhn |= poste & ((_SOMME[nics] + _SOMME[milieu] + _SOMME[haut]) % 5 == 0)
    return luhn & cle_juste(sirens, 9)


def normaliser_cles(bruts: pl.Series, longueur: int, chemin: Path, colonne: str, lignes: pl.Series) -> pl.Series:
    """Keys without what spreadsheets add; values that are not keys are unchanged.

    Removes spaces, apostrophes and full-width digits; restores leading zeros when the key is then valid. Raises
    ImportRefuse at the first floating-point number, because the other keys have then lost digits too.
    """
    conformes = _en_forme(bruts, longueur)
    if conformes.all():  # null values are ignored
        return bruts
    autres = bruts.filter(~conformes)
    flottants = autres.str.contains(_FLOTTANT)
    if flottants.any():
        rang = int((~conformes & bruts.str.contains(_FLOTTANT)).fill_null(False).arg_true()[0])
        raise refus(
            chemin,
            "cle-flottante",
            f"« {bruts[rang][:40]} » est un nombre écrit par un tableur, des chiffres sont perdus ; "
            "exportez la colonne au format texte.",
            ligne=int(lignes[rang]),
            colonne=colonne,
        )
    reduits = autres.str.normalize("NFKC").str.replace_all(_PARASITES, "")
    complets = reduits.str.zfill(longueur)
    zeros_perdus = reduits.str.contains(f"^[0-9]{{{_MINIMUM[longueur]},{longueur}}}$")
    complets = complets.zip_with(zeros_perdus, autres)
    justes = pl.Series(cle_juste(nombres_des_cles(complets, longueur), longueur))
    # A short number that stays invalid is shown as in the file.
    reduits = complets.zip_with(justes | (reduits.str.len_bytes() == longueur), autres)
    rangs = (~conformes).fill_null(False).arg_true()
    return bruts.scatter(rangs, reduits) if len(rangs) else bruts


def nombres_des_cles(cles: pl.Series, longueur: int) -> npt.NDArray[np.int64]:
    """Keys as integers; 0 (never valid) for a null or anything but ``longueur`` digits."""
    forme = _en_forme(cles, longueur).fill_null(False)
    nombres = cles.cast(pl.Int64, strict=False).fill_null(0).to_numpy()
    return nombres if forme.all() else np.where(forme.to_numpy(), nombres, 0)


def _en_forme(cles: pl.Series, longueur: int) -> pl.Series:
    entiers = cles.cast(pl.Int64, strict=False)
    signe = cles.str.starts_with("+") | cles.str.starts_with("-")
    return (cles.str.len_bytes() == longueur) & entiers.is_not_null() & ~signe
