"""The tools as the protocol lists them, and the arguments of a call, checked against those schemas."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

import msgspec
from django.http import QueryDict

from fce.api.assistant.faits import ReponseDOutil
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
    de_l_api = {p["name"]: p["schema"] | {"description": p["description"]} for p in PARAMETRES}
    sortie = _sans_references(msgspec.json.schema(ReponseDOutil))
    return {nom: _outil(nom, ecrits["outils"][nom], ecrits["parametres"], de_l_api, sortie) for nom in LECTURES}


def _outil(
    nom: str, dit: dict[str, Any], communs: dict[str, Any], de_l_api: dict[str, Any], sortie: dict[str, Any]
) -> dict[str, Any]:
    enums = {n: {"enum": _ENUMS[n]} for n in dit["parametres"] if n in _ENUMS}
    proprietes = {n: de_l_api[n] for n in dit.get("api", ())}
    proprietes |= {n: communs[n] | enums.get(n, {}) for n in dit["parametres"]}
    entree = {"type": "object", "properties": proprietes, "required": dit["requis"], "additionalProperties": False}
    return {
        "name": nom,
        "title": dit["titre"],
        "description": dit["description"],
        "inputSchema": entree,
        "outputSchema": sortie,
        "annotations": _ANNOTATIONS | {"title": dit["titre"]},
    }


def _sans_references(schema: dict[str, Any]) -> dict[str, Any]:
    nom = schema["$ref"].rpartition("/")[2]
    return {**schema["$defs"][nom], "$defs": {n: s for n, s in schema["$defs"].items() if n != nom}}


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
