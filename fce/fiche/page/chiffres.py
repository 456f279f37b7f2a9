"""Head-count and accounts of a unit, from the sources that declare them: one figure, its scope, its trend."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from fce.fiche.formes.contenu import ReleveDeSource
from fce.fiche.formes.serie import par_date
from fce.fiche.unite.perimetre import Perimetre
from fce.socle.texte.formats import mois, montant, mot, nombre
from fce.socle.texte.tendances import etendue, evolution
from fce.sources.synthese import Comptes, Effectif

MOIS_COURBE: Final = 24
LARGEUR, HAUTEUR = 200, 40

Serie = list[tuple[date, Any]]


@dataclass(frozen=True, slots=True)
class Courbe:
    """Curve of the latest months: points of a 200 × 40 SVG, its last point, a description in words, and its bounds."""

    points: str
    fin: tuple[int, int]
    description: str
    bornes: str


@dataclass(frozen=True, slots=True)
class EffectifVu:
    """``partie``: series of the reader's own territory, oldest first, when ``serie`` covers more."""

    serie: Serie
    partie: Serie
    unites: tuple[str, str]
    perimetre: Perimetre
    propre: Perimetre
    releve: ReleveDeSource

    def unite(self, valeur: Any) -> str:
        """The counted thing, in the singular or plural."""
        return mot(valeur, *self.unites)

    @property
    def tendance(self) -> str:
        """ "↘ −1,2 % en 12 mois"; "" when the same month of the previous year is unknown."""
        return tendance(self.serie)


@dataclass(frozen=True, slots=True)
class DerniersComptes:
    """Latest accounts in words: ("CA 2025", "13,4 Md€", "↘ −10,6 %")…"""

    lignes: tuple[tuple[str, str, str], ...]
    releve: ReleveDeSource


def effectif(releves: Iterable[ReleveDeSource]) -> EffectifVu | None:
    """The head-count of the best-ranked source that has one for this reader."""
    trouves = [(t.rang, t, r) for r in releves for t in r.source.synthese if isinstance(t, Effectif)]
    for _, trait, releve in sorted(trouves, key=lambda x: x[0]):
        propre = _serie(trait, releve.lignes)
        ensemble = releve.ensemble.serie if releve.ensemble else ()
        entiere = _serie(trait, ensemble) if ensemble else propre
        if entiere:
            perimetre = releve.perimetre.complet() if ensemble else releve.perimetre
            partie = propre if ensemble else []
            return EffectifVu(entiere, partie, (trait.unite, trait.plusieurs), perimetre, releve.perimetre, releve)
    return None


def _serie(trait: Effectif, lignes: Sequence[dict[str, Any]]) -> Serie:
    datees = par_date(lignes, trait.date, [trait.valeur], additionner=True)
    return [(jour, ligne[trait.valeur]) for jour, ligne in datees if ligne.get(trait.valeur) is not None]


def courbe(serie: Serie, unites: tuple[str, str]) -> Courbe | None:
    """None under three months: two points show no trend."""
    gardee = serie[-MOIS_COURBE:]
    if len(gardee) < 3:
        return None
    valeurs = [float(v) for _, v in gardee]
    # Centred, so that a stable head-count is a flat line in the middle.
    pas, hauteur = (LARGEUR - 10) / (len(gardee) - 1), etendue(min(valeurs), max(valeurs))
    bas = (min(valeurs) + max(valeurs) - hauteur) / 2
    points = [
        (round(4 + n * pas), round(HAUTEUR - 6 - (v - bas) / hauteur * (HAUTEUR - 12))) for n, v in enumerate(valeurs)
    ]
    description = (
        f"Effectif mois par mois, de {mois(gardee[0][0])} à {mois(gardee[-1][0])} : "
        f"de {entier(gardee[0][1])} à {entier(gardee[-1][1])} {mot(gardee[-1][1], *unites)}"
    )
    bornes = f"min. {entier(min(valeurs))}, max. {entier(max(valeurs))} ; l’axe ne part pas de 0"
    return Courbe(" ".join(f"{x},{y}" for x, y in points), points[-1], description, bornes)


def tendance(serie: Serie) -> str:
    """Change since the same month of the previous year."""
    if not serie:
        return ""
    dernier, valeur = serie[-1]
    avant = dict(serie).get(date(dernier.year - 1, dernier.month, 1))
    ecart = evolution(avant, valeur)
    return f"{ecart} en 12 mois" if ecart else ""


def comptes(releves: Iterable[ReleveDeSource]) -> DerniersComptes | None:
    """Turnover and result of the latest accounts that have one of them."""
    for releve in releves:
        for trait in releve.source.synthese:
            if isinstance(trait, Comptes) and (lignes := _comptes(trait, releve.lignes)):
                return DerniersComptes(tuple(lignes), releve)
    return None


def _comptes(trait: Comptes, rangees: Sequence[dict[str, Any]]) -> list[tuple[str, str, str]]:
    datees = sorted((x for x in rangees if x.get(trait.date)), key=lambda x: x[trait.date], reverse=True)
    sortie = []
    for attribut, titre in ((trait.chiffre_affaires, "CA"), (trait.resultat, "Résultat")):
        connues = [x for x in datees if x.get(attribut) is not None]
        if connues:
            avant = connues[1][attribut] if len(connues) > 1 else None
            # A percentage of a result that changes sign means nothing.
            dite = evolution(avant, connues[0][attribut]) if attribut == trait.chiffre_affaires else ""
            sortie.append(
                (f"{titre} {connues[0][trait.date].year}", montant(connues[0][attribut]), f" {dite}" if dite else "")
            )
    return sortie


def entier(valeur: Any) -> str:
    """A head-count, without decimals."""
    return nombre(round(valeur))
