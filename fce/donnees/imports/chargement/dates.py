"""Business date of a file: the day its data describe."""

import datetime
import re
from collections.abc import Sequence
from pathlib import Path

from fce.socle.texte import paris
from fce.socle.texte.mois import fin_du_mois

_DATE = re.compile(r"(?<!\d)((?:19|20)\d\d)[-_]?(\d\d)[-_]?(\d\d)(?!\d)")
_MOIS = re.compile(r"(?<!\d)((?:19|20)\d\d)[-_](0[1-9]|1[0-2])(?![-_]?\d)")


def fin_de_l_annee(annee: int) -> datetime.date | None:
    """31 December of ``annee``; None for the current year, a future one, or a number outside 1900-2200."""
    if not 1900 <= annee <= 2200:
        return None
    fin = datetime.date(annee, 12, 31)
    return fin if fin <= paris.aujourd_hui() else None


def date_du_nom(fichiers: Sequence[Path], *, aujourdhui: datetime.date | None = None) -> datetime.date | None:
    """Latest date in the file names (``StockUniteLegale_2026-08-01_utf8.zip``); a month (``2019_07_aides.csv``) counts
    as its last day. None without a date, or if it is in the future."""
    limite = aujourdhui or paris.aujourd_hui()
    dates = []
    for fichier in fichiers:
        for annee, mois, jour in _DATE.findall(fichier.name):
            try:
                date = datetime.date(int(annee), int(mois), int(jour))
            except ValueError:
                continue
            dates.append(date)
        dates += [fin_du_mois(datetime.date(int(annee), int(mois), 1)) for annee, mois in _MOIS.findall(fichier.name)]
    return max((date for date in dates if date <= limite), default=None)
