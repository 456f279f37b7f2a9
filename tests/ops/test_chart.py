"""The Helm chart, as it is written; ``test_chart_rendu.py`` renders it with helm."""

import ipaddress
import json
import re
import tomllib
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from django.urls import resolve

from fce.config import sante
from fce.recherche.engines import adresse as opensearch

RACINE = Path(__file__).resolve().parents[2]
CHART = RACINE / "ops/helm/fce"
SCHEMA: dict[str, Any] = json.loads((CHART / "values.schema.json").read_text("utf-8"))


@pytest.fixture
def valeurs() -> dict[str, Any]:
    return yaml.safe_load((CHART / "values.yaml").read_text("utf-8"))


def test_the_values_of_the_chart_follow_its_schema(valeurs: dict[str, Any]) -> None:
    jsonschema.Draft7Validator.check_schema(SCHEMA)
    jsonschema.validate(valeurs, SCHEMA)


@pytest.mark.parametrize(
    ("piece", "nom", "valeur"),
    [
        ("web", "replique", 3),  # misspelt
        ("web", "frontaux", 0),
        ("reglages", "FCE_SECRET_KEY", "x"),  # a secret among the settings
        ("reglages", "LD_PRELOAD", "x"),
        ("secrets", "FCE_COURRIEL", "smtp://u:p@h"),  # the value instead of the name of a Secret
        ("sauvegarde", "destinataire", "AGE-SECRET-KEY-1"),  # the private key
        ("reseau", "frontal", []),  # an empty list would let everyone in
    ],
)
def test_a_wrong_value_is_refused(valeurs: dict[str, Any], piece: str, nom: str, valeur: Any) -> None:
    valeurs[piece][nom] = valeur
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(valeurs, SCHEMA)


def test_o6_the_pods_may_reach_all_that_a_setting_names_and_the_private_services_only_in_private(
    valeurs: dict[str, Any],
) -> None:
    sorties = valeurs["reseau"]["sorties"]
    ouverts = {port for sortie in sorties for port in sortie["ports"]}
    # Its own port, unless the address says another: PostgreSQL, ClamAV, OpenSearch, mail, the rest by https.
    assert {5432, 3310, opensearch.PORT, 465, 587, 443} <= ouverts
    for sortie in sorties:
        if {3310, opensearch.PORT} & {*sortie["ports"]}:
            assert ipaddress.ip_network(sortie["cidr"]).is_private


def test_the_probes_ask_pages_that_exist_by_the_name_of_the_service() -> None:
    sondes = re.findall(
        r"httpGet: \{path: (\S+), port: http, httpHeaders: \[(.*)\]\}", (CHART / "templates/web.yaml").read_text()
    )
    assert [resolve(chemin).func.__module__ for chemin, _ in sondes] == ["fce.config.sante"] * 3
    assert {entete for _, entete in sondes} == {"{name: Host, value: {{ .Values.hote }}}"}


def test_a_lost_index_takes_no_pod_away_and_a_new_pod_waits_for_its_own() -> None:
    """Every pod would leave at once: they share the index and the database."""
    sondes = dict(re.findall(r"(\w+)Probe:\n +httpGet: \{path: (\S+),", (CHART / "templates/web.yaml").read_text()))
    assert {nom: resolve(chemin).func for nom, chemin in sondes.items()} == {
        "startup": sante.pret,
        "liveness": sante.vivant,
        "readiness": sante.vivant,
    }


def test_the_backup_has_a_volume_of_its_own_and_its_absence_is_said(valeurs: dict[str, Any]) -> None:
    gabarits = {g.name: g.read_text("utf-8") for g in (CHART / "templates").iterdir()}
    travail = gabarits["sauvegarde.yaml"]
    assert travail.startswith("{{- if .Values.sauvegarde.destinataire }}")
    assert "kind: CronJob" in travail
    assert "args: [sauvegarde]" in travail
    (ou,) = re.findall(r"\{name: FCE_SAUVEGARDES, value: (\S+)\}", travail)
    assert [nom for nom, texte in gabarits.items() if f"mountPath: {ou}}}" in texte] == ["sauvegarde.yaml"]
    assert valeurs["sauvegarde"]["destinataire"] == ""
    assert "AUCUNE SAUVEGARDE" in gabarits["NOTES.txt"]


def test_the_chart_is_that_of_this_version() -> None:
    version = tomllib.loads((RACINE / "pyproject.toml").read_text("utf-8"))["project"]["version"]
    chart = yaml.safe_load((CHART / "Chart.yaml").read_text("utf-8"))
    assert (chart["version"], chart["appVersion"]) == (version, version)
