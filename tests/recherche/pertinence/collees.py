"""Names of the real files typed glued, split or abbreviated.

The drawing reads the files alone: it knows neither the index, nor its vocabulary, nor the table of abbreviations of the
product. What it types is by the hash of the name, so that a run draws the same cases.
"""

import csv
import hashlib
import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Final, NamedTuple

PAR_CLASSE: Final = 100
CLASSES: Final = ("colle", "coupe", "abrege")
_SIGNES: Final = re.compile(r"[^A-Z0-9 ]+")
ABREGES: Final = {
    "SOCIETE": ("STE", "SOC"), "ETABLISSEMENTS": ("ETS",), "COMPAGNIE": ("CIE",),
    "ASSOCIATION": ("ASSO", "ASS", "ASSOC"),
    "SYNDICAT": ("SYND",), "COOPERATIVE": ("COOP",), "COMITE": ("CTE",), "GENERALE": ("GLE",), "GROUPE": ("GRP",),
    "CENTRE": ("CTRE",), "INTERNATIONAL": ("INTL",), "CONSTRUCTION": ("CONST",), "CONSTRUCTIONS": ("CONST",),
    "TRANSPORTS": ("TRANSP",), "TRANSPORT": ("TRANSP",), "INDUSTRIE": ("IND",), "DISTRIBUTION": ("DISTRIB",),
    "PHARMACIE": ("PHIE", "PHARM"), "DEVELOPPEMENT": ("DEV",), "IMMOBILIERE": ("IMMO",), "IMMOBILIER": ("IMMO",),
    "FRERES": ("FRES",), "ENTREPRISE": ("ENT", "ENTR"), "RESTAURANT": ("RESTO",), "ELECTRICITE": ("ELEC",),
}  # fmt: skip
"""Words of names, and how letters, registers and people shorten them."""


class CasColle(NamedTuple):
    """``tape``: what is typed; ``sirens``: the companies of this very name."""

    classe: str
    nom: str
    tape: str
    sirens: frozenset[str]


def tirer(dossiers: Sequence[Path]) -> list[CasColle]:
    """Draw ``PAR_CLASSE`` cases of each class, among the active companies."""
    noms: dict[str, set[str]] = defaultdict(set)
    for dossier in dossiers:
        with (dossier / "StockUniteLegale_utf8.csv").open(encoding="utf-8", newline="") as f:
            for ligne in csv.DictReader(f):
                nom = _nu(ligne["denominationUniteLegale"])
                if nom and ligne["statutDiffusionUniteLegale"] == "O" and ligne["etatAdministratifUniteLegale"] == "A":
                    noms[nom].add(ligne["siren"])
    ordonnes = sorted(noms, key=_hasard)
    cas: list[CasColle] = []
    for classe, taper in zip(CLASSES, (_coller, _couper, _abreger), strict=True):
        tapes = ((nom, tape) for nom in ordonnes if (tape := taper(nom)) is not None)
        cas += [CasColle(classe, nom, tape, frozenset(noms[nom])) for nom, tape in _premiers(tapes)]
    return cas


def _premiers(tapes: Iterator[tuple[str, str]]) -> list[tuple[str, str]]:
    return [tape for tape, _ in zip(tapes, range(PAR_CLASSE), strict=False)]


def _nu(nom: str) -> str:
    """Capital letters without accents, and single spaces."""
    sans = "".join(c for c in unicodedata.normalize("NFKD", nom.upper()) if not unicodedata.combining(c))
    return " ".join(_SIGNES.sub(" ", sans).split())


def _hasard(texte: str) -> int:
    return int.from_bytes(hashlib.sha256(texte.encode()).digest()[:8])


def _coller(nom: str) -> str | None:
    """Two neighbours, of three letters or more each, typed as one word; one name in three, without any space."""
    mots = nom.split()
    places = [i for i in range(len(mots) - 1) if min(len(mots[i]), len(mots[i + 1])) >= 3]
    if not places or any(c.isdigit() for c in nom):
        return None
    if _hasard("tout" + nom) % 3 == 0:
        return "".join(mots).lower()
    i = places[_hasard("ou" + nom) % len(places)]
    return " ".join([*mots[:i], mots[i] + mots[i + 1], *mots[i + 2 :]]).lower()


def _couper(nom: str) -> str | None:
    """One word of six letters or more, typed in two parts of two letters or more."""
    mots = nom.split()
    places = [i for i, mot in enumerate(mots) if len(mot) >= 6 and mot.isalpha()]
    if not places:
        return None
    i = places[_hasard("ou" + nom) % len(places)]
    coupe = 2 + _hasard("coupe" + nom) % (len(mots[i]) - 3)
    return " ".join([*mots[:i], mots[i][:coupe], mots[i][coupe:], *mots[i + 1 :]]).lower()


def _abreger(nom: str) -> str | None:
    """One word that people shorten, shortened; or one that the register shortens, written whole."""
    entiers = {court: mot for mot, courts in ABREGES.items() for court in courts}
    mots = nom.split()
    changer: list[tuple[int, Callable[[], str]]] = []
    for i, mot in enumerate(mots):
        if mot in ABREGES:
            courts = ABREGES[mot]
            changer.append((i, lambda courts=courts: courts[_hasard("court" + nom) % len(courts)]))  # type: ignore[misc]
        elif mot in entiers and mot != "ENT":
            changer.append((i, lambda mot=mot: entiers[mot]))  # type: ignore[misc]
    if not changer or len(mots) < 2:
        return None
    i, ecrire = changer[_hasard("ou" + nom) % len(changer)]
    return " ".join([*mots[:i], ecrire(), *mots[i + 1 :]]).lower()
