"""What a room offers to other rooms: menu entries, actions of a sheet, tasks, figures, what an import sets off in it.

A room declares it in ``OFFRES``, in its ``offres.py``; the pages read ``offres()`` without knowing the room. A room
closed by a setting offers nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from importlib import import_module
from itertools import chain
from typing import Any, Final

from django.apps import apps
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.module_loading import module_has_submodule

from fce.socle.web.routes import Qui

RUBRIQUES_DU_PLAN: Final = ("Chercher", "Les données", "Le service", "Aide et contact", "Informations légales")
BARRE: Final = "barre"


@dataclass(frozen=True, slots=True)
class Entree:
    """A link to a page of a room, for the holders of ``mandat`` if set, else for ``qui``.

    ``rang``: lowest first. ``sous``: ``BARRE`` for the bar under the header; the route of another page for the line of
    links at its top; "" for the menu under the account's name. ``adresse``: (request, path of ``route``) → its path for
    this reader, None when it is not offered. ``court``: its name in the bar of a phone. ``attend``: request → number of
    things that wait there, read apart from the page, and what they are.
    """

    titre: str
    route: str
    rang: int
    sous: str = ""
    qui: Qui = Qui.AGENT
    mandat: str = ""
    adresse: Callable[[HttpRequest, str], str | None] | None = None
    court: str = ""
    attend: tuple[Callable[[HttpRequest], int], str] | None = None


@dataclass(frozen=True, slots=True)
class Palier:
    """A page above others in the breadcrumb. ``titre`` may hold ``{arguments}`` of the URL; ``arguments``: those of its
    own URL."""

    titre: str
    route: str
    arguments: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ActionDeFiche:
    """``adresse``: (request, SIREN or SIRET) → path, None when the action is not offered.

    ``rang``: lowest first. ``principale``: shown as a button, else in the menu; ``court``: its name in the bar at the
    bottom of a phone, where the others are in the menu.
    """

    libelle: str
    adresse: Callable[[HttpRequest, str], str | None]
    rang: int
    principale: bool = False
    court: str = ""


@dataclass(frozen=True, slots=True)
class ActionDeListe:
    """An action on the companies of a results page. ``adresse``: request → path of a page that takes the parameters of
    the list, None when the action is not offered."""

    libelle: str
    adresse: Callable[[HttpRequest], str | None]


@dataclass(frozen=True, slots=True)
class Tache:
    """A task, told as a sentence: ``titre``, its action and link; ``dite``, the rest without any company; ``par``, the
    word before the service that it comes from; ``chez``, before the company. ``precision``: line under it.

    At most one of ``avant_le`` (deadline) and ``depuis_le`` (waiting since). ``sujet``: what it is about, for the room
    that gives it, which alone decides who reads it; then ``entreprise`` (public name), ``lieu`` (commune), ``objet``
    and ``de`` (service) say it.
    """

    titre: str
    adresse: str
    precision: str = ""
    avant_le: date | None = None
    depuis_le: date | None = None
    sujet: object = None
    dite: str = ""
    chez: str = "sur"
    par: str = "de"
    entreprise: str = ""
    lieu: str = ""
    objet: str = ""
    de: str = ""

    def en_retard(self, aujourd_hui: date) -> bool:
        return self.avant_le is not None and self.avant_le < aujourd_hui


@dataclass(frozen=True, slots=True)
class PageOuverte:
    """A public page, whose route takes no argument, under one of ``RUBRIQUES_DU_PLAN``."""

    rubrique: str
    titre: str
    route: str

    @property
    def adresse(self) -> str:
        return reverse(self.route)


@dataclass(frozen=True, slots=True)
class JeuDuService:
    """A data set produced by the service. ``page``, ``schema``: routes; ``fichiers``: {media type: route};
    ``frequence``: code of the European frequency list."""

    nom: str
    titre: str
    description: str
    page: str
    fichiers: Mapping[str, str]
    schema: str
    frequence: str


@dataclass(frozen=True, slots=True)
class ChiffreDImpact:
    """A printed figure with its unit, and its target."""

    libelle: str
    valeur: str
    cible: str = ""


@dataclass(frozen=True, slots=True)
class Impact:
    """Figures, with the first and last day that they cover."""

    debut: date
    fin: date
    chiffres: tuple[ChiffreDImpact, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Offres:
    """``reglage``: setting that opens this room; "" when always open.

    At most one room gives each of the last six.
    """

    reglage: str = ""
    menu: tuple[Entree, ...] = ()
    fil: Mapping[Palier, Iterable[str]] = field(default_factory=dict)
    """{page: routes of the pages under it}."""
    actions: tuple[ActionDeFiche, ...] = ()
    actions_de_liste: tuple[ActionDeListe, ...] = ()
    taches: tuple[Callable[[Any, date], Iterable[Tache]], ...] = ()
    """(account, day) → tasks of this account."""
    faits: Mapping[str, str] = field(default_factory=dict)
    """{code: sentence shown after an action}."""
    liens: Mapping[str, str] = field(default_factory=dict)
    """{kind of thing: route of the page that shows one}."""
    ensembles: Mapping[str, Callable[[Any, Collection[int]], Collection[int]]] = field(default_factory=dict)
    """{kind of set that agents follow: (reader, numbers of sets) → those that he may read now}."""
    fichiers: tuple[Any, ...] = ()
    """Files on demand (``ensembles.fichiers.services.GenreDeFichier``)."""
    pages: tuple[PageOuverte, ...] = ()
    jeux: tuple[JeuDuService, ...] = ()
    avant_bascule: tuple[Callable[[Sequence[str]], None], ...] = ()
    """Called with the names of sources before their views move: the last moment when the version in place and the one
    before can both be read. Must not raise."""
    a_la_bascule: tuple[Callable[[Any, int | None, int | None], None], ...] = ()
    """Called in the transaction of a switch, before the view moves: (source, import put in place, import replaced)."""
    apres_bascule: tuple[str, ...] = ()
    """Jobs that every switch queues in its transaction."""
    apres_index: tuple[str, ...] = ()
    """Jobs that a new index queues."""
    lectures_tues: Mapping[str, str] = field(default_factory=dict)
    """{name in the journal: title} of things that are not sources; company heads are not told of these readings."""
    noms: Callable[[Iterable[str]], Mapping[str, str]] | None = None
    """SIRENs → {SIREN: public name}, unknown ones left out."""
    sirets: Callable[[Collection[str]], Iterable[str]] | None = None
    """Codes of communes → SIRETs of the establishments there, masked ones included: to choose rows to load, never to
    show."""
    couts: Callable[[date, date], Mapping[date, int]] | None = None
    """(first day of the first month, of the last month) → {first day of a month: cents spent}, for the months covered
    by the accounts."""
    impact: Callable[[date, date], Impact | None] | None = None
    """(first day, last day) → figures of the period, None without any."""
    derniere_lecture: Callable[[Any, str], datetime | None] | None = None
    """(account, SIREN or SIRET) → end of its last reading of the sheet, None at the first."""
    evenements: Callable[[str, str, str, int | None], object] | None = None
    """Store an event: (name, opaque identifier of an account or "", control body or "", number or None)."""


def offres_ouvertes() -> list[Offres]:
    """Return the declarations of the open rooms, in the order of ``INSTALLED_APPS``."""
    pieces = [a for a in apps.get_app_configs() if a.module and module_has_submodule(a.module, "offres")]
    declarees = chain.from_iterable(import_module(f"{a.name}.offres").OFFRES for a in pieces)
    return [o for o in declarees if not o.reglage or getattr(settings, o.reglage)]


@cache
def offres() -> Offres:
    """Merge the declarations of the open rooms, once per process."""
    ouvertes = offres_ouvertes()
    return Offres(
        menu=tuple(sorted((e for o in ouvertes for e in o.menu), key=lambda e: (e.rang, e.titre))),
        fil={palier: routes for o in ouvertes for palier, routes in o.fil.items()},
        actions=tuple(sorted((a for o in ouvertes for a in o.actions), key=lambda a: (a.rang, a.libelle))),
        actions_de_liste=tuple(a for o in ouvertes for a in o.actions_de_liste),
        taches=tuple(taches_de for o in ouvertes for taches_de in o.taches),
        faits={code: phrase for o in ouvertes for code, phrase in o.faits.items()},
        liens={chose: route for o in ouvertes for chose, route in o.liens.items()},
        ensembles={chose: lisibles for o in ouvertes for chose, lisibles in o.ensembles.items()},
        fichiers=tuple(genre for o in ouvertes for genre in o.fichiers),
        pages=tuple(page for o in ouvertes for page in o.pages),
        jeux=tuple(sorted((jeu for o in ouvertes for jeu in o.jeux), key=lambda jeu: jeu.titre)),
        avant_bascule=tuple(suite for o in ouvertes for suite in o.avant_bascule),
        a_la_bascule=tuple(suite for o in ouvertes for suite in o.a_la_bascule),
        apres_bascule=tuple(tache for o in ouvertes for tache in o.apres_bascule),
        apres_index=tuple(tache for o in ouvertes for tache in o.apres_index),
        lectures_tues={nom: titre for o in ouvertes for nom, titre in o.lectures_tues.items()},
        noms=next((o.noms for o in ouvertes if o.noms), None),
        sirets=next((o.sirets for o in ouvertes if o.sirets), None),
        couts=next((o.couts for o in ouvertes if o.couts), None),
        impact=next((o.impact for o in ouvertes if o.impact), None),
        derniere_lecture=next((o.derniere_lecture for o in ouvertes if o.derniere_lecture), None),
        evenements=next((o.evenements for o in ouvertes if o.evenements), None),
    )


def actions_de_la_fiche(request: HttpRequest, numero: str) -> list[tuple[ActionDeFiche, str]]:
    """Return [(action, its path)…] offered to this reader on a unit, in order."""
    return [(action, ou) for action in offres().actions if (ou := action.adresse(request, numero))]


def actions_de_la_liste(request: HttpRequest) -> list[tuple[ActionDeListe, str]]:
    """Return [(action, its path)…] offered to this reader on a list of companies."""
    return [(action, ou) for action in offres().actions_de_liste if (ou := action.adresse(request))]


def taches(compte: Any, aujourd_hui: date) -> list[Tache]:
    """Return an account's tasks in all the rooms: late ones first, then by date, those without a date last."""
    toutes = [tache for taches_de in offres().taches for tache in taches_de(compte, aujourd_hui)]
    return sorted(toutes, key=lambda t: (not t.en_retard(aujourd_hui), t.avant_le or t.depuis_le or date.max, t.titre))


def plan_du_site() -> dict[str, list[PageOuverte]]:
    """Return {heading: its pages}. Without any sheet, so that search engines are not led to people."""
    return {r: [page for page in offres().pages if page.rubrique == r] for r in RUBRIQUES_DU_PLAN}
