"""The invented universe: about 5 000 companies in the six official Sirene files; ``fce.demo.jeux`` writes the other
data sets.

Only codes are real (communes, postal codes, activities, legal forms), because filters and labels need them. Names,
numbers and addresses belong to nobody (see ``noms`` and ``numeros``). The same seed and day give the same bytes on any
machine; another day moves every date.

The files go through the ordinary import: the product does not know that they are invented.
"""

import random
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from pathlib import Path

from fce.demo import calendrier as dates
from fce.demo import colonnes, ecriture, numeros, scenes
from fce.demo.calendrier import Calendrier
from fce.demo.entreprises import Succession, UniteLegale
from fce.demo.peuplement import Peuplement

ENTREPRISES_AU_PLUS = 8_000
"""Limit of the reserved numbers."""

GRAINE = 2026
"""Seed of the standard demonstration."""

_DOUBLONS_POUR_MILLE = 4


@dataclass(frozen=True, slots=True)
class Univers:
    """The universe in memory, companies by SIREN."""

    unites: list[UniteLegale]
    successions: list[Succession]
    doublons: list[tuple[str, str, datetime]]
    calendrier: Calendrier


def composer(*, graine: int = GRAINE, entreprises: int = 5_000, calendrier: Calendrier | None = None) -> Univers:
    """Compose the universe of a seed; ``entreprises`` includes the hand-made companies, always the same.
    ``calendrier``: today's by default. Raises ``ValueError`` above ``ENTREPRISES_AU_PLUS``."""
    if entreprises > ENTREPRISES_AU_PLUS:
        raise ValueError(f"at most {ENTREPRISES_AU_PLUS} companies")
    calendrier = calendrier or dates.aujourd_hui()
    alea = random.Random(graine)  # noqa: S311 - reproducible on purpose, protects nothing
    unites = scenes.unites(alea, entreprises, calendrier)
    ordinaires = max(0, entreprises - len(unites))
    anciens = ordinaires * _DOUBLONS_POUR_MILLE // 1_000
    racines = range(numeros.PREMIER_ORDINAIRE, numeros.DERNIER + 1)
    sirens = [numeros.siren(racine) for racine in alea.sample(racines, ordinaires + anciens)]
    peuplement = Peuplement(alea, calendrier)
    ordinaires_construites = [peuplement.unite(siren) for siren in sirens[:ordinaires]]
    doublons = scenes.doublons(calendrier.le)
    for siren, conservee in zip(sirens[ordinaires:], alea.sample(ordinaires_construites, anciens), strict=True):
        debut = datetime.combine(calendrier.le(2008, 1, 1), time())
        moment = debut + timedelta(seconds=alea.randrange(18 * 365 * 86_400))
        doublons.append((conservee.siren, siren, moment))
    unites = sorted([*unites, *ordinaires_construites], key=lambda unite: unite.siren)
    return Univers(unites, sorted(_versions_des_liens(unites), key=_ordre), sorted(doublons), calendrier)


def ecrire(dossier: Path, univers: Univers) -> dict[str, Path]:
    """Write the six files; create the folder if missing; return ``{source: file}``."""
    unites, annee = univers.unites, univers.calendrier.annee_effectifs
    dossier.mkdir(parents=True, exist_ok=True)
    contenus: dict[str, tuple[str, tuple[str, ...], Iterable[list[str]]]] = {
        "sirene-unites-legales": ("StockUniteLegale", colonnes.UNITES, ecriture.lignes_unites(unites, annee)),
        "sirene-etablissements": (
            "StockEtablissement",
            colonnes.ETABLISSEMENTS,
            ecriture.lignes_etablissements(unites, annee),
        ),
        "sirene-unites-legales-historique": (
            "StockUniteLegaleHistorique",
            colonnes.UNITES_HISTORIQUE,
            ecriture.lignes_unites_historique(unites),
        ),
        "sirene-etablissements-historique": (
            "StockEtablissementHistorique",
            colonnes.ETABLISSEMENTS_HISTORIQUE,
            ecriture.lignes_etablissements_historique(unites),
        ),
        "sirene-successions": (
            "StockEtablissementLiensSuccession",
            colonnes.SUCCESSIONS,
            ecriture.lignes_successions(univers.successions),
        ),
        "sirene-doublons": ("StockDoublons", colonnes.DOUBLONS, ecriture.lignes_doublons(univers.doublons)),
    }
    chemins = {}
    for source, (fichier, entetes, lignes) in contenus.items():
        chemins[source] = dossier / f"{fichier}_utf8.csv"
        ecriture.ecrire_fichier(chemins[source], entetes, lignes)
    return chemins


def _versions_des_liens(unites: list[UniteLegale]) -> list[Succession]:
    """Return the links, one in fifty twice, because the real file keeps earlier versions."""
    liens = [lien for unite in unites for lien in unite.successions]
    anterieures = [
        replace(lien, continuite=not lien.continuite, traitement=lien.traitement - timedelta(hours=7))
        for lien in liens[::50]
    ]
    return [*liens, *anterieures]


def _ordre(lien: Succession) -> tuple[str, str, datetime]:
    return lien.predecesseur, lien.successeur, lien.traitement
