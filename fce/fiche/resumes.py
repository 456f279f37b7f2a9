"""What the rows of a source put on top of the sheet and on its timeline: its tile, its alert, its events."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final

import structlog

from fce.entreprises.historique import Evenement
from fce.fiche.blocs import Versions, provenance
from fce.fiche.contenu import AlerteLue, Bloc, TuileLue
from fce.fiche.ensemble import calculer
from fce.fiche.formes.commun import Contexte, calcule_sur
from fce.fiche.perimetre import ENTREPRISE, Perimetre, reunir
from fce.fiche.plan import Forme, Plan
from fce.socle.formats import jour

log = structlog.get_logger(__name__)

CONTROLES: Final = "controles"


@dataclass(slots=True)
class Apports:
    """What the sources bring to a sheet, in the order of the rubriques then of their names.

    ``chronologie``: scope of the events.
    """

    blocs: list[tuple[str, Bloc]] = field(default_factory=list)
    evenements: list[Evenement] = field(default_factory=list)
    tuiles: list[TuileLue] = field(default_factory=list)
    alertes: list[AlerteLue] = field(default_factory=list)
    chronologie: Perimetre = ENTREPRISE


def resumer(plan: Plan, lignes: list[dict[str, Any]], versions: Versions, contexte: Contexte, apports: Apports) -> None:
    """Add to ``apports`` the tile, the alert and the events of a source."""
    source = plan.source
    if not (source.tuile or source.alerte or source.jalon):
        return
    origine = provenance(source, versions)
    au = origine.datee
    apports.tuiles += _tuile(plan, lignes, contexte, f"{origine.producteur}{au}")
    apports.alertes += _alerte(plan, lignes, contexte, f"{origine.producteur}, {origine.systeme}{au}")
    if source.jalon and plan.forme is Forme.LIGNES:
        try:
            apports.evenements.extend(_evenements(plan, lignes))
        except Exception as erreur:
            log.error("jalons de %s : %s", source.nom, type(erreur).__name__)


def _tuile(plan: Plan, lignes: list[dict[str, Any]], contexte: Contexte, origine: str) -> Iterator[TuileLue]:
    """Of the whole company when the declaration says how to add it up, with the part of the reader beside."""
    source, ensemble = plan.source, contexte.ensemble
    if source.tuile is None:
        return
    valeur = calculer(source, source.tuile.valeur, lignes, contexte.aujourd_hui) if lignes else None
    if ensemble and ensemble.tuile:
        partie = f"dont {plan.perimetre.lieux} : {valeur or 'aucune donnée connue'}"
        precision = f"{origine}{ensemble.calcul}"
        yield TuileLue(source.tuile.titre, ensemble.tuile, plan.perimetre.complet(), precision, source.rubrique, partie)
    elif valeur:
        precision = _precision(origine, calcule_sur(plan, contexte.total))
        yield TuileLue(source.tuile.titre, valeur, plan.perimetre, precision, source.rubrique)


def _alerte(plan: Plan, lignes: list[dict[str, Any]], contexte: Contexte, origine: str) -> Iterator[AlerteLue]:
    """That of the reader's part; without one, what the declaration counts of the whole."""
    source, ensemble = plan.source, contexte.ensemble
    if source.alerte is None:
        return
    if lignes and (phrase := calculer(source, source.alerte, lignes, contexte.aujourd_hui)):
        partie = calcule_sur(plan, contexte.total)
        yield AlerteLue("alerte", phrase, plan.perimetre, f"Source : {_precision(origine, partie)}.")
    elif ensemble and ensemble.alerte:
        detail = f"Ailleurs, hors de votre territoire ({plan.perimetre.lieux}). Source : {origine}{ensemble.calcul}."
        yield AlerteLue("alerte", ensemble.alerte, plan.perimetre.complet(), detail)


def _precision(origine: str, calcule: str) -> str:
    return f"{origine}, {calcule}" if calcule else origine


def _evenements(plan: Plan, lignes: Sequence[Mapping[str, Any]]) -> Iterator[Evenement]:
    jalon = plan.source.jalon
    assert jalon is not None  # noqa: S101 – the caller looked
    if jalon.date not in plan.lisibles:
        return
    for ligne in lignes:
        quand = ligne.get(jalon.date)
        if isinstance(quand, datetime):
            quand = quand.date()
        if not isinstance(quand, date):
            continue
        detail = ligne.get(jalon.detail) if jalon.detail else None
        siret = ligne.get(plan.siret) if plan.unite.entreprise and plan.siret else None
        yield Evenement(
            quand,
            "fait",
            jalon.titre,
            jour(detail) if isinstance(detail, date) else (str(detail) if detail is not None else None),
            plan.source.nom,
            siret,
        )


def dernier_contact(demandes: Sequence[Plan], evenements: Sequence[Evenement], aujourd_hui: date) -> TuileLue | None:
    """The latest visit or control of any body: what an agent asks before calling another service."""
    titres = {plan.source.nom: plan.source for plan in demandes if plan.source.rubrique == CONTROLES}
    passes = [e for e in evenements if e.source in titres and e.date and e.date <= aujourd_hui]
    if not passes:
        return None
    dernier = max(passes, key=lambda e: e.date or date.min)
    source = titres[dernier.source]
    par = source.producteur.sigle or source.producteur.nom
    perimetre = reunir(plan.perimetre for plan in demandes if plan.source.nom in titres)
    return TuileLue("Dernier contrôle ou visite", jour(dernier.date), perimetre, f"{source.titre} ({par})", CONTROLES)


def contributrices(apports: Apports) -> list[str]:
    """Sources that have an event on the timeline."""
    return list(dict.fromkeys(e.source for e in apports.evenements))
