"""Display of the timeline: filters, and runs of similar events on one line.

Filters are made from the events that this reader may see, so that they reveal nothing else.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Final

from django.utils.text import slugify

from fce.entreprises.historique import Evenement, Journee, par_date
from fce.socle.formats import nombre
from fce.sources import registre

EVENEMENTS: Final = 25
"""Events of the timeline printed on the sheet."""
DATES_PAR_PAGE: Final = 100
SUITE_PLIEE: Final = 4
"""Events of one kind in a row from which they are folded into one line."""
GENRES: Final = {
    "etat": "Ouverture, fermeture, cessation",
    "creation": "Ouverture, fermeture, cessation",
    "succession": "Succession",
    "siege": "Transfert du siège",
    "nom": "Nom et enseigne",
    "enseigne": "Nom et enseigne",
    "categorie_juridique": "Forme juridique",
    "activite": "Activité",
    "ess": "Qualité d’employeur, de l’ESS, à mission",
    "societe_mission": "Qualité d’employeur, de l’ESS, à mission",
    "employeur": "Qualité d’employeur, de l’ESS, à mission",
    "contact": "Contact d’un service",
}
"""Labels of the kinds of events of Sirene and of services; the other sources declare theirs."""


@dataclass(frozen=True, slots=True)
class Moment:
    """Events of one date, or of one kind in a row (``genre``, ``cle``), folded into one line from ``debut`` to
    ``fin``."""

    debut: date | None
    fin: date | None
    evenements: tuple[Evenement, ...]
    genre: str = ""
    cle: str = ""


@dataclass(frozen=True, slots=True)
class Choix:
    """A filter with its options: (value in the address, label, chosen)."""

    nom: str
    libelle: str
    tous: str
    options: tuple[tuple[str, str, bool], ...]


@dataclass(frozen=True, slots=True)
class Chronologie:
    """A part of the timeline. ``total``: events that the filter keeps; ``en_tout``: all of them; ``garder``: the filter
    as parameters; ``suite``: there are more than ``moments``."""

    moments: tuple[Moment, ...]
    total: int
    suite: bool
    page: int = 1
    pages: int = 1
    choix: tuple[Choix, ...] = ()
    en_tout: int = 0
    garder: tuple[tuple[str, str], ...] = ()


def chronologie(jalons: Sequence[Journee], limite: int = EVENEMENTS) -> Chronologie:
    """The latest moments, up to ``limite`` lines, and at least one."""
    tous = list(_moments(jalons, pliees=True))
    lignes = gardes = 0
    for moment in tous:
        lignes += 1 if moment.genre else len(moment.evenements)
        if gardes and lignes > limite:
            break
        gardes += 1
    total = _combien(jalons)
    return Chronologie(tuple(tous[:gardes]), total, gardes < len(tous), choix=_choix(jalons, {}), en_tout=total)


def page_chronologie(jalons: Sequence[Journee], page: int, demande: Mapping[str, str] | None = None) -> Chronologie:
    """A page of the timeline, filtered by ``demande`` (parameters of an address); values not offered are ignored."""
    choix = _choix(jalons, demande or {})
    voulus = {c.nom: valeur for c in choix for valeur, _, choisi in c.options if choisi}
    retenus = par_date([e for jour_ in jalons for e in jour_.evenements if _retenu(e, voulus)])
    pages = max(1, -(-len(retenus) // DATES_PAR_PAGE))
    page = max(1, min(page, pages))
    debut = (page - 1) * DATES_PAR_PAGE
    vus = _moments(retenus[debut : debut + DATES_PAR_PAGE], pliees="genre" not in voulus)
    return Chronologie(
        tuple(vus), _combien(retenus), suite=False, page=page, pages=pages, choix=choix,
        en_tout=_combien(jalons), garder=tuple(voulus.items()),
    )  # fmt: skip


def genre_de(evenement: Evenement) -> str:
    """Label of the kind of an event: that of its source, split by its detail when the declaration says so."""
    if evenement.genre in GENRES:
        return GENRES[evenement.genre]
    jalon = registre.source(evenement.source).jalon
    distingue = jalon is not None and jalon.par_detail
    return f"{evenement.titre} : {evenement.detail}" if distingue and evenement.detail else evenement.titre


def _service(evenement: Evenement) -> str:
    if evenement.genre == "contact":
        return evenement.detail or ""
    producteur = registre.source(evenement.source).producteur
    return producteur.sigle or producteur.nom


def _alarmant(evenement: Evenement) -> bool:
    return evenement.genre != "contact" and registre.source(evenement.source).alarme is not None


def _annee(evenement: Evenement) -> str:
    return str(evenement.date.year) if evenement.date else ""


def _combien(jalons: Iterable[Journee]) -> int:
    return sum(len(j.evenements) for j in jalons)


def _retenu(evenement: Evenement, voulus: Mapping[str, str]) -> bool:
    annee = _annee(evenement)
    return (
        voulus.get("genre", slugify(genre_de(evenement))) == slugify(genre_de(evenement))
        and voulus.get("service", slugify(_service(evenement))) == slugify(_service(evenement))
        and ("depuis" not in voulus or annee >= voulus["depuis"])
        and ("jusqu_a" not in voulus or "" < annee <= voulus["jusqu_a"])
    )


def _choix(jalons: Sequence[Journee], demande: Mapping[str, str]) -> tuple[Choix, ...]:
    """Kinds from alarm sources first, then the rarest: monthly events are the least informative."""
    tous = [e for j in jalons for e in j.evenements]
    dits = [genre_de(e) for e in tous]
    genres, alarmants = Counter(dits), {dit for dit, e in zip(dits, tous, strict=True) if _alarmant(e)}
    services = Counter(map(_service, tous))
    annees = sorted({_annee(e) for e in tous} - {""}, reverse=True)
    offerts: list[tuple[str, str, str, list[tuple[str, str]]]] = [
        ("genre", "Ce qui s’est passé", "Tout", [
            (slugify(g), f"{g} ({nombre(n)})")
            for g, n in sorted(genres.items(), key=lambda x: (x[0] not in alarmants, x[1], x[0]))
        ]),
        ("service", "Service", "Tous", [(slugify(s), f"{s} ({nombre(n)})") for s, n in sorted(services.items())]),
        ("depuis", "Depuis", "Toujours", [(a, a) for a in annees]),
        ("jusqu_a", "Jusqu’en", "Aujourd’hui", [(a, a) for a in annees]),
    ]  # fmt: skip
    return tuple(
        Choix(nom, libelle, tous_, tuple((cle, dit, demande.get(nom, "") == cle) for cle, dit in options))
        for nom, libelle, tous_, options in offerts
        if len(options) > 1
    )


def _moments(jalons: Sequence[Journee], *, pliees: bool) -> Iterator[Moment]:
    """``pliees``: fold runs of ``SUITE_PLIEE`` events or more."""
    ordonnes = [
        e
        for j in jalons
        # On one date: events of Sirene, then alarms, then the others.
        for e in sorted(j.evenements, key=lambda e: (e.genre == "fait", not _alarmant(e)))
    ]
    libres: list[Evenement] = []
    for (genre, fait), groupe in groupby(ordonnes, key=lambda e: (genre_de(e), e.genre == "fait")):
        suite = tuple(groupe)
        if pliees and fait and len(suite) >= SUITE_PLIEE:
            yield from _jours(libres)
            libres = []
            yield Moment(suite[-1].date, suite[0].date, suite, genre, slugify(genre))
        else:
            libres.extend(suite)
    yield from _jours(libres)


def _jours(evenements: Sequence[Evenement]) -> Iterator[Moment]:
    for journee in par_date(evenements):
        yield Moment(journee.date, journee.date, journee.evenements)
