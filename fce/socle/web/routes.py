"""Access policy of a view, declared by a decorator. ``config.middleware`` refuses a view without one.

A policy concerns the address; ``droits.habilitations.can`` decides what the reader sees of its content.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache, wraps
from typing import Any, Final, Self, TypeVar, cast

from django.conf import settings
from django.http import HttpRequest
from django.urls import Resolver404, resolve

from fce.socle.base.roles import Role, elever

Vue = TypeVar("Vue", bound=Callable[..., Any])
LECTURE = frozenset({"GET", "HEAD"})
API = "/api/"
MCP: Final = "/mcp"
"""Path where assistants read for an agent (docs/adr/0071); no cookie is read there."""
PROGRAMMES = (API, "/reconcile")
"""Beginnings of the paths that programs read: errors in JSON, and public answers open to scripts of other sites."""
CONTRAT = "/api/recherche-entreprises"
"""Beginning of the paths whose answers, errors included, have the form of the State's search API (docs/adr/0066)."""
COMPTE: Final = "fce.compte"
"""Key of the WSGI environment where the application puts who is signed in, for the server; clients cannot set it."""
POIDS_D_UN_FICHIER: Final = 10
"""Requests that a file counts for in the rate limits."""


class Qui(StrEnum):
    """Who may call a view. ``CONNECTE``: any account. ``JETON``: a program whose token the view checks."""

    TOUS = "tous"
    CONNECTE = "connecte"
    AGENT = "agent"
    PARTICULIER = "particulier"
    MANDAT = "mandat"
    JETON = "jeton"


class Voie(StrEnum):
    """Lane of a request: which server threads answer it, and which rate limit counts it.

    - ``FRAGMENT``: loaded by a page on its own;
    - ``FICHIER``: a file, long to make or to send;
    - ``DEPOT``: a large body, whose sender the view checks before reading it;
    - ``SANTE``: health checks, answered whatever the load.
    """

    PAGE = "page"
    FRAGMENT = "fragment"
    API = "api"
    FICHIER = "fichier"
    DEPOT = "depot"
    SANTE = "sante"


class Surface(StrEnum):
    """What the journal can hold: every kind of answer in which reserved data leave. ``nom``: on screen; ``phrase``: in
    the documents."""

    nom: str
    phrase: str

    def __new__(cls, valeur: str, nom: str = "", phrase: str = "") -> Self:
        membre = str.__new__(cls, valeur)
        membre._value_, membre.nom, membre.phrase = valeur, nom, phrase
        return membre

    FICHE = "fiche", "fiche", "Une page est lue ; à défaut d’autre mot, c’est celui-ci."
    FRAGMENT = "fragment", "partie de fiche", "Une partie de page est lue, que la page demande elle-même."
    DIRECT = "direct", "source en direct", "La réponse d’une source interrogée à l’instant est lue."
    API = "api", "API", "Un programme lit par l’API."
    ASSISTANT = "assistant", "assistant", "Un assistant lit pour un agent, qui le lui a permis."
    CSV = "csv", "fichier csv", "Un fichier csv est écrit."
    XLSX = "xlsx", "classeur", "Un classeur est écrit."
    LISTE = "liste", "liste", "Une page de plusieurs lignes est lue : liste, territoire, visites, demandes."
    JOURNAL = "journal", "journal", "Le journal lui-même est lu."
    NOTE = "note", "note de préparation", "La note de préparation est lue."
    PDF = "pdf", "note en PDF", "La note de préparation est écrite en PDF."
    OPERATION = "operation", "opération", "Les visites annoncées aux cibles d’une opération sont lues."
    ACCUEIL = "accueil", "accueil", "L’accueil d’un agent montre d’office ce qui l’attend."
    FILTRE = "filtre", "déduite d’un filtre", "Une réponse dit quelque chose d’une entreprise que ses filtres écartent."


@dataclass(frozen=True, slots=True)
class Politique:
    """``mandats``: with ``Qui.MANDAT``, the roles of which one is needed. ``poids``: requests that one counts for, or a
    function that says it of each. ``lit``: its POST only reads (a question too long for an address), so that a replica
    may answer. ``octets``: longest body; 0: that of a form. ``parties``: its file may be read by parts (``Range``); a
    short one counts for one request, among those of fragments."""

    qui: Qui
    methodes: frozenset[str] = LECTURE
    mandats: frozenset[str] = frozenset()
    voie: Voie = Voie.PAGE
    surface: Surface = Surface.FICHE
    poids: int | Callable[[HttpRequest], int] = 1
    lit: bool = False
    octets: int = 0
    parties: bool = False

    @property
    def second_facteur(self) -> bool:
        """Whether a second factor is required: of every agent, mandated or not, unless ``config.acces`` exempts the
        view. Private persons have none."""
        return self.qui in (Qui.AGENT, Qui.MANDAT)


def acces(
    qui: Qui,
    methodes: Collection[str] = LECTURE,
    *,
    mandats: Collection[str] = (),
    role: Role | None = None,
    voie: Voie = Voie.PAGE,
    surface: Surface = Surface.FICHE,
    poids: int | Callable[[HttpRequest], int] = 1,
    lit: bool = False,
    octets: int = 0,
    parties: bool = False,
) -> Callable[[Vue], Vue]:
    """Declare the policy of a view; every view carries this decorator.

    ``role``: database role that the view needs even when nobody is signed in (``socle.base.roles``). ``surface``: what
    the journal calls the answer of the view. ``poids``, ``lit``, ``octets``, ``parties``: see ``Politique``. Raises
    ValueError when ``mandats`` is given without ``Qui.MANDAT``, or the reverse.
    """
    if bool(mandats) is not (qui is Qui.MANDAT):
        raise ValueError("roles are named with Qui.MANDAT, and only with it")
    noms = frozenset(methodes)
    noms |= {"HEAD"} if "GET" in noms else set()
    politique = Politique(qui, noms, frozenset(mandats), voie, surface, poids, lit, octets, parties)

    def poser(vue: Vue) -> Vue:
        posee = vue if role is None else _sous_role(vue, role)
        posee.politique = politique  # type: ignore[attr-defined]
        return posee

    return poser


def _sous_role(vue: Vue, role: Role) -> Vue:
    @wraps(vue)
    def elevee(*args: Any, **kwargs: Any) -> Any:
        elever(role)
        return vue(*args, **kwargs)

    return cast(Vue, elevee)


def politique_de(vue: object) -> Politique | None:
    """Return the policy of a view, None when it declares none."""
    trouvee = getattr(vue, "politique", None)
    return trouvee if isinstance(trouvee, Politique) else None


def surface_de(request: HttpRequest) -> Surface:
    """The surface that the view of a request declares."""
    politique = politique_de(request.resolver_match.func) if request.resolver_match else None
    return politique.surface if politique else Surface.FICHE


def politique_du_chemin(chemin: str) -> Politique | None:
    """Return the policy of the view at this path; None when there is no view, or no policy."""
    return _politique_du_chemin(chemin, settings.ROOT_URLCONF)


@lru_cache(maxsize=1_000)
def _politique_du_chemin(chemin: str, adresses: str) -> Politique | None:
    """``adresses``: URL configuration module. Cached: a request asks for it three times before its view (ADR 0054)."""
    try:
        return politique_de(resolve(chemin, adresses).func)
    except Resolver404:
        return None
