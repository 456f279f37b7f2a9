"""Helpers of the kit: sample of a source as editable cells, its rows, its numbers."""

from __future__ import annotations

import copy
import csv
import io
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from itertools import chain, count
from pathlib import Path
from typing import Any, ClassVar

from fce.sources import registre
from fce.sources.declaration import Auto, Csv, Lecteur, ParPeriode, Seuils, Source
from fce.sources.lecture import Lot, Rejet
from fce.sources.lecture.lecteur import lire

TOUTES = registre.toutes()
SOURCES = [s for s in TOUTES if s.importable]
DIRECTES = [s for s in TOUTES if s.direct]
LARGES = Seuils(cles=1, quarantaine=1, valeurs=100, baisse=0, hausse=1000)
NUMEROS = count(1)


def nommer(source: Source) -> str:
    return source.nom


def forme_csv(source: Source) -> Csv | None:
    if isinstance(source.fichier, Auto):
        return source.fichier.csv
    return source.fichier if isinstance(source.fichier, Csv) else None


def forme_lue(source: Source) -> Csv | None:
    """Csv layout detected in the sample of a source with its own reader; None for other samples."""
    origine = registre.exemple(source)
    if not isinstance(source.fichier, Lecteur) or origine.suffix != ".csv" or source.nom in SANS_ENTETE:
        return None
    octets = origine.read_bytes()
    try:
        octets.decode()
    except UnicodeDecodeError:
        encodage = "cp1252"
    else:
        encodage = "utf-8"
    premiere = octets.splitlines()[0]
    return Csv(separateur="," if premiere.count(b",") > premiere.count(b";") else ";", encodage=encodage)


SANS_ENTETE = {"finess"}
"""Samples without column names, tested separately."""
DELIMITEES = [s for s in SOURCES if forme_csv(s)]
AVEC_LECTEUR = [s for s in SOURCES if isinstance(s.fichier, Lecteur)]
TABLEAUX_LUS = [s for s in AVEC_LECTEUR if forme_lue(s)]
"""Sources whose own reader takes a csv."""


@dataclass(frozen=True)
class Feuille:
    forme: Csv
    entete: list[str]
    rangs: list[list[str]]
    lignes: list[int]

    def ecrire(self, chemin: Path) -> Path:
        sortie = io.StringIO()
        plume = csv.writer(sortie, delimiter=self.forme.separateur, lineterminator="\n")
        if not self.forme.entete:
            plume.writerow(self.entete)
        plume.writerows(self.rangs)
        chemin.write_bytes(sortie.getvalue().encode(self.forme.encodage))
        return chemin

    def colonnes(self, choisies: Iterable[int]) -> Feuille:
        rangs = list(choisies)
        return replace(
            self, entete=[self.entete[i] for i in rangs], rangs=[[rang[i] for i in rangs] for rang in self.rangs]
        )

    def gater(self, rang: int, colonne: int, valeur: str) -> Feuille:
        rangs = [list(r) for r in self.rangs]
        rangs[rang][colonne] = valeur
        return replace(self, rangs=rangs)


def feuille(source: Source) -> Feuille:
    forme = forme_csv(source) or forme_lue(source)
    assert forme is not None
    texte = registre.exemple(source).read_bytes().decode(forme.encodage).removeprefix("\ufeff")
    lecteur = csv.reader(io.StringIO(texte, newline=""), delimiter=forme.separateur)
    rangs, lignes, debut = [], [], 1
    for rang in lecteur:
        if rang:
            rangs.append(rang)
            lignes.append(debut)
        debut = lecteur.line_num + 1
    if forme.entete:
        return Feuille(forme, list(forme.entete), rangs, lignes)
    return Feuille(forme, rangs[0], rangs[1:], lignes[1:])


def lots(source: Source, chemin: Path | None = None) -> list[Lot]:
    return list(lire(source, [chemin or registre.exemple(source)]))


def rangs(source: Source, chemin: Path | None = None) -> list[dict[str, Any]]:
    return [
        {a: v for a, v in rang.items() if a != "ligne"}
        for lot in lots(source, chemin)
        for rang in lot.lignes.iter_rows(named=True)
    ]


@cache
def exemple(source: Source) -> tuple[dict[str, Any], ...]:
    return tuple(rangs(source))


@dataclass(frozen=True)
class Variante:
    """Result of reading a file: typed rows, cited values; ``refusee``: the reader refused the file."""

    lignes: list[dict[str, Any]]
    cites: list[Rejet]
    refusee: bool


ECART = 1_000_000
"""Gap between the line numbers of two files typed together."""


def variantes(source: Source, fichiers: Iterable[Path]) -> list[Variante]:
    """Read each file with the source's reader, then type all of them at once, which takes no longer than one."""
    lecteur = source.fichier
    assert isinstance(lecteur, Lecteur)
    # The sample first, because it has the columns of the source.
    lues: list[list[tuple[int, Mapping[str, str | None]]] | None] = []
    for chemin in chain([registre.exemple(source)], fichiers):
        try:
            lues.append(list(lecteur.fonction(chemin)))
        except Exception:  # any parser error on a broken file refuses it (``lecture/lignes.py``)
            lues.append(None)
    suite = [(rang * ECART + n, ligne) for rang, lignes in enumerate(lues) for n, ligne in lignes or ()]
    ensemble = copy.copy(source)
    ensemble.fichier = replace(lecteur, fonction=_LignesDites(suite))
    rendues = [Variante([], [], lignes is None) for lignes in lues]
    for lot in lots(ensemble):
        for ligne in lot.lignes.iter_rows(named=True):
            rendues[ligne["ligne"] // ECART].lignes.append(ligne | {"ligne": ligne["ligne"] % ECART})
        for cite in (*lot.rejets, *lot.vidages):
            rendues[cite.ligne // ECART].cites.append(replace(cite, ligne=cite.ligne % ECART))
    return rendues[1:]


def souple(source: Source, **changements: Any) -> Source:
    """The source with loose thresholds, because samples are short."""
    copie = copy.copy(source)
    copie.seuils = LARGES
    for nom, valeur in changements.items():
        setattr(copie, nom, valeur)
    return copie


class _LignesDites:
    """A reader of rows already read, pickled by number, because tests read in the same process."""

    toutes: ClassVar[list[_LignesDites]] = []

    def __init__(self, lignes: Any) -> None:
        self._lignes, self._rang = lignes, len(self.toutes)
        self.toutes.append(self)

    def __call__(self, _: Path) -> Any:
        return self._lignes

    def __reduce__(self) -> Any:
        return _relire, (self._rang,)


def _relire(rang: int) -> _LignesDites:
    return _LignesDites.toutes[rang]


def extrait(source: Source, dossier: Path, garder: Callable[[int], bool]) -> tuple[Source, Path]:
    """(source, file) giving the rows of the sample whose rank ``garder`` accepts, for any layout."""
    chemin = dossier / f"{next(NUMEROS)}-{registre.exemple(source).name}"
    if forme_csv(source):
        entiere = feuille(source)
        partielle = replace(entiere, rangs=[r for rang, r in enumerate(entiere.rangs) if garder(rang)])
        return source, partielle.ecrire(chemin)
    lecteur, origine = source.fichier, registre.exemple(source)
    assert isinstance(lecteur, Lecteur)
    # Layouts that cannot be cut: filter in the reader, on a file with other bytes than the one in place.
    chemin.write_bytes(origine.read_bytes() + b"\n")
    fonction = lecteur.fonction
    copie = copy.copy(source)
    gardees = [ligne for rang, ligne in enumerate(fonction(origine)) if garder(rang)]
    copie.fichier = replace(lecteur, fonction=_LignesDites(gardees))
    return copie, chemin


def moitie(source: Source) -> frozenset[int]:
    """Half the ranks of a file; for a source by period, half of its fullest period. Empty when nothing can be
    halved."""
    lues = exemple(source)
    if isinstance(source.mode, ParPeriode):
        periodes = [rang[source.mode.champ] for rang in lues]
        pleine = max(periodes, key=periodes.count)
        siens = [n for n, periode in enumerate(periodes) if periode == pleine]
        return frozenset(siens[: len(siens) // 2])
    return frozenset(range(len(lues) // 2))
