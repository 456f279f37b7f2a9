"""The documentation by task: each of its calls answers, and it covers each task of the API."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path
from typing import Any, Final

import pytest
from django.test import Client

from fce.api import v1
from fce.api.lots import IDENTIFIANTS_MAX, POIDS
from fce.api.v1 import api
from fce.demo import personnages
from fce.donnees.changements import fichiers, services
from fce.socle.web.routes import POIDS_D_UN_FICHIER
from tests.donnees.changements.histoire import importer
from tests.donnees.changements.test_flux import PERSONNE, A, lieux, unites
from tests.recherche.repertoire import LIEUX, UNITES
from tests.recherche.univers import Univers

pytestmark = [pytest.mark.django_db, pytest.mark.catalogue]
PAGE: Final = (Path(__file__).parents[2] / "docs" / "api.md").read_text("utf-8")
APPELS: Final = re.findall(r"^curl .*$", PAGE, re.MULTILINE)
DEPOTS: Final = "/depots"


def jouer(client: Client, appel: str, siren: str) -> Any:
    mots = shlex.split(appel.replace("$FCE", "").replace(personnages.GROUPE.siren, siren))
    if "-X" not in mots:
        return client.get(mots[-1])
    return client.post(mots[-1], mots[mots.index("-d") + 1], content_type="application/json")


@pytest.mark.parametrize("appel", [x for x in APPELS if "/changements" not in x and "/fichiers" not in x])
def test_each_call_answers(client: Client, appel: str) -> None:
    univers = Univers()
    siren = univers.entreprise("FORGES DU NORD", categorie_entreprise="PME")
    univers.indexer()
    reponse = jouer(client, appel, siren)
    assert reponse.status_code == 200, reponse.content[:300]
    assert json.loads(reponse.content)


@pytest.mark.parametrize("appel", [x for x in APPELS if "/changements" in x or "/fichiers" in x])
def test_each_call_of_a_copy_answers(client: Client, appel: str, settings: Any, tmp_path: Path) -> None:
    settings.FCE_DATA_DIR = tmp_path
    importer({UNITES: unites(**{A: PERSONNE}), LIEUX: lieux()})
    services.calculer()
    fichiers.ecrire()
    reponse = jouer(client, appel, A)
    assert reponse.status_code == 200
    assert b"".join(reponse) if reponse.streaming else reponse.content


def test_every_operation_open_to_all_belongs_to_a_task() -> None:
    dits = {re.sub(r"[?\"].*", "", x.split("$FCE")[1]) for x in APPELS}
    aide = ("nomenclatures", "suggestions", "etablissements")
    for chemin in api.get_openapi_schema()["paths"]:
        if DEPOTS not in chemin and not any(mot in chemin for mot in aide):
            assert any(re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", chemin), dit) for dit in dits), chemin


def test_the_limits_are_those_of_the_service() -> None:
    assert f"{IDENTIFIANTS_MAX:,}".replace(",", " ") in PAGE
    assert f"un lot pour {POIDS}" in PAGE
    assert f"compte pour {POIDS} demandes" in PAGE
    assert f"Un fichier compte pour {POIDS_D_UN_FICHIER}" in PAGE.replace("\n", " ")


def test_every_property_of_the_answers_is_described_and_no_description_is_left_over() -> None:
    formes = api.get_openapi_schema()["components"]["schemas"]
    proprietes = [(nom, p, x) for nom, forme in formes.items() for p, x in forme.get("properties", {}).items()]
    assert [f"{nom}.{p}" for nom, p, x in proprietes if not x.get("description")] == []
    assert set(v1._DITES) <= {p for _, p, _ in proprietes}
