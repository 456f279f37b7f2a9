"""Numbers and dates as they are written in French (Lexique des règles typographiques de l'Imprimerie nationale)."""

import datetime as dt
from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal
from zoneinfo import ZoneInfo

PARIS = ZoneInfo("Europe/Paris")
ESPACE_FINE = "\u202f"
INSECABLE = "\u00a0"
MOIS = (
    "janvier", "février", "mars", "avril", "mai", "juin",
    "juillet", "août", "septembre", "octobre", "novembre", "décembre",
)  # fmt: skip
_JOURS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")


def nombre(valeur: int | float | Decimal | None, decimales: int | None = None) -> str:
    """Return ``1 234,5``: thin spaces between thousands, decimal comma; empty for ``None``."""
    if valeur is None:
        return ""
    if decimales is not None:
        brut = f"{valeur:,.{decimales}f}"
    elif isinstance(valeur, int):
        brut = f"{valeur:,}"
    else:
        brut = f"{Decimal(str(valeur)):,f}"
    return brut.replace(",", ESPACE_FINE).replace(".", ",")


def jour(valeur: dt.date | dt.datetime | None) -> str:
    """Return ``12/03/2026``; an instant gives its day in Paris; empty for ``None``."""
    if valeur is None:
        return ""
    if isinstance(valeur, dt.datetime) and valeur.tzinfo:
        valeur = valeur.astimezone(PARIS)
    return f"{valeur.day:02d}/{valeur.month:02d}/{valeur.year:04d}"


def instant(valeur: dt.datetime) -> str:
    """Return ``12/03/2026 à 14:05 (heure de Paris)``, whatever the zone of the value."""
    return f"{valeur.astimezone(PARIS):%d/%m/%Y à %H:%M} (heure de Paris)"


def au(metier: dt.date | None, importee: dt.date | dt.datetime | None) -> str:
    """Return the date of some data: ``au 12/03/2026``; without a business date, says so and gives the import date.

    ``metier``: latest business date of the file, None if unknown. ``importee``: when the file was loaded. "" without
    either.
    """
    if metier is not None:
        return f"au {jour(metier)}"
    return f"date de la donnée inconnue, importée le {jour(importee)}" if importee is not None else ""


def arretees(metiers: Iterable[dt.date | None]) -> str:
    """Return the date of several files together: ``au 12/03/2026`` when equal, else ``arrêtées entre le 12/03/2026 et
    le 19/03/2026``; "" without any date."""
    jours = sorted({metier for metier in metiers if metier})
    if len(jours) < 2:
        return au(jours[0], None) if jours else ""
    return f"arrêtées entre le {jour(jours[0])} et le {jour(jours[-1])}"


def jour_de_semaine(valeur: dt.date) -> str:
    """Return ``mardi``."""
    return _JOURS[valeur.weekday()]


def semaine(valeur: dt.date) -> str:
    """Return ``semaine 49, du 30/11 au 06/12/2026``, the week of a day."""
    lundi = valeur - dt.timedelta(days=valeur.weekday())
    dimanche = lundi + dt.timedelta(days=6)
    debut = f"{lundi:%d/%m}" if lundi.year == dimanche.year else jour(lundi)
    return f"semaine {lundi.isocalendar().week}, du {debut} au {jour(dimanche)}"


def mois(valeur: dt.date | None) -> str:
    """Return ``mars 2026``; empty for ``None``."""
    return "" if valeur is None else f"{MOIS[valeur.month - 1]} {valeur.year}"


def pluriel(n: int | float | Decimal, singulier: str, forme_plurielle: str | None = None) -> str:
    return f"{nombre(n)} {mot(n, singulier, forme_plurielle)}"


def mot(n: int | float | Decimal, singulier: str, forme_plurielle: str | None = None) -> str:
    """Return the word in the form that agrees with ``n``: French plurals start at 2."""
    return singulier if -2 < n < 2 else (forme_plurielle or f"{singulier}s")


def montant(valeur: int | float | Decimal | None, unite: str = "€") -> str:
    """Return a rounded amount: ``13,4 Md€``, ``845 k€``, ``9 500 €``; empty for ``None``.

    From ten thousand euros on, rounds to the unit shown, with one decimal below a hundred.
    """
    if valeur is None:
        return ""
    exact = Decimal(str(valeur))
    for rang, prefixe in ((9, "Md"), (6, "M"), (3, "k")):
        part = exact.scaleb(-rang)
        # 999 960 000 reads « 1 Md€ », never « 1 000 M€ ».
        part = part.quantize(Decimal("0.1") if abs(part) < 100 else Decimal(1), ROUND_HALF_UP)
        if abs(part) >= (10 if rang == 3 else 1):
            entier = part == part.to_integral_value()
            return f"{nombre(part, 0 if entier else 1)}{INSECABLE}{prefixe}{unite}".replace("-", "−")
    arrondi = exact.quantize(Decimal(1), ROUND_HALF_UP)
    return f"{nombre(int(arrondi))}{INSECABLE}{unite}".replace("-", "−")
