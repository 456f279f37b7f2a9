"""Links to things shown by upper rooms, and names of companies: rooms below name a thing without knowing the room that
shows it (``Offres.liens``).

Things: "entreprise" and "etablissement" (a number), "source" (its name), "accueil", "signaler" (a SIREN), "finalite"
(page to confirm a purpose), "marquer-lue" (a number), "liste" (its number), "liste-d-operation" (number of
an operation).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache, lru_cache

from django.urls import reverse

from fce.socle.texte.identifiants import est_siret
from fce.socle.web.offres import offres


def adresse(chose: str, *arguments: object) -> str:
    """Return the path of the page that shows a thing. Raises KeyError when no room shows this kind."""
    route = offres().liens[chose]
    if len(arguments) == 1 and isinstance(arguments[0], str):
        return adresse_de(route, arguments[0])
    return reverse(route, args=arguments) if arguments else adresse_de(route)


def fiche(numero: str) -> str:
    """Return the path of the sheet of a company (SIREN) or of an establishment (SIRET)."""
    return adresse("etablissement" if est_siret(numero) else "entreprise", numero)


def adresse_de(route: str, numero: str = "") -> str:
    """Return the path of a route without argument, or with ``numero`` alone.

    Django's ``reverse`` is fifty times slower and a page has dozens of links: compute each path once per process, with
    zeros for the number, then insert the number.
    """
    if not numero:
        return _sans_argument(route)
    if not (numero.isascii() and numero.isdigit()):
        return reverse(route, args=[numero])
    autour = _autour_du_numero(route, len(numero))
    return reverse(route, args=[numero]) if autour is None else f"{autour[0]}{numero}{autour[1]}"


@cache
def _sans_argument(route: str) -> str:
    return reverse(route)


@lru_cache(maxsize=512)
def _autour_du_numero(route: str, chiffres: int) -> tuple[str, str] | None:
    """The parts of a path around a number; None where the path holds a reference in its place."""
    zeros = "0" * chiffres
    debut, trouve, fin = reverse(route, args=[zeros]).rpartition(zeros)
    return (debut, fin) if trouve else None


def adresse_signaler(numero: str) -> str:
    """Return the path of the error report form for a company (SIREN) or an establishment (SIRET)."""
    page = adresse("signaler", numero[:9])
    return f"{page}?siret={numero}" if est_siret(numero) else page


def noms(sirens: Iterable[str]) -> Mapping[str, str]:
    """Return {SIREN: public name}, unknown ones left out; empty when no room gives names."""
    nommer = offres().noms
    return nommer(sirens) if nommer else {}
