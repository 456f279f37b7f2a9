"""SORA's extraction: the day is split into three columns; month and column names are badly encoded."""

import calendar
import csv
import html
import io
import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path

from fce.sources.declaration import LigneBrute
from fce.sources.lecture.refus import refus

COLONNES = (
    "Etob Siret",
    "Année de Visite Date Intervention",
    "Mois de Visite Date Intervention",
    "Jour de Visite Date Intervention",
    "Suite (1 = oui, 0 = non)",
    "Unfct Libelle",
    "Messagerie",
)
ANNEE, MOIS, JOUR = COLONNES[1:4]
DATE = "Date de visite"
"""Added column: the ISO day from the three columns, or their texts when they are not a day."""

_MOIS = (
    "janvier", "f[e]?vrier", "mars", "avril", "mai", "juin",
    "juillet", "ao[u]?t", "septembre", "octobre", "novembre", "d[e]?cembre",
)  # fmt: skip


def numero_du_mois(nom: str) -> int | None:
    """1 to 12 from a number or a French name, even in capitals, without accents or wrongly encoded ("FÃ©vrier",
    "f?vrier", "f&eacute;vrier"); otherwise None."""
    texte = html.unescape(nom).strip()
    if re.fullmatch(r"0?[1-9]|1[0-2]", texte):
        return int(texte)
    ecritures = (_lettres(unicodedata.normalize("NFKD", texte)), _lettres(texte))
    for rang, motif in enumerate(_MOIS, start=1):
        if any(re.fullmatch(motif, ecriture) for ecriture in ecritures):
            return rang
    return None


def jour_iso(annee: str, mois: str, jour: str) -> str:
    """ISO day; the three texts side by side when they are not a day, which sets the row aside."""
    numero = numero_du_mois(mois)
    ecrit = numero and re.fullmatch(r"[12][0-9]{3}", annee) and re.fullmatch(r"[0-9]{1,2}", jour)
    if numero and ecrit and 1 <= int(jour) <= calendar.monthrange(int(annee), numero)[1]:
        return f"{annee}-{numero:02d}-{int(jour):02d}"
    return f"{jour} {mois} {annee}".strip()


def visites(chemin: Path) -> Iterator[LigneBrute]:
    """Official columns and ``DATE``. A line that is not UTF-8 is read as windows-1252. Raises ImportRefuse."""
    with chemin.open("rb") as flux:
        lecteur = csv.reader(io.StringIO("".join(map(_decoder, flux))))
    entete = [_lettres(nom) for nom in next(lecteur, [])]
    officielles = {_lettres(nom): nom for nom in COLONNES}
    manquantes = [nom for lettres, nom in officielles.items() if lettres not in entete]
    if manquantes:
        raise refus(chemin, "colonnes", f"colonnes manquantes : {', '.join(manquantes)}.", ligne=1)
    for cellules in lecteur:
        if len(cellules) != len(entete):
            if any(cellules):
                yield lecteur.line_num, {}
            continue
        ligne = {officielles[nom]: c.strip() for nom, c in zip(entete, cellules, strict=True) if nom in officielles}
        yield lecteur.line_num, {**ligne, DATE: jour_iso(ligne[ANNEE], ligne[MOIS], ligne[JOUR])}


def _lettres(texte: str) -> str:
    return re.sub(r"[^a-z]", "", re.sub(r"[^\x00-\x7f]", "", texte).lower())


def _decoder(ligne: bytes) -> str:
    try:
        return ligne.decode("utf-8-sig")
    except UnicodeDecodeError:
        return ligne.decode("cp1252", "replace")
