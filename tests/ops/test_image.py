"""The image and its compose file, as they are written; ``test_image_servie.py`` builds and runs the image."""

import re
from pathlib import Path
from typing import Any

import yaml

from fce.socle.postgres.reglages import reglages

RACINE = Path(__file__).resolve().parents[2]
IMAGE = RACINE / "ops/image"
CONTAINERFILE = (IMAGE / "Containerfile").read_text("utf-8").replace("\\\n", " ")
FINALE = CONTAINERFILE.rsplit("\nFROM ", 1)[1]
COMPOSE: dict[str, Any] = yaml.safe_load((IMAGE / "compose.yaml").read_text("utf-8"))
SERVICES: dict[str, Any] = COMPOSE["services"]


def test_the_image_ends_as_an_unprivileged_account_with_a_fixed_number() -> None:
    assert re.findall(r"^USER (.*)$", FINALE, re.M) == ["10001:10001"]
    assert FINALE.rindex("\nUSER ") > FINALE.rindex("\nRUN ")


def test_the_image_asks_fce_whether_it_lives_and_starts_it_without_a_shell() -> None:
    assert re.findall(r"^(?:HEALTHCHECK .*)?CMD (\[.*\])$", FINALE, re.M)[0] == '["fce", "sonder"]'
    lances = re.findall(r"(?:CMD|ENTRYPOINT) (.*)$", FINALE, re.M)
    assert len(lances) == 3
    assert all(ligne.startswith("[") for ligne in lances)


def test_what_the_image_writes_is_in_its_volumes() -> None:
    assert re.findall(r"^VOLUME (.*)$", FINALE, re.M) == ['["/var/lib/fce", "/tmp"]']
    assert "FCE_DATA_DIR=/var/lib/fce" in FINALE


def test_no_service_of_the_compose_file_can_write_its_root_or_gain_a_privilege() -> None:
    for nom, service in SERVICES.items():
        assert service["read_only"] is True, nom
        assert service["cap_drop"] == ["ALL"], nom
        assert "cap_add" not in service, nom
        assert service["security_opt"] == ["no-new-privileges:true"], nom
        assert "memory" in service["deploy"]["resources"]["limits"], nom


def test_only_the_front_server_is_reached_from_outside() -> None:
    assert [nom for nom, service in SERVICES.items() if "ports" in service] == ["frontal"]
    assert COMPOSE["networks"]["interieur"]["internal"] is True
    assert SERVICES["base"]["networks"] == SERVICES["migration"]["networks"] == ["interieur"]


def test_a_secret_is_a_file_never_a_value() -> None:
    assert all(set(secret) == {"file"} for secret in COMPOSE["secrets"].values())
    for nom, service in SERVICES.items():
        ecrites = [c for c in service.get("environment", {}) if re.search("PASSWORD|KEY|CLE|SECRET|URL", c)]
        assert all(c.endswith(("_FICHIER", "_FILE")) for c in ecrites), nom


def test_the_pages_wait_for_the_migration_which_runs_once() -> None:
    assert SERVICES["migration"]["restart"] == "no"
    for nom in ("web", "travaux"):
        assert SERVICES[nom]["depends_on"] == {"migration": {"condition": "service_completed_successfully"}}


def test_log_04_no_postgresql_that_fce_sets_up_logs_the_values_of_rows() -> None:
    commande = " ".join(SERVICES["base"]["command"])
    ecrits = (RACINE / "ops/installer_base.sh").read_text("utf-8"), reglages(durable=True)
    for nom, valeur in (("log_min_error_statement", "panic"), ("log_error_verbosity", "terse")):
        assert f"-c {nom}={valeur}" in commande
        assert all(f"\n{nom} = {valeur}\n" in texte for texte in ecrits)


def test_a_backup_is_made_only_when_asked_for_where_neither_pages_nor_worker_read() -> None:
    assert re.search(r"apt-get install .* postgresql-client-\d+ ", FINALE)
    service = SERVICES["sauvegarde"]
    assert (service["command"], service["profiles"], service["restart"]) == (["sauvegarde"], ["sauvegarde"], "no")
    ou = service["environment"]["FCE_SAUVEGARDES"]
    assert {nom for nom, s in SERVICES.items() if any(v.endswith(f":{ou}") for v in s.get("volumes", []))} == {
        "sauvegarde"
    }


def test_each_file_that_is_mounted_exists() -> None:
    montes = [v.split(":")[0] for service in SERVICES.values() for v in service.get("volumes", []) if v.startswith(".")]
    livres = [chemin for chemin in montes if chemin.startswith(("../", "./frontal/"))]
    assert [chemin for chemin in livres if not (IMAGE / chemin).exists()] == []
    assert all((IMAGE / c["file"]).exists() for c in COMPOSE["configs"].values())


def test_nginx_finds_in_its_container_each_file_that_its_configuration_includes() -> None:
    demandes = set(re.findall(r"include (/etc/nginx/fce/[\w.-]+);", (RACINE / "ops/nginx/fce.conf").read_text("utf-8")))
    assert demandes == {v.split(":")[1] for v in SERVICES["frontal"]["volumes"] if ":/etc/nginx/fce/" in v}
