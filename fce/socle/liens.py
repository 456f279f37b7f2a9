"""Where a thing is shown, and names of companies: a room says so in its ``offres.py``, and the rooms below it name the
thing without knowing the room.

Things: "entreprise" and "etablissement" (a number), "source" (its name), "accueil", "signaler" (a SIREN),
"finalite" (where a purpose is confirmed).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache, lru_cache

from django.urls import reverse

from fce.socle.identifiants import est_siret
from fce.socle.offres import offres


def adresse(chose: str, *arguments: object) -> str:
    """Return the path of the page that shows a thing. Raises KeyError when no room shows this kind."""
    route = offres().liens[chose]
    if len(arguments) == 1 and isinstance(arguments[0], str):
        return adresse_de(route, arguments[0])
    return reverse(route, args=arguments) if arguments else adresse_de(route)


def adresse_de(route: str, numero: str = "") -> str:
    """Return the path of a route that takes nothing, or ``numero`` alone.

    Django writes a path again each time, fifty times slower, and a page has dozens: it is written once per process,
    with zeros for the number, which is then put in their place.
    """
    if not numero:
        return _sans_argument(route)
    if not (numero.isascii() and numero.isdigit()):
        return reverse(route, args=[numero])
    debut, fin = _autour_du_numero(route, len(numero))
    return f"{debut}{numero}{fin}"


@cache
def _sans_argument(route: str) -> str:
    return reverse(route)


@lru_cache(maxsize=512)
def _autour_du_numero(route: str, chiffres: int) -> tuple[str, str]:
    zeros = "0" * chiffres
    debut, _, fin = reverse(route, args=[zeros]).rpartition(zeros)
    return debut, fin


def adresse_signaler(numero: str) -> str:
    """Return the path where an error is reported about a company (SIREN) or an establishment (SIRET)."""
    page = adresse("signaler", numero[:9])
    return f"{page}?siret={numero}" if est_siret(numero) else page


def noms(sirens: Iterable[str]) -> Mapping[str, str]:
    """{SIREN: the name that everyone sees} of those that exist; none where nobody knows."""
    nommer = offres().noms
    return nommer(sirens) if nommer else {}
