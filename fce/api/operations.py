"""The operations of an OpenAPI document, as a documentation page shows them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

import msgspec

from fce.socle.texte.formats import pluriel

LIGNES: Final = 40
"""Lines of an answer that a page shows."""


@dataclass(frozen=True)
class Parametre:
    """One parameter of an operation."""

    nom: str
    requis: bool
    repetable: bool
    defaut: object
    description: str


@dataclass(frozen=True)
class Operation:
    """One operation of an API."""

    verbe: str
    chemin: str
    resume: str
    description: str
    parametres: list[Parametre]
    exemple: str
    reponse: str
    corps: str
    essai: str


class ExempleDeReponse(NamedTuple):
    """The address of a request, the first lines of its answer ("" when it cannot be given now), the body sent.

    ``essai``: what the form that tries it holds; None: the address; "": no form."""

    adresse: str
    reponse: str = ""
    corps: str = ""
    essai: str | None = None


def operations(chemins: Mapping[str, Any], exemples: Mapping[str, ExempleDeReponse]) -> list[Operation]:
    """Operations of a document's paths. ``exemples``: {path: example}, the path itself by default."""
    return [
        _operation(verbe, chemin, decrite, exemples.get(chemin, ExempleDeReponse(chemin)))
        for chemin, verbes in chemins.items()
        for verbe, decrite in verbes.items()
    ]


def _operation(verbe: str, chemin: str, decrite: Mapping[str, Any], exemple: ExempleDeReponse) -> Operation:
    reservee = "security" in decrite
    essai = exemple.adresse if exemple.essai is None else exemple.essai
    return Operation(
        verbe=verbe.upper(),
        chemin=chemin,
        resume=str(decrite["summary"]),
        # Public operations have only developer descriptions, in English: not displayed.
        description=str(decrite["description"]) if reservee else "",
        parametres=[_parametre(p) for p in decrite.get("parameters", [])],
        exemple="" if reservee else exemple.adresse,
        reponse="" if reservee else exemple.reponse,
        corps="" if reservee else exemple.corps,
        essai="" if reservee or (verbe != "get" and not exemple.corps) else essai,
    )


def lignes(reponse: object) -> str:
    """The first lines of an answer, and how many more there are."""
    ecrites = msgspec.json.format(msgspec.json.encode(reponse), indent=2).decode().splitlines()
    suite = [f"… et {pluriel(len(ecrites) - LIGNES, 'autre ligne', 'autres lignes')}"] if len(ecrites) > LIGNES else []
    return "\n".join([*ecrites[:LIGNES], *suite])


def _parametre(brut: dict[str, Any]) -> Parametre:
    forme = brut.get("schema", {})
    return Parametre(
        nom=brut["name"],
        requis=bool(brut.get("required")),
        repetable=forme.get("type") == "array",
        defaut=forme.get("default") or "",
        description=brut.get("description", ""),
    )
