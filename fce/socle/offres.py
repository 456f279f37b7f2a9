"""What a room offers to the pages of the others: entries of the menu, actions of a sheet, things to do, figures.

A room declares it in ``OFFRES``, in its ``offres.py``; the others read ``offres()`` and need not know the room. What a
setting closes offers nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from importlib import import_module
from itertools import chain
from typing import Any, Final

from django.apps import apps
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.module_loading import module_has_submodule

from fce.socle.routes import Qui

RUBRIQUES_DU_PLAN: Final = ("Chercher", "Les données", "Le service", "Aide et contact", "Informations légales")


@dataclass(frozen=True, slots=True)
class Entree:
    """An entry of the menu of the account, for the holders of ``mandat`` when there is one, else for ``qui``.

    ``rang``: lower first. ``compteur``: route of a fragment that tells how many wait there, asked for when the menu is
    opened; "" for none.
    """

    titre: str
    route: str
    rang: int
    qui: Qui = Qui.AGENT
    mandat: str = ""
    compteur: str = ""


@dataclass(frozen=True, slots=True)
class Palier:
    """A page that others are under. ``titre`` may hold ``{arguments}`` of the address, of which ``arguments`` are its
    own."""

    titre: str
    route: str
    arguments: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ActionDeFiche:
    """``adresse``: (request, SIREN or SIRET) → path, None when the action is not offered to this reader, on this unit.

    ``rang``: lower first. ``principale``: a button of the row, else a line of the menu.
    """

    libelle: str
    adresse: Callable[[HttpRequest, str], str | None]
    rang: int
    principale: bool = False


@dataclass(frozen=True, slots=True)
class ActionDeListe:
    """An action on the companies of a page of results. ``adresse``: request → path of a page that takes the parameters
    of the list, None when the action is not offered. ``sur_place``: htmx shows the answer in the list."""

    libelle: str
    adresse: Callable[[HttpRequest], str | None]
    sur_place: bool = True


@dataclass(frozen=True, slots=True)
class Tache:
    """Something to do: a gesture, the page where it is done, what it is about in one line.

    ``avant_le``: last day to do it; ``depuis_le``: since when it waits, when no day binds. One of them, or none.
    """

    titre: str
    adresse: str
    precision: str = ""
    avant_le: date | None = None
    depuis_le: date | None = None

    def en_retard(self, aujourd_hui: date) -> bool:
        return self.avant_le is not None and self.avant_le < aujourd_hui


@dataclass(frozen=True, slots=True)
class PageOuverte:
    """A page that anyone may open, at a route without arguments, under one of ``RUBRIQUES_DU_PLAN``."""

    rubrique: str
    titre: str
    route: str

    @property
    def adresse(self) -> str:
        return reverse(self.route)


@dataclass(frozen=True, slots=True)
class JeuDuService:
    """A data set made by the service. ``page``, ``schema``: routes; ``fichiers``: {media type: route}; ``frequence``:
    code of the European list."""

    nom: str
    titre: str
    description: str
    page: str
    fichiers: Mapping[str, str]
    schema: str
    frequence: str


@dataclass(frozen=True, slots=True)
class ChiffreDImpact:
    """A figure as it is printed, with its unit, and what it is compared with."""

    libelle: str
    valeur: str
    cible: str = ""


@dataclass(frozen=True, slots=True)
class Impact:
    """Figures, and the first and last days of what they were measured on."""

    debut: date
    fin: date
    chiffres: tuple[ChiffreDImpact, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Offres:
    """``reglage``: the setting that opens what is declared here; "" when nothing closes it.

    Each of the last four is the affair of one room at most.
    """

    reglage: str = ""
    menu: tuple[Entree, ...] = ()
    fil: Mapping[Palier, Iterable[str]] = field(default_factory=dict)
    """{page: the routes of the pages under it}."""
    actions: tuple[ActionDeFiche, ...] = ()
    actions_de_liste: tuple[ActionDeListe, ...] = ()
    taches: tuple[Callable[[Any, date], Iterable[Tache]], ...] = ()
    """(account, day) → what waits for this account."""
    faits: Mapping[str, str] = field(default_factory=dict)
    """{code: what the page that one comes back to says was just done}."""
    liens: Mapping[str, str] = field(default_factory=dict)
    """{kind of thing: route of the page that shows one}."""
    pages: tuple[PageOuverte, ...] = ()
    jeux: tuple[JeuDuService, ...] = ()
    lectures_tues: Mapping[str, str] = field(default_factory=dict)
    """{name in the journal: title} of what is read here and comes from no source; the head of a company is not told of
    these readings."""
    noms: Callable[[Iterable[str]], Mapping[str, str]] | None = None
    """SIRENs → {SIREN: the name that everyone sees}, without those that do not exist."""
    couts: Callable[[date, date], Mapping[date, int]] | None = None
    """(first day of the first month, of the last month) → {first day of a month: cents spent}, without the months that
    the accounts do not cover."""
    impact: Callable[[date, date], Impact | None] | None = None
    """(first day, last day) → figures of this period, None when nothing was measured."""
    evenements: Callable[[str, str, str, int | None], object] | None = None
    """Keep an event: (name, opaque identifier of an account or "", control body or "", number or None)."""


def offres_ouvertes() -> list[Offres]:
    """What the rooms declare, in the order of ``INSTALLED_APPS``, without what a setting closes."""
    pieces = [a for a in apps.get_app_configs() if a.module and module_has_submodule(a.module, "offres")]
    declarees = chain.from_iterable(import_module(f"{a.name}.offres").OFFRES for a in pieces if a.name != __package__)
    return [o for o in declarees if not o.reglage or getattr(settings, o.reglage)]


@cache
def offres() -> Offres:
    """All that the open rooms offer."""
    ouvertes = offres_ouvertes()
    return Offres(
        menu=tuple(sorted((e for o in ouvertes for e in o.menu), key=lambda e: (e.rang, e.titre))),
        fil={palier: routes for o in ouvertes for palier, routes in o.fil.items()},
        actions=tuple(sorted((a for o in ouvertes for a in o.actions), key=lambda a: (a.rang, a.libelle))),
        actions_de_liste=tuple(a for o in ouvertes for a in o.actions_de_liste),
        taches=tuple(lire for o in ouvertes for lire in o.taches),
        faits={code: phrase for o in ouvertes for code, phrase in o.faits.items()},
        liens={chose: route for o in ouvertes for chose, route in o.liens.items()},
        pages=tuple(page for o in ouvertes for page in o.pages),
        jeux=tuple(sorted((jeu for o in ouvertes for jeu in o.jeux), key=lambda jeu: jeu.titre)),
        lectures_tues={nom: titre for o in ouvertes for nom, titre in o.lectures_tues.items()},
        noms=next((o.noms for o in ouvertes if o.noms), None),
        couts=next((o.couts for o in ouvertes if o.couts), None),
        impact=next((o.impact for o in ouvertes if o.impact), None),
        evenements=next((o.evenements for o in ouvertes if o.evenements), None),
    )


def actions_de_la_fiche(request: HttpRequest, numero: str) -> list[tuple[ActionDeFiche, str]]:
    """[(action, its address)…] offered to this reader on a unit, in order."""
    return [(action, ou) for action in offres().actions if (ou := action.adresse(request, numero))]


def actions_de_la_liste(request: HttpRequest) -> list[tuple[ActionDeListe, str]]:
    """[(action, its address)…] offered to this reader on a list of companies."""
    return [(action, ou) for action in offres().actions_de_liste if (ou := action.adresse(request))]


def taches(compte: Any, aujourd_hui: date) -> list[Tache]:
    """What waits for an account, in all rooms: what is late first, then by date, what has none last."""
    lues = [tache for lire in offres().taches for tache in lire(compte, aujourd_hui)]
    return sorted(lues, key=lambda t: (not t.en_retard(aujourd_hui), t.avant_le or t.depuis_le or date.max, t.titre))


def plan_du_site() -> dict[str, list[PageOuverte]]:
    """{heading: its pages}. No sheet of a company: search engines are not led to people, masked or not."""
    return {r: [page for page in offres().pages if page.rubrique == r] for r in RUBRIQUES_DU_PLAN}
