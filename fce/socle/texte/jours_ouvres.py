"""French working days (« jours ouvrés »): Monday to Friday, except the legal holidays of a territory.

Eleven holidays apply to the whole country (code du travail, art. L. 3133-1). The law adds two in Alsace-Moselle (art.
L. 3134-13), and the day of the abolition of slavery in seven overseas territories (art. L. 3422-2; loi n° 83-550 du 30
juin 1983, décret n° 83-1003 du 23 novembre 1983). Customs and collective agreements are ignored. Today's lists apply to
any year. Wallis-et-Futuna (986), Polynésie française (987) and Nouvelle-Calédonie (988) have their own labour law,
which is not encoded here: they get the eleven.

A département is its INSEE code: "01" to "95", "2A", "2B", "971" to "978", "986" to "988". "" or any code without a
holiday of its own means the whole country.
"""

from datetime import date, datetime, timedelta
from functools import lru_cache

from dateutil.easter import easter

# (month, day)
_FIXES = ((1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25))
# Days after Easter Sunday: Easter Monday, Ascension, Whit Monday.
_DEPUIS_PAQUES = (1, 39, 50)

# Legally, Good Friday is a holiday only in communes with a Protestant or mixed church; here, in the whole département.
_ALSACE_MOSELLE = frozenset({"57", "67", "68"})
_VENDREDI_SAINT = -2
_SAINT_ETIENNE = (12, 26)

_ABOLITION = {
    "971": (5, 27),  # Guadeloupe
    "972": (5, 22),  # Martinique
    "973": (6, 10),  # Guyane
    "974": (12, 20),  # La Réunion
    "976": (4, 27),  # Mayotte
    "977": (10, 9),  # Saint-Barthélemy
    # Saint-Martin: the code (read in 2019) says 27 May, but State circulars have set 28 May since 2018.
    "978": (5, 28),
}

_JOUR = timedelta(days=1)


@lru_cache(maxsize=256)
def feries(annee: int, departement: str = "") -> frozenset[date]:
    """Return the legal holidays of a year in a département, whatever their day of the week.

    Raises ValueError for a year outside 1 to 9999.
    """
    paques = easter(annee)
    fixes, mobiles = [*_FIXES], [*_DEPUIS_PAQUES]
    if departement in _ALSACE_MOSELLE:
        fixes.append(_SAINT_ETIENNE)
        mobiles.append(_VENDREDI_SAINT)
    elif departement in _ABOLITION:
        fixes.append(_ABOLITION[departement])
    return frozenset({date(annee, *fixe) for fixe in fixes} | {paques + ecart * _JOUR for ecart in mobiles})


def est_ouvre(jour: date, departement: str = "") -> bool:
    """Tell whether a day is a working day in a département.

    Raises TypeError for a datetime, whose day depends on the time zone.
    """
    if isinstance(jour, datetime):
        raise TypeError("a day is expected, not an instant")
    return jour.weekday() < 5 and jour not in feries(jour.year, departement)


def ajouter(jour: date, nombre: int, departement: str = "") -> date:
    """Return the end of a delay of ``nombre`` working days after ``jour``, which does not count.

    The result is always a working day: 0 gives the day itself if it is one, otherwise the next one. Raises ValueError
    for a negative number, TypeError for a datetime.
    """
    if nombre < 0:
        raise ValueError("a number of working days is not negative")
    if nombre == 0 and not est_ouvre(jour, departement):
        nombre = 1
    while nombre:
        jour += _JOUR
        nombre -= est_ouvre(jour, departement)
    return jour


def ecoules(debut: date, fin: date, departement: str = "") -> int:
    """Count the working days after ``debut``, up to and including ``fin``; 0 when ``fin`` is not later.

    Raises TypeError for a datetime.
    """
    if fin <= debut:
        return 0
    chomes = sum(
        debut < ferie <= fin and ferie.weekday() < 5
        for annee in range(debut.year, fin.year + 1)
        for ferie in feries(annee, departement)
    )
    return _jours_de_semaine(fin) - _jours_de_semaine(debut) - chomes


def _jours_de_semaine(jour: date) -> int:
    """Count the Mondays to Fridays from 1 January of year 1, a Monday, up to and including a day."""
    semaines, reste = divmod(jour.toordinal(), 7)
    return 5 * semaines + min(reste, 5)
