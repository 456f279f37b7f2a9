"""Who may call a view, said on the view itself. What says nothing is closed: ``config.middleware`` refuses it.

A policy speaks of the address only; what of its content the reader may see is decided by ``droits.can``.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache, wraps
from typing import Any, TypeVar, cast

from django.conf import settings
from django.urls import Resolver404, resolve

from fce.socle.roles import Role, elever

Vue = TypeVar("Vue", bound=Callable[..., Any])
LECTURE = frozenset({"GET", "HEAD"})


class Qui(StrEnum):
    """Who is expected. ``CONNECTE``: any account; ``JETON``: a program, whose token the view itself checks."""

    TOUS = "tous"
    CONNECTE = "connecte"
    AGENT = "agent"
    PARTICULIER = "particulier"
    MANDAT = "mandat"
    JETON = "jeton"


class Voie(StrEnum):
    """The lane of a request: the threads of the server that answer it, and the limit that it counts in.

    ``FRAGMENT``: what a page asks for by itself; ``FICHIER``: a file, long to make or to send; ``DEPOT``: takes a large
    body, whose sender the view checks before it reads it; ``SANTE``: a supervisor's, answered whatever the rest does.
    """

    PAGE = "page"
    FRAGMENT = "fragment"
    API = "api"
    FICHIER = "fichier"
    DEPOT = "depot"
    SANTE = "sante"


@dataclass(frozen=True, slots=True)
class Politique:
    """``mandats``: roles, one of which is needed (``Qui.MANDAT``)."""

    qui: Qui
    methodes: frozenset[str] = LECTURE
    mandats: frozenset[str] = frozenset()
    voie: Voie = Voie.PAGE

    @property
    def second_facteur(self) -> bool:
        """Whether a second factor is asked for: of every agent, mandated or not, unless ``config.acces`` exempts the
        view by its name. A private person has none to give."""
        return self.qui in (Qui.AGENT, Qui.MANDAT)


def acces(
    qui: Qui,
    methodes: Collection[str] = LECTURE,
    *,
    mandats: Collection[str] = (),
    role: Role | None = None,
    voie: Voie = Voie.PAGE,
) -> Callable[[Vue], Vue]:
    """Declare the policy of a view: the decorator that every view of the house bears.

    ``role``: what the view needs of the database even when nobody is signed in (``socle.roles``).
    Raises ValueError when roles and ``Qui.MANDAT`` do not go together.
    """
    if bool(mandats) is not (qui is Qui.MANDAT):
        raise ValueError("roles are named with Qui.MANDAT, and only with it")
    noms = frozenset(methodes)
    politique = Politique(qui, noms | {"HEAD"} if "GET" in noms else noms, frozenset(mandats), voie)

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
    """The policy that a view declares, None when it declares none."""
    trouvee = getattr(vue, "politique", None)
    return trouvee if isinstance(trouvee, Politique) else None


def politique_du_chemin(chemin: str) -> Politique | None:
    """The policy of the view at this path of the site; None when there is none, or when it declares none."""
    return _politique_du_chemin(chemin, settings.ROOT_URLCONF)


@lru_cache(maxsize=1_000)
def _politique_du_chemin(chemin: str, adresses: str) -> Politique | None:
    """``adresses``: module of the addresses. A request asks it twice or three times before its view runs."""
    try:
        return politique_de(resolve(chemin, adresses).func)
    except Resolver404:
        return None
