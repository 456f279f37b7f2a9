"""What the author of a data set says of its live answers. Light: every web process imports it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, NoReturn, Protocol

from fce.socle.erreurs import ImportRefuse
from fce.socle.identifiants import est_siret
from fce.sources import champs as types
from fce.sources.acces import Acces, Secret

if TYPE_CHECKING:
    from pathlib import Path

Elements = Iterable[Mapping[str, Any]]
_VARIABLE = re.compile(r"\{(\w+)\}")


def elements(donnees: Any) -> Elements:
    """What ``data`` holds in the envelope of API Entreprise: one object, or a list of {data, links, meta}.

    Raises ``TypeError`` or ``KeyError`` on anything else: the answer is not what was announced.
    """
    if isinstance(donnees, list):
        return [element["data"] for element in donnees]
    if not isinstance(donnees, dict):
        raise TypeError(type(donnees).__name__)
    return [donnees]


@dataclass(frozen=True, slots=True)
class ApiEntreprise:
    """Where to ask, and how an answer becomes rows.

    ``chemin``: path with its version; ``{siren}`` or ``{siret}`` is the number of the unit, ``{annee}`` a year.
    ``chemin_etablissement``: path for the sheet of an establishment, when it is another one.
    ``champs``: {attribute of the source: dotted path of its value in an element}; the number asked is added by itself.
    ``lignes``: ``data`` of the answer → its elements, one per row (it may compute, never drop a fault).
    ``conservation``: how long an answer may be shown again to the same administration for the same purpose; None:
    never kept. ``annees``: for a path with ``{annee}``, how many years back to ask, the first that answers is shown.
    ``diffusion_partielle``: only asked for a unit whose identity or address is masked, all of whose fields it shows.
    Without ``{siren}``, the sheet of a company asks about its siège.
    """

    chemin: str
    champs: Mapping[str, str]
    lignes: Callable[[Any], Elements] = elements
    conservation: timedelta | None = None
    annees: tuple[int, ...] = ()
    chemin_etablissement: str = ""
    diffusion_partielle: bool = False

    @property
    def fournisseur(self) -> str:
        """Who answers behind API Entreprise, as its paths name it ("dgfip"): each one fails on its own."""
        return self.chemin.split("/")[2]

    def chemin_de(self, numero: str) -> str:
        """Path for a SIREN or a SIRET, its ``{annee}`` left to fill. Raises ``ValueError`` when there is none."""
        genre = "siret" if est_siret(numero) else "siren"
        for chemin in (self.chemin, self.chemin_etablissement):
            if f"{{{genre}}}" in chemin:
                return chemin.replace(f"{{{genre}}}", numero)
        raise ValueError(f"no path for a {genre}")

    def interroge(self, genre: str) -> bool:
        """Whether a number of this kind ("siren" or "siret") may be asked."""
        return f"{{{genre}}}" in self.chemin + self.chemin_etablissement

    def fautes(self, champs: Mapping[str, types.Champ], acces: Acces, *, importable: bool) -> list[str]:
        """What contradicts the rest of the declaration (its fields, its access, whether it has a file), in French."""
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
    """A source, as far as its live answers are concerned."""

    @property
    def nom(self) -> str: ...

    @property
    def direct(self) -> ApiEntreprise | None: ...


def direct_de(source: Interrogeable) -> ApiEntreprise:
    """What the source says of its live answers. Raises ``LookupError`` when it has none."""
    if source.direct is None:
        raise LookupError(f"{source.nom} is not live")
    return source.direct


def refuser_tout_fichier(chemin: Path) -> NoReturn:
    """Reader of the sources that have no file."""
    raise ImportRefuse("Cette source s'interroge en direct, unité par unité : aucun fichier ne s'y importe.")
