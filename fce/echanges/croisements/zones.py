"""Places that a zone, a shopping centre or a hamlet names, without a number: one establishment in five.

Two of them are near each other and are no crossing. Telling who goes to a zone would tell, to whoever reads one of its
sheets, all the visits announced in it. The zone only qualifies what is told for another reason.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Final

from fce.donnees.entreprises.contenu import Adresse
from fce.echanges.croisements.adresses import decouper, ville

_GENRES: Final = frozenset({"zone", "parc", "centre", "lieu", "hameau", "domaine", "village", "ecart", "plaine"})
"""First words of the kinds of street that are such places."""
_ROUTE: Final = re.compile(r"(?:[adn]|rn|rd|cd|autoroute) ?\d")
_ECRITS: Final = (
    (re.compile(r"^(?:zone (?:artisanale|activites?)(?: economiques?)?|zae)\b"), "za"),
    (re.compile(r"^lieu dit "), ""),
)
"""Ways to write one kind of place."""


def zone(adresse: Adresse) -> str:
    """Commune and folded name of the zone, shopping centre or hamlet of an address; "" when it is at a street, hidden
    or abroad."""
    if adresse.masquee or not adresse.voie or not adresse.code_commune or adresse.pays:
        return ""
    numeros, genre, nom = decouper(adresse.voie)
    if not nom or (genre[0] not in _GENRES if genre else numeros or _ROUTE.match(nom)):
        return ""
    for ecrit, plie in _ECRITS:
        nom = ecrit.sub(plie, nom)
    return f"{ville(adresse.code_commune)} {nom}"


def voisins(ici: Collection[str], autres: Collection[str], adresses: Mapping[str, Adresse]) -> frozenset[str]:
    """Establishments of ``autres`` in the same zone as one of ``ici``. ``adresses``: as they may be read."""
    zones = {zone(adresses[siret]) for siret in ici if siret in adresses} - {""}
    return frozenset(siret for siret in autres if zones and siret in adresses and zone(adresses[siret]) in zones)
