"""The tools as the protocol lists them, and the arguments of a call, checked against those schemas."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

from django.http import QueryDict

from fce.api.assistant.faits import SCHEMA
from fce.api.assistant.lectures import LECTURES
from fce.api.strict import verifier
from fce.api.v1 import PARAMETRES
from fce.ensembles.territoires.lieux import GENRES_DE_TERRITOIRE
from fce.socle.erreurs import ParametreInvalide
from fce.sources.onglets import ONGLETS

HABILITEES: Final = "donnees_habilitees"
_ENUMS: Final = {"onglet": [*ONGLETS], "genre": [*GENRES_DE_TERRITOIRE]}
_ANNOTATIONS: Final = {"readOnlyHint": True, "destructiveHint": False, "idempotentHint": True, "openWorldHint": False}


@cache
def outils() -> Mapping[str, dict[str, Any]]:
    """Tools by name, in a stable order."""
    ecrits = tomllib.loads((Path(__file__).parent / "outils.toml").read_text("utf-8"))
    connus = {f"api.{p['name']}": p["schema"] | {"description": p["description"]} for p in PARAMETRES}
    connus |= {nom: p | ({"enum": _ENUMS[nom]} if nom in _ENUMS else {}) for nom, p in ecrits["parametres"].items()}
    return {nom: _outil(nom, ecrits["outils"][nom], connus) for nom in LECTURES}


def _outil(nom: str, dit: Mapping[str, Any], connus: Mapping[str, Any]) -> dict[str, Any]:
    proprietes = {n.removeprefix("api."): connus[n] for n in dit["parametres"]}
    entree = {"type": "object", "properties": proprietes, "required": dit["requis"], "additionalProperties": False}
    return {
        "name": nom,
        "title": dit["titre"],
        "description": dit["description"],
        "inputSchema": entree,
        "outputSchema": SCHEMA,
        "annotations": _ANNOTATIONS | {"title": dit["titre"]},
    }


def arguments_de(outil: Mapping[str, Any], recus: object) -> QueryDict:
    """The arguments of a call, as the parameters of an address. Raises ParametreInvalide."""
    if not isinstance(recus, dict):
        raise ParametreInvalide("Les arguments d’un outil sont un objet.")
    schema, demande = outil["inputSchema"], QueryDict(mutable=True)
    for nom, valeur in recus.items():
        valeurs = valeur if isinstance(valeur, list) else [valeur]
        if not all(isinstance(v, str | int) for v in valeurs):
            raise ParametreInvalide(f"« {str(nom)[:60]} » attend un texte ou un nombre.", parametre=nom)
        demande.setlist(nom, [str(v) for v in valeurs])
    verifier(demande, schema["properties"])
    if manquants := [nom for nom in schema["required"] if not demande.get(nom)]:
        raise ParametreInvalide(f"Donnez « {manquants[0]} ».", parametre=manquants[0])
    for nom, valeurs in demande.lists():
        permis = schema["properties"][nom].get("enum")
        if permis and not set(valeurs) <= {*permis}:
            raise ParametreInvalide(f"« {nom} » vaut : {', '.join(permis)}.", parametre=nom)
    return demande
