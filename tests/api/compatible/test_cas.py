"""The reference list of the contract: every case that does not depend on national data passes as it is."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from fce.api.compatible import parametres
from fce.socle.erreurs import ParametreInvalide
from tests.api.compatible.cas import fautes
from tests.api.compatible.conftest import Registre

pytestmark = pytest.mark.django_db
BASE = "/api/recherche-entreprises"
UNITES = {"(unit) is_siren": parametres.est_siren, "(unit) is_siret": parametres.est_siret}
NAISSANCE = "(unit) convert_to_year_month"
"""How a birth date is cut to its month: no answer of ours gives one."""


@pytest.fixture
def cas(dossier_partage: Path) -> list[dict[str, Any]]:
    lignes = (dossier_partage / "cases" / "api_recherche.jsonl").read_text("utf-8").splitlines()
    return [json.loads(ligne) for ligne in lignes]


def manques(client: Client, un: Mapping[str, Any]) -> list[str]:
    """What our answer to a case does not meet."""
    demander = client.head if un["method"] == "HEAD" else client.get
    reponse = demander(f"{BASE}{un['path']}", un["params"])
    if reponse.status_code != un["expect_status"]:
        return [f"{reponse.status_code}, et non {un['expect_status']}"]
    return fautes(reponse.json(), un["checks"]) if un["checks"] else []


@pytest.mark.usefixtures("registre")
def test_every_case_without_national_data_passes_as_it_is(client: Client, cas: list[dict[str, Any]]) -> None:
    joues = [un for un in cas if not un["data_dependent"] and not un["path"].startswith("(unit)")]
    assert len(joues) > 90
    assert {un["name"]: m for un in joues if (m := manques(client, un))} == {}


def test_the_numbers_that_the_contract_takes_for_a_siren_or_a_siret(cas: list[dict[str, Any]]) -> None:
    joues = [un for un in cas if un["path"].startswith("(unit)")]
    assert {un["path"] for un in joues} == {*UNITES, NAISSANCE}
    for un in joues:
        if un["path"] != NAISSANCE:
            assert UNITES[un["path"]](un["params"]["q"]) is un["checks"][0]["value"], un["name"]


def test_the_parameters_of_every_case_are_accepted_or_refused_as_the_contract_says(cas: list[dict[str, Any]]) -> None:
    for un in cas:
        if un["path"] not in ("/search", "/near_point"):
            continue
        dit = None
        try:
            parametres.typer(un["params"], autour=un["path"] == "/near_point")
        except ParametreInvalide as erreur:
            dit = {"erreur": erreur.message}
        assert (400 if dit else 200) == un["expect_status"], un["name"]
        assert not dit or not fautes(dit, un["checks"]), un["name"]


def equivalents(r: Registre) -> dict[str, dict[str, str]]:
    """{case: parameters of the same question to the small register}."""
    moulin = r.siren["moulin"]
    siret = f"{moulin}{r.unites[0]['nic_siege']}"
    return {
        "bool_filters_rge_and_idcc": {},
        "commune_filter": {"code_commune": "59350"},
        "activite_principale_filter": {},
        "code_collectivite_territoriale": {"code_collectivite_territoriale": "59350"},
        "est_collectivite_territoriale": {},
        "est_organisme_formation": {},
        "of_false_qualiopi_true": {},
        "id_convention_collective": {},
        "id_finess_geographique": {},
        "id_rge": {},
        "id_uai": {},
        "section_activite_principale": {},
        "selected_fields": {},
        "minimal_response": {},
        "non_diffusibilite": {"q": r.siren["cachee"], "include_admin": "etablissements"},
        "dirigeant_pp_masking": {"q": r.siren["cachee"]},
        "nd_924852577": {"q": r.siren["cachee"], "include_admin": "etablissements"},
        "nd_pm_312963804": {"q": r.siren["morale"], "include_admin": "etablissements"},
        "siret_search": {"q": siret},
        "v_limite_matching_1": {"q": "ganymede", "limite_matching_etablissements": "1"},
        "v_idcc_unknown_siren": {},
        "b_siret_with_spaces": {"q": f"{siret[:3]} {siret[3:6]} {siret[6:9]} {siret[9:]}"},
        "b_siren_unknown": {},
    }


VALEURS = {"code_collectivite_territoriale": "59350", "commune_filter": "59350"}


def test_the_cases_about_national_data_hold_on_invented_equivalents(
    client: Client, cas: list[dict[str, Any]], registre: Registre
) -> None:
    par_nom = {un["name"]: un for un in cas}
    siens = {"siret": f"{registre.siren['moulin']}{registre.unites[0]['nic_siege']}", "siren": registre.siren["moulin"]}
    for nom, params in equivalents(registre).items():
        un = par_nom[nom]
        verifications = [dict(v) for v in un["checks"]]
        for v in verifications:
            if nom in VALEURS:
                v["value"] = VALEURS[nom]
            elif nom.startswith(("siret_", "b_siret")) and v["pointer"].rpartition("/")[2] in siens:
                v["value"] = siens[v["pointer"].rpartition("/")[2]]
        joue = {**un, "params": params or un["params"], "checks": verifications}
        assert manques(client, joue) == [], nom
