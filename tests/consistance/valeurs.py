"""When is a cell of the sheet the same value as a cell of a file: numbers, dates, yes and no, texts."""

import html
import re
from datetime import date, datetime
from decimal import ROUND_HALF_EVEN, Decimal
from functools import cache

from tests.consistance.page import propre

_MOIS = {
    nom: rang
    for rang, nom in enumerate(
        [
            "janvier",
            "février",
            "mars",
            "avril",
            "mai",
            "juin",
            "juillet",
            "août",
            "septembre",
            "octobre",
            "novembre",
            "décembre",
        ],
        start=1,
    )
}
_ECRITURES = ("%Y-%m-%d", "%d/%m/%Y", "%Y/%m/%d", "%Y-%m-%d %H:%M:%S")
_OUI, _NON = {"true", "vrai", "1", "o", "oui"}, {"false", "faux", "0", "n", "non"}


def chiffree(texte: str) -> bool:
    """Whether a cell says a figure: there is a digit in it."""
    return bool(re.search(r"\d", texte))


@cache
def affichee(texte: str) -> frozenset[str]:
    """The values that a cell of the sheet may stand for; its label, after a dash, says nothing more."""
    t = propre(texte)
    textes = (t, t.split(" – ")[0])
    formes = set(textes)
    for forme in textes:
        # Offices, courts and names have a case of their own on the page.
        formes.add(f"texte {forme.casefold()}")
        if re.fullmatch(r"[-−+]?\d[\d ]*(,\d+)?", forme):
            formes.add(_nombre(forme.replace(" ", "").replace(",", ".").replace("−", "-")))
        if trouve := re.fullmatch(r"(\d\d)/(\d\d)/(\d{4})", forme):
            formes.add(f"jour {trouve[3]}-{trouve[2]}-{trouve[1]}")
        if (trouve := re.fullmatch(r"([a-zéû]+) (\d{4})", forme)) and trouve[1] in _MOIS:
            formes.add(f"jour {trouve[2]}-{_MOIS[trouve[1]]:02d}-01")
        if trouve := re.fullmatch(r"(\d+)/100", forme):
            formes.add(f"nombre {trouve[1]}")
        if forme in ("Oui", "Non"):
            formes.add(f"booleen {forme}")
    return frozenset(formes)


@cache
def brute(texte: str) -> frozenset[str]:
    """The values that a cell of a file may be shown as."""
    t = propre(html.unescape(texte))
    formes = {t, t.replace(" ", ""), f"texte {t.casefold()}"}
    serre = t.replace(" ", "")
    if re.fullmatch(r"[-+]?\d+([.,]\d+)?", serre):
        valeur = Decimal(serre.replace(",", "."))
        formes.add(_nombre(str(valeur)))
        for decimales in (2, 3):
            formes.add(_nombre(str(valeur.quantize(Decimal(1).scaleb(-decimales), ROUND_HALF_EVEN))))
    if (quand := jour(t)) is not None:
        formes.add(f"jour {quand}")
    if t.lower() in _OUI | _NON:
        formes.add(f"booleen {'Oui' if t.lower() in _OUI else 'Non'}")
    return frozenset(formes)


def memes(affiche: str, fichier: str) -> bool:
    """Whether the sheet shows the value of the file."""
    return bool(affichee(affiche) & brute(fichier))


@cache
def jour(texte: str) -> date | None:
    """The day that a cell writes, in any of the ways of the producers; the first one of a month."""
    t = texte.strip()
    for ecriture in _ECRITURES:
        try:
            return datetime.strptime(t, ecriture).date()
        except ValueError:
            continue
    if re.fullmatch(r"\d{4}-\d{2}", t):
        return date(int(t[:4]), int(t[5:]), 1)
    if re.match(r"\d{4}-\d{2}-\d{2}T", t):
        return date.fromisoformat(t[:10])
    if (trouve := re.fullmatch(r"(\d{1,2}) ([a-zéû]+) (\d{4})", t)) and trouve[2] in _MOIS:
        return date(int(trouve[3]), _MOIS[trouve[2]], int(trouve[1]))
    return None


@cache
def nombre(texte: str) -> Decimal | None:
    """The number that a cell of a file writes; None when it writes none."""
    t = propre(texte).replace(" ", "").replace(",", ".")
    return Decimal(t) if re.fullmatch(r"[-+]?\d+(\.\d+)?", t) else None


def nombres(texte: str) -> list[Decimal]:
    """The numbers of a sentence of the sheet, in order, days and hours included as their parts."""
    t = propre(texte).replace("−", "-")
    trouves = re.findall(r"(?<![\d,])-?\d{1,3}(?: \d{3})+(?:,\d+)?|(?<![\d,])-?\d+(?:,\d+)?", t)
    return [Decimal(x.replace(" ", "").replace(",", ".")) for x in trouves]


def _nombre(ecrit: str) -> str:
    valeur = Decimal(ecrit)
    entier = valeur.to_integral_value()
    return f"nombre {entier:f}" if valeur == entier else f"nombre {valeur.normalize():f}"
