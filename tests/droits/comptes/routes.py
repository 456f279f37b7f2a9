"""Every address that the service answers, walked from the URL resolver, with an example of each."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.resolvers import RegexPattern

from fce.socle.web.references import ConvertisseurDeReference
from fce.socle.web.routes import Politique, politique_de

EXEMPLES = {
    "str": "exemple",
    "slug": "exemple",
    "path": "exemple",
    "int": "1",
    "uuid": "00000000-0000-4000-8000-000000000000",
}

# Parts of the patterns that are regular expressions.
FORMES = {"[0-9]{14}": "00000000000000", "[0-9]{9}": "000000000", "[a-z0-9-]{1,45}": "exemple"}


@dataclass(frozen=True, slots=True)
class Route:
    """``adresse``: one that the route matches, whatever it names."""

    nom: str
    adresse: str
    politique: Politique | None


def routes() -> list[Route]:
    """All of them, named ``espace:nom``."""
    return list(_parcourir(get_resolver(), "/", ""))


def _parcourir(resolver: URLResolver, prefixe: str, espace: str) -> Iterator[Route]:
    for motif in resolver.url_patterns:
        adresse = prefixe + _adresse(motif)
        if isinstance(motif, URLResolver):
            yield from _parcourir(motif, adresse, f"{motif.namespace}:" if motif.namespace else espace)
        elif isinstance(motif, URLPattern):
            yield Route(f"{espace}{motif.name}", adresse, politique_de(motif.callback))


def _adresse(motif: URLPattern | URLResolver) -> str:
    texte = str(motif.pattern)
    if isinstance(motif.pattern, RegexPattern):
        for forme, exemple in FORMES.items():
            texte = texte.replace(forme, exemple)
        return re.sub(r"\(\?P<\w+>([^)]*)\)", r"\1", texte).strip("^$").replace("\\", "")
    return re.sub(r"<(?:(\w+):)?(\w+)>", lambda trouve: _exemple(motif, *trouve.groups()), texte)


def _exemple(motif: URLPattern | URLResolver, genre: str | None, nom: str) -> str:
    convertisseur = motif.pattern.converters[nom]
    if isinstance(convertisseur, ConvertisseurDeReference):
        return convertisseur.to_url(1)
    return EXEMPLES.get(genre or "str", "exemple")
