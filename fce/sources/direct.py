"""Declaration of the live answers of a data set. Every web process imports this module: keep it light."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, NoReturn, Protocol

from fce.socle.erreurs import ImportRefuse
from fce.socle.texte.identifiants import est_siret
from fce.sources import champs as types
from fce.sources.acces import Acces, Secret

Elements = Iterable[Mapping[str, Any]]
_VARIABLE = re.compile(r"\{(\w+)\}")


def elements(donnees: Any) -> Elements:
    """``data`` in the envelope of API Entreprise: one object, or a list of {data, links, meta}.

    Raises TypeError or KeyError on any other shape.
    """
    if isinstance(donnees, list):
        return [element["data"] for element in donnees]
    if not isinstance(donnees, dict):
        raise TypeError(type(donnees).__name__)
    return [donnees]


@dataclass(frozen=True, slots=True)
class ApiEntreprise:
    """How to ask API Entreprise and turn an answer into rows.

    ``chemin``: path with its version; ``{siren}`` or ``{siret}`` is the unit's number, ``{annee}`` a year. Without
    ``{siren}``, the sheet of a company asks about its siège. ``chemin_etablissement``: path for an establishment, if
    different.
    ``champs``: {attribute: dotted path in an element}; the number asked is added. ``lignes``: ``data`` → elements, one
    per row.
    ``conservation``: how long to reuse an answer for the same administration and purpose; None: never.
    ``annees``: with ``{annee}``, years back to ask in turn until one answers.
    ``diffusion_partielle``: only asked about masked units, and shows all its fields.
    ``secours``: the sheet only asks while no file of the source is in place.
    """

    chemin: str
    champs: Mapping[str, str]
    lignes: Callable[[Any], Elements] = elements
    conservation: timedelta | None = None
    annees: tuple[int, ...] = ()
    chemin_etablissement: str = ""
    diffusion_partielle: bool = False
    secours: bool = False

    @property
    def fournisseur(self) -> str:
        """Provider behind API Entreprise ("dgfip"), from the path; each has its own circuit breaker."""
        return self.chemin.split("/")[2]

    def chemin_de(self, numero: str) -> str:
        """Path for a SIREN or a SIRET, with ``{annee}`` left to fill. Raises ValueError when there is none."""
        genre = "siret" if est_siret(numero) else "siren"
        for chemin in (self.chemin, self.chemin_etablissement):
            if f"{{{genre}}}" in chemin:
                return chemin.replace(f"{{{genre}}}", numero)
        raise ValueError(f"no path for a {genre}")

    def interroge(self, genre: str) -> bool:
        return f"{{{genre}}}" in self.chemin + self.chemin_etablissement

    def fautes(self, champs: Mapping[str, types.Champ], acces: Acces, *, importable: bool) -> list[str]:
        fautes = []
        variables = set(_VARIABLE.findall(self.chemin + self.chemin_etablissement))
        if not re.fullmatch(r"/v\d+/[a-z_]+(/[a-z_{}]+)+", self.chemin) or variables - {"siren", "siret", "annee"}:
            fautes.append(f"le chemin « {self.chemin} » n'est pas de la forme /v3/fournisseur/…/{{siren}}/…")
        if not {"siren", "siret"} & variables:
            fautes.append("le chemin ne contient ni {siren} ni {siret}")
        if ("annee" in variables) != bool(self.annees):
            fautes.append("{annee} et la liste des années vont ensemble")
        fautes += [f"la réponse remplit un champ qui n'existe pas : « {a} »" for a in self.champs if a not in champs]
        if not any(isinstance(c, types.Siren | types.Siret) for c in champs.values()):
            fautes.append("une source directe a un champ SIREN ou SIRET")
        if self.diffusion_partielle and (acces.classe == "C0" or importable):
            fautes.append("ce que masque la diffusion partielle ne se lit qu'en direct, et n'est pas ouvert à tous")
        if isinstance(acces, Secret) and acces.groupe == "fiscal" and self.conservation:
            fautes.append("une réponse sous secret fiscal ne se conserve pas")
        return fautes


class Interrogeable(Protocol):
    @property
    def nom(self) -> str: ...

    @property
    def direct(self) -> ApiEntreprise | None: ...


def direct_de(source: Interrogeable) -> ApiEntreprise:
    """Raises LookupError when the source has no live answers."""
    if source.direct is None:
        raise LookupError(f"{source.nom} is not live")
    return source.direct


def refuser_tout_fichier(chemin: Path) -> NoReturn:
    raise ImportRefuse("Cette source s'interroge en direct, unité par unité : aucun fichier ne s'y importe.")
