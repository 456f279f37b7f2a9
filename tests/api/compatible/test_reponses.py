"""Answers recorded from the State's API have the shape of ours: keys, types, nullability."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from tests.api.compatible.conftest import Registre

pytestmark = pytest.mark.django_db
TOUT = "include_admin=etablissements,immatriculation,bodacc,admin"
RETIRES = {"/results[]/slug"}
"""Keys of old answers, which the contract has since moved to « admin »."""
RECENTS = {
    "/results[]/siege/dernier_numero_voie",
    "/results[]/activite_principale_naf25",
    "/results[]/etablissements[]/successions",
    "/results[]/tva",
    "/results[]/siege/activite_principale_naf25",
    "/results[]/bodacc",
}
"""Keys that the contract gained, absent from some of the recorded answers."""


def formes(objet: Any, chemin: str = "") -> Iterator[tuple[str, str]]:
    """Every (path, type) of a JSON value; a number is a number, whole or not."""
    genre = {"int": "nombre", "float": "nombre"}.get(type(objet).__name__, type(objet).__name__)
    yield chemin, genre
    if isinstance(objet, dict):
        for cle, valeur in objet.items():
            yield from formes(valeur, f"{chemin}/{'<année>' if cle.isdigit() and len(cle) == 4 else cle}")
    elif isinstance(objet, list):
        for element in objet:
            yield from formes(element, f"{chemin}[]")


@pytest.fixture
def enregistrees(dossier_partage: Path) -> dict[str, set[str]]:
    """{path: types} in all the recorded answers."""
    dossier = dossier_partage / "data" / "reponses_annuaire"
    vues: dict[str, set[str]] = {}
    for fichier in (*dossier.glob("e2e_fixtures/search-*.json"), *dossier.glob("idcc_fixtures/search-*.json")):
        for chemin, genre in formes(json.loads(fichier.read_text("utf-8"))["result"]):
            vues.setdefault(chemin, set()).add(genre)
    return vues


def nos_formes(client: Client, registre: Registre) -> dict[str, set[str]]:
    vues: dict[str, set[str]] = {}
    demandes = [f"q={siren}&{TOUT}" for siren in registre.siren.values()] + [f"q=ganymede&{TOUT}"]
    for demande in demandes:
        for chemin, genre in formes(client.get(f"/api/recherche-entreprises/search?{demande}").json()):
            vues.setdefault(chemin, set()).add(genre)
    return vues


def test_our_answers_have_the_keys_and_the_types_of_the_recorded_ones(
    client: Client, registre: Registre, enregistrees: dict[str, set[str]]
) -> None:
    notres = nos_formes(client, registre)
    absentes = enregistrees.keys() - notres.keys() - RETIRES
    assert {c for c in absentes if not _sous_une_liste_vide(c, notres)} == set()
    autres = {
        chemin: (genres, notres[chemin])
        for chemin, genres in enregistrees.items()
        if chemin in notres
        and not notres[chemin] - {"NoneType"} <= genres | {"nombre"} - {"NoneType"}
        and genres != {"NoneType"}
    }
    assert autres == {}
    blocs = {c for c in notres if c.count("/") == 2}
    assert blocs - {c for c in enregistrees if c.count("/") == 2} - RECENTS == set()


def _sous_une_liste_vide(chemin: str, notres: dict[str, set[str]]) -> bool:
    """Whether no company of the small register has what this path is inside of."""
    parent = chemin.rpartition("/")[0] if not chemin.endswith("[]") else chemin[:-2]
    return bool(parent) and (parent not in notres or notres[parent] == {"NoneType"} or chemin.endswith("[]"))


def test_a_flag_or_a_list_is_never_another_thing(client: Client, registre: Registre) -> None:
    """« false » and « null » are what clients test: a flag is never null, a missing list never empty."""
    for siren in registre.siren.values():
        lue = client.get(f"/api/recherche-entreprises/search?q={siren}").json()["results"][0]
        drapeaux = {k: v for k, v in lue["complements"].items() if k.startswith(("est_", "a_", "bilan_"))}
        assert all(v in (True, False) for k, v in drapeaux.items() if k not in ("est_service_public", "est_l100_3"))
        assert [] not in (v for k, v in lue["complements"].items() if k.startswith("liste_"))
