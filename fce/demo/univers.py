"""The invented universe: about 5 000 companies in the six official Sirene files; ``fce.demo.jeux`` writes the other
data sets.

Only codes are real (communes, postal codes, activities, legal forms), because filters and labels need them. Names,
numbers and addresses belong to nobody (see ``noms`` and ``numeros``). The same seed and day give the same bytes on any
machine; another day moves every date.

The files go through the ordinary import: the product does not know that they are invented.
"""

import random
from collections.abc import Iterable
from dataclasses import astuple, dataclass, replace
from datetime import datetime, time, timedelta
from pathlib import Path

from fce.demo import calendrier as dates, ecriture, numeros, scenes
from fce.demo.calendrier import Calendrier
from fce.demo.entreprises import Succession, UniteLegale
from fce.demo.jeux import fichiers
from fce.demo.peuplement import Peuplement
from fce.donnees.entreprises import repertoire

ENTREPRISES_AU_PLUS = 8_000
"""Limit of the reserved numbers."""

GRAINE = 2026
"""Seed of the standard demonstration."""

FICHIERS = {
    repertoire.UNITES_LEGALES: "StockUniteLegale",
    repertoire.ETABLISSEMENTS: "StockEtablissement",
    repertoire.UNITES_LEGALES_HISTORIQUE: "StockUniteLegaleHistorique",
    repertoire.ETABLISSEMENTS_HISTORIQUE: "StockEtablissementHistorique",
    repertoire.SUCCESSIONS: "StockEtablissementLiensSuccession",
    repertoire.DOUBLONS: "StockDoublons",
}
"""{source: INSEE's name of its file}."""

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
    contenus: tuple[Iterable[fichiers.Faits], ...] = (
        ecriture.unites(unites, annee),
        ecriture.etablissements(unites, annee),
        ecriture.unites_historique(unites),
        ecriture.etablissements_historique(unites),
        ecriture.dans_l_ordre(ecriture.SUCCESSIONS, map(astuple, univers.successions)),
        ecriture.dans_l_ordre(ecriture.DOUBLONS, univers.doublons),
    )
    return {
        source: fichiers.ecrire(dossier / f"{nom}_utf8.csv", fichiers.gabarit(source).octets(lignes))
        for (source, nom), lignes in zip(FICHIERS.items(), contenus, strict=True)
    }


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
