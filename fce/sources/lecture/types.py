"""For each declared type: the polars expression that reads it (null: unreadable), and the reason of a failure."""

import re

import polars as pl

from fce.sources import champs
from fce.sources.champs import Champ

# Any amount that fits in numeric(38); excludes 1e309, NaN and inf.
_NOMBRE = r"^[+-]?[0-9]{1,24}(\.[0-9]{1,30})?$"
# French style: thousands separated by a space of any width, decimal comma or point.
_GROUPES = r"[ \u{00a0}\u{2009}\u{202f}]"
_NOMBRE_TAPE = rf"^[+-]?(?:[0-9]{{1,24}}|[0-9]{{1,3}}(?:{_GROUPES}[0-9]{{3}}){{1,7}})(?:[.,][0-9]{{1,30}})?$"
# A French decimal or an English thousand: only the declaration of the column can tell.
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
    """Try every allowed format; slower than ``lecture``, for batches where it failed.

    Timestamps use each pattern; numbers may be typed in French style (``1 250,50``), unless ambiguous (``1,234``
    without a declared decimal comma).
    """
    texte = pl.col(champ.attname)
    match champ:
        case champs.Horodatage():
            essais = [texte.str.to_datetime(f, strict=False, time_unit="us") for f in champ.formats]
        case champs.Decimal() | champs.Entier():
            clair = texte.str.contains(_NOMBRE_TAPE)
            if isinstance(champ, champs.Decimal) and not champ.virgule:
                clair &= ~texte.str.contains(_AMBIGU)
            tape = pl.when(clair).then(texte.str.replace_all(_GROUPES, "").str.replace(",", ".", literal=True))
            essais = [lecture(champ), tape.cast(type_polars(champ), strict=False)]
        case _:
            essais = [lecture(champ)]
    return textes.to_frame(champ.attname).select(pl.coalesce(essais)).to_series()


def motif(champ: Champ, valeur: str) -> str:
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
    # polars also accepts "2025-2-3" or a sign, so check the length too.
    ecrit = pl.when(texte.str.len_bytes() == _longueur(format_date)).then(texte)
    if "%d" in format_date or "%j" in format_date:
        return ecrit.str.to_date(format_date, strict=False)
    # A month ("%m%Y") or a year is read as its first day.
    valeur, motif = ("~01", "~%d") if "%m" in format_date else ("~01~01", "~%m~%d")
    return (ecrit + valeur).str.to_date(format_date + motif, strict=False)


def _longueur(format_date: str) -> int:
    """Only for fixed-width directives."""
    return len(format_date.replace("%Y", "AAAA"))  # other directives ("%m", "%d", "%y"…) are as long as their value
