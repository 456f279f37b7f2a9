"""The places of a company for a reader of the whole country: regions by number of open establishments."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Final

from fce.donnees.entreprises.contenu import EtablissementVu
from fce.fiche.formes.contenu import FicheEntreprise
from fce.referentiels.territoires import decoupage
from fce.socle.texte.formats import nombre, pluriel

NOMMEES: Final = 5
"""Regions named by the card; one more is named too rather than told « 1 autre »."""


@dataclass(frozen=True, slots=True)
class LigneRegion:
    """A region, or those not named (``autres``), with its open establishments. ``siege``: the siège is there."""

    titre: str
    nombre: int
    departements: tuple[str, ...]
    siege: bool = False
    autres: bool = False


def regions(fiche: FicheEntreprise) -> tuple[LigneRegion, ...]:
    """Those with most open establishments, that of the siège among them, then the others in one line; last, the
    establishments whose département is not known or that are abroad. Empty when no place may be told."""
    par_region: dict[str, Counter[str]] = {}
    for departement, combien in fiche.apercu.ouverts.items():
        if combien:
            par_region.setdefault(_region(departement), Counter())[departement] += combien
    siege = _departement(fiche.vue.siege)
    lignes = [
        LigneRegion(nom, siens.total(), tuple(sorted(siens)), siege in siens)
        for nom, siens in sorted(par_region.items(), key=lambda x: (-x[1].total(), x[0]))
    ]
    if len(lignes) > NOMMEES + 1:
        nommees = lignes[:NOMMEES]
        if propre := next((r for r in lignes[NOMMEES:] if r.siege), None):
            nommees[-1] = propre
        lignes = [*nommees, _reunir([r for r in lignes if r not in nommees])]
    reste = fiche.entreprise.nombre_etablissements_ouverts - sum(r.nombre for r in lignes)
    if lignes and reste > 0:
        lignes.append(LigneRegion("Lieu à l’étranger ou non connu", reste, ()))
    return tuple(lignes)


def nombre_de_regions(lignes: tuple[LigneRegion, ...]) -> int:
    return len({_region(d) for ligne in lignes for d in ligne.departements})


def _reunir(restes: list[LigneRegion]) -> LigneRegion:
    """ "11 autres, dont 3 outre-mer"."""
    ultramarines = sum(all(_outre_mer(d) for d in r.departements) for r in restes)
    dont = f", dont {nombre(ultramarines)} outre-mer" if ultramarines else ""
    departements = tuple(d for r in restes for d in r.departements)
    return LigneRegion(
        f"{pluriel(len(restes), 'autre')}{dont}", sum(r.nombre for r in restes), departements, autres=True
    )


def _region(departement: str) -> str:
    region = decoupage.region_du_departement(departement)
    return str(region.libelle) if region else departement


def _outre_mer(departement: str) -> bool:
    return departement.startswith(("97", "98"))


def _departement(lieu: EtablissementVu | None) -> str:
    return lieu.adresse.departement.code if lieu and lieu.adresse.departement else ""
