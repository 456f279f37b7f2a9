"""Rows of other sources about companies, masked, for the indexer.

One statement for all sources, sorted by number, so that the stream of companies merges with a single stream.
"""

# ruff: noqa: S608 (only declared names are interpolated)

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from operator import itemgetter
from typing import Any, Final, NamedTuple

from fce.donnees.entreprises import diffusion
from fce.donnees.entreprises.diffusion import MARQUE_INSEE, Regime
from fce.donnees.entreprises.natures import natures
from fce.socle.texte.identifiants import est_siret
from fce.sources import champs
from fce.sources.champs import Nature
from fce.sources.declaration import Source


class FaitApporte(NamedTuple):
    """A row of a source about a company, or about one of its establishments (``siret``).

    ``apport``: rank of the source in the request; ``valeurs``: None where hidden.
    """

    apport: int
    siret: str | None
    valeurs: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Apport:
    """The attributes ``colonnes`` of an open source.

    ``siren`` and ``siret``: attributes that identify the unit ("" if none). ``entieres``: one ``FaitApporte`` per row,
    in file order, with typed values; otherwise distinct values, as text.
    """

    relation: str
    siren: str
    siret: str
    colonnes: tuple[str, ...]
    natures: tuple[Nature, ...]
    conversions: tuple[Callable[[str], Any], ...]
    entieres: bool = False

    @classmethod
    def de(cls, source: Source, colonnes: Sequence[str], *, entieres: bool = False) -> Apport:
        """Raises LookupError for a source without SIREN or SIRET, and for an attribute that is not open to everyone."""
        siren, siret = source.siren, source.siret
        if not (siren or siret):
            raise LookupError(f"{source.nom} n'a ni SIREN ni SIRET")
        for attribut in filter(None, (siren, siret, *colonnes)):
            if not ouvert(source, attribut):
                raise LookupError(f"{source.nom} : « {attribut} » n'est pas ouvert à tous")
        return cls(
            source.relation,
            siren,
            siret,
            tuple(colonnes),
            tuple(natures(source)[c] for c in colonnes),
            tuple(_conversion(source.champs[c]) if entieres else str for c in colonnes),
            entieres,
        )


def ouvert(source: Source, attribut: str) -> bool:
    champ = source.champs.get(attribut)
    return champ is not None and source.acces.classe == "C0" and (champ.acces is None or champ.acces.classe == "C0")


def requete(
    apports: Sequence[Apport], debut: str | None, fin: str | None, parmi: Sequence[str] | None = None
) -> tuple[str, list[str]]:
    """SQL of the rows with ``debut`` ≤ siren < ``fin``, or of the companies ``parmi``: (number, rank of the source,
    line, values…).

    Sorted by number (the SIRET if the row has one, else the SIREN), so that the rows of a company follow each other.
    """
    largeur = max(len(a.colonnes) for a in apports)
    branches: list[str] = []
    parametres: list[str] = []
    for rang, apport in enumerate(apports):
        numero = f"coalesce({apport.siret}, {apport.siren})" if apport.siren and apport.siret else ""
        valeurs = [f"{c}::text" for c in apport.colonnes] + ["NULL"] * (largeur - len(apport.colonnes))
        distinct, ligne = ("", "ligne") if apport.entieres else ("DISTINCT ", "0::bigint")
        condition, bornes = _condition(apport, debut, fin) if parmi is None else _dont(apport, parmi)
        branches.append(
            f"SELECT {distinct}{numero or apport.siret or apport.siren} AS numero, {rang} AS apport, {ligne} AS ligne"
            f"{''.join(f', {v}' for v in valeurs)} FROM {apport.relation} WHERE {condition}"
        )
        parametres += bornes
    return f"{' UNION ALL '.join(branches)} ORDER BY 1", parametres


def _condition(apport: Apport, debut: str | None, fin: str | None) -> tuple[str, list[str]]:
    bornes = [v for v in (debut, fin) if v is not None]

    def intervalle(colonne: str) -> str:
        morceaux = [f"{colonne} >= %s"] * (debut is not None) + [f"{colonne} < %s"] * (fin is not None)
        return " AND ".join(morceaux) or f"{colonne} IS NOT NULL"

    if not (apport.siren and apport.siret):
        return intervalle(apport.siren or apport.siret), bornes
    seul = f"({apport.siren} IS NULL AND {intervalle(apport.siret)})"
    return f"({intervalle(apport.siren)} OR {seul})", [*bornes, *bornes]


def _dont(apport: Apport, sirens: Sequence[str]) -> tuple[str, list[str]]:
    """A source without SIREN is scanned whole, as none is large."""
    choisis = ",".join(sirens)  # one text parameter: a list would be quoted item by item for each source
    par_siren, par_siret = (f"{c} = ANY(string_to_array(%s, ','))" for c in (apport.siren, f"left({apport.siret}, 9)"))
    if not (apport.siren and apport.siret):
        return (par_siren if apport.siren else par_siret), [choisis]
    return f"({par_siren} OR ({apport.siren} IS NULL AND {par_siret}))", [choisis, choisis]


_PLACE = itemgetter(1, 2)


class Rassembleur:
    """Give the facts of each company in turn, from the rows of ``requete``."""

    def __init__(self, apports: Sequence[Apport], lignes: Iterator[tuple[Any, ...]]) -> None:
        self._formes = [
            (a, [(rang, f) for rang, f in enumerate(a.conversions) if f is not str], 3 + len(a.colonnes))
            for a in apports
        ]
        self._lignes = lignes
        self._tete = next(lignes, None)
        self.prochain = _siren(self._tete)
        """SIREN of the next facts, or a value above any SIREN at the end."""

    def faits(self, siren: str, regime: Regime, masques: Mapping[str, Regime]) -> list[FaitApporte]:
        """Facts of ``siren``, masked; skips those of lower numbers. ``masques``: regimes of its establishments masked
        individually."""
        lignes, tete, prochain = [], self._tete, self.prochain
        while prochain <= siren and tete is not None:
            if prochain == siren:
                lignes.append(tete)
            tete = next(self._lignes, None)
            prochain = _siren(tete)
        self._tete, self.prochain = tete, prochain
        if len(lignes) > 1:
            # Keep the order of the file, which rules over rows and displays depend on.
            lignes.sort(key=_PLACE)
        return [self._fait(ligne, regime, masques) for ligne in lignes]

    def _fait(self, ligne: tuple[Any, ...], regime: Regime, masques: Mapping[str, Regime]) -> FaitApporte:
        numero, rang = ligne[0], ligne[1]
        apport, conversions, fin = self._formes[rang]
        siret = numero if est_siret(numero) else None
        sous = regime if siret is None or regime.masque else masques.get(siret, regime)
        valeurs = [None if v is None or MARQUE_INSEE in v else v for v in ligne[3:fin]]
        if sous.masque:
            montre = diffusion.MONTRE[sous]
            valeurs = [v if nature in montre else None for v, nature in zip(valeurs, apport.natures, strict=True)]
        for place, convertir in conversions:
            if (valeur := valeurs[place]) is not None:
                valeurs[place] = convertir(valeur)
        return _un_fait((rang, siret, tuple(valeurs)))


_un_fait = partial(tuple.__new__, FaitApporte)


def _siren(ligne: tuple[Any, ...] | None) -> str:
    numero: str = "~" if ligne is None else ligne[0]
    return numero[:9]


_CONVERSIONS: Final[dict[type[champs.Champ], Callable[[str], Any]]] = {
    champs.Jour: date.fromisoformat,
    champs.Horodatage: datetime.fromisoformat,
    champs.Entier: int,
    champs.Booleen: "true".__eq__,
}


def _conversion(champ: champs.Champ) -> Callable[[str], Any]:
    return next((f for genre, f in _CONVERSIONS.items() if isinstance(champ, genre)), str)
