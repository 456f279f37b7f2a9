"""Each declared type: the polars expression that reads it (null = unreadable), and why a value could not be read."""

import re

import polars as pl

from fce.sources import champs
from fce.sources.champs import Champ

# Wide enough for any amount, narrow enough for numeric(38): 1e309, NaN and inf do not match.
_NOMBRE = r"^[+-]?[0-9]{1,24}(\.[0-9]{1,30})?$"
# As French people type it: thousands set apart by a space of any width, decimal comma or point.
_GROUPES = r"[ \u{00a0}\u{2009}\u{202f}]"
_NOMBRE_TAPE = rf"^[+-]?(?:[0-9]{{1,24}}|[0-9]{{1,3}}(?:{_GROUPES}[0-9]{{3}}){{1,7}})(?:[.,][0-9]{{1,30}})?$"
# A French decimal or an English thousand: nothing in the value tells, only the declaration of the column would.
_AMBIGU = r"^[+-]?[1-9][0-9]{0,2},[0-9]{3}$"
_VRAIS = ("true", "vrai", "oui", "o", "1", "t")
_FAUX = ("false", "faux", "non", "n", "0", "f")
_BOOLEENS = {
    variante: mots is _VRAIS
    for mots in (_VRAIS, _FAUX)
    for mot in mots
    for variante in (mot, mot.upper(), mot.capitalize())
}


def type_polars(champ: Champ) -> pl.DataType:
    """Type of the column that holds the values of ``champ`` in a batch."""
    match champ:
        case champs.Entier():
            return pl.Int64()
        case champs.Decimal():
            return pl.Decimal(38, champ.decimales)
        case champs.Jour():
            return pl.Date()
        case champs.Horodatage():
            return pl.Datetime("us")
        case champs.Booleen():
            return pl.Boolean()
        case _:
            return pl.String()


def lecture(champ: Champ) -> pl.Expr:
    """Expression over the text column named after the attribute of ``champ``."""
    texte = pl.col(champ.attname)
    match champ:
        case champs.Entier():
            return texte.cast(pl.Int64, strict=False)
        case champs.Decimal():
            if champ.virgule:
                texte = texte.str.replace(",", ".", literal=True)
            return pl.when(texte.str.contains(_NOMBRE)).then(texte).cast(type_polars(champ), strict=False)
        case champs.Jour():
            return pl.coalesce(_jour(texte, f) for f in champ.formats)
        case champs.Horodatage():
            return texte.str.to_datetime(champ.formats[0], strict=False, time_unit="us")
        case champs.Booleen():
            return texte.replace_strict(_BOOLEENS, default=None, return_dtype=pl.Boolean)
        case _:
            return texte


def relecture(champ: Champ, textes: pl.Series) -> pl.Series:
    """Values read in each way allowed; costs more than ``lecture``, for the batches where the first one fails.

    An instant is tried with each pattern; a number as people type it (``1 250,50``), unless it could be two numbers
    (``1,234`` where no decimal comma is declared).
    """
    texte = pl.col(champ.attname)
    match champ:
        case champs.Horodatage():
            lus = [texte.str.to_datetime(f, strict=False, time_unit="us") for f in champ.formats]
        case champs.Decimal() | champs.Entier():
            clair = texte.str.contains(_NOMBRE_TAPE)
            if isinstance(champ, champs.Decimal) and not champ.virgule:
                clair &= ~texte.str.contains(_AMBIGU)
            tape = pl.when(clair).then(texte.str.replace_all(_GROUPES, "").str.replace(",", ".", literal=True))
            lus = [lecture(champ), tape.cast(type_polars(champ), strict=False)]
        case _:
            lus = [lecture(champ)]
    return textes.to_frame(champ.attname).select(pl.coalesce(lus)).to_series()


def motif(champ: Champ, valeur: str) -> str:
    """Why ``valeur`` is not of the type of ``champ``, in French."""
    match champ:
        case champs.Siren() | champs.Siret():
            nom, longueur = ("SIREN", 9) if isinstance(champ, champs.Siren) else ("SIRET", 14)
            if not re.fullmatch(rf"[0-9]{{{longueur}}}", valeur):
                return f"{nom} mal formé ({longueur} chiffres attendus)"
            return f"{nom} invalide (clé de contrôle fausse)"
        case champs.Entier():
            return "nombre entier illisible"
        case champs.Decimal():
            if re.search(_AMBIGU, valeur):
                return "nombre ambigu (virgule décimale ou séparateur de milliers)"
            return "nombre décimal illisible"
        case champs.Jour() | champs.Horodatage():
            if re.fullmatch(r"[0-9]{4,5}([.,][0-9]+)?", valeur):
                return "date illisible (numéro de série d'un tableur)"
            return "date impossible ou d'un autre format que celui déclaré"
        case champs.Booleen():
            return "valeur ni vraie ni fausse"
    return "valeur illisible"


def _jour(texte: pl.Expr, format_date: str) -> pl.Expr:
    # A pattern of polars also takes "2025-2-3" or a sign: the length of the written form is checked too.
    ecrit = pl.when(texte.str.len_bytes() == _longueur(format_date)).then(texte)
    if "%d" in format_date or "%j" in format_date:
        return ecrit.str.to_date(format_date, strict=False)
    # A month ("%m%Y") or a year alone is its first day.
    valeur, motif = ("~01", "~%d") if "%m" in format_date else ("~01~01", "~%m~%d")
    return (ecrit + valeur).str.to_date(format_date + motif, strict=False)


def _longueur(format_date: str) -> int:
    """Length of a date written with this pattern (fixed-width directives only)."""
    return len(format_date.replace("%Y", "AAAA"))  # "%m", "%d", "%y"… are as long as what they stand for
