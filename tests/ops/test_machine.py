"""A bare Debian, one command, a page over TLS; the same command again changes nothing; an upgrade loses no request."""

import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.config.serveur import attendre
from tests.ops.frontal import NOM, RACINE
from tests.ops.machine import Machine, machine

pytestmark = pytest.mark.epreuve
INSTALLER = ("/srv/fce/ops/installer.sh", "--nom", NOM, "--depot-local", "/srv/paquets")
POSES = "/etc /opt/fce /usr/local /usr/share/fce /var/lib/fce/publication"
EMPREINTES = f"""find {POSES} ! -path /etc/ld.so.cache -printf '%y %m %u:%g %p %l\\n' | sort | sha256sum
find {POSES} -type f ! -path /etc/ld.so.cache -print0 | sort -z | xargs -0 sha256sum | sha256sum"""
"""Names, modes, owners, then bytes, of all that the installer may write."""


@pytest.fixture(scope="module")
def paquets(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Every Python package that the service needs, for both Pythons: the machine asks none of the network."""
    dossier = tmp_path_factory.mktemp("paquets")
    pip = [sys.executable, "-m", "pip"]
    exactes = dossier / "exactes.txt"
    uv = [Path(sys.executable).with_name("uv"), "pip", "compile", "-q", "--no-header", "--no-annotate"]
    subprocess.run([*uv, "pyproject.toml", "-c", "contraintes.txt", "-o", exactes], cwd=RACINE, check=True)
    outil = re.search(r"^uv==.*$", (RACINE / "contraintes.txt").read_text(), re.M)
    fabrique = re.search(r"setuptools[=>]=[\d.]+", (RACINE / "pyproject.toml").read_text())
    assert outil
    assert fabrique
    exactes.write_text(f"{exactes.read_text()}\n{outil[0]}\n{fabrique[0]}\n")
    for version in ("3.11", "3.13"):
        telecharger = [*pip, "download", "-q", "--no-deps", "--only-binary=:all:", "--python-version", version]
        subprocess.run([*telecharger, "-d", dossier, "-r", exactes], check=True)
    subprocess.run([*pip, "wheel", "-q", "--no-deps", "-w", dossier, RACINE], check=True)
    return dossier


@pytest.fixture(scope="module", params=["bookworm", "trixie"])
def installee(request: pytest.FixtureRequest, paquets: Path) -> Iterator[Machine]:
    with machine(request.param, RACINE, paquets) as nue:
        nue.faire(*INSTALLER, "--paquet", str(_dedans(paquets)), delai_s=3600)
        yield nue


def _dedans(paquets: Path) -> Path:
    (paquet,) = paquets.glob("fce-*.whl")
    return Path("/srv/paquets") / paquet.name


def _page(m: Machine, chemin: str, *options: str) -> str:
    commande = ["curl", "-sk", "-m", "60", "-o", "/dev/null", "-w", "%{http_code}", "--resolve", f"{NOM}:443:127.0.0.1"]
    return m.faire(*commande, *options, f"https://{NOM}{chemin}", tolere=True)


def test_one_command_leads_to_a_page_over_tls(installee: Machine) -> None:
    assert _page(installee, "/") == "200"
    assert _page(installee, "/sources") == "200"
    assert "running" in installee.faire("systemctl", "is-system-running", tolere=True)
    for unite in ("fce-web@a", "fce-web@b", "fce-travaux", "nginx", "fce-sauvegarde.timer"):
        assert installee.faire("systemctl", "is-active", unite).strip() == "active"


def test_the_same_command_changes_nothing(installee: Machine, paquets: Path) -> None:
    avant = installee.faire("bash", "-c", EMPREINTES, delai_s=600)
    dit = installee.faire(*INSTALLER, "--paquet", str(_dedans(paquets)), delai_s=1200)
    assert "fait :" not in dit
    assert "inchangé : cette machine était déjà comme il faut." in dit
    assert installee.faire("bash", "-c", EMPREINTES, delai_s=600) == avant


def test_the_secrets_are_read_by_the_service_alone(installee: Machine) -> None:
    assert set(
        installee.faire(
            "stat", "-c", "%a %U", *(f"/etc/fce/secrets/{n}" for n in ("FCE_SECRET_KEY", "FCE_JOURNAL_CLE"))
        ).split("\n")
    ) == {"400 fce", ""}
    assert "Permission denied" in installee.faire(
        "runuser", "-u", "www-data", "--", "ls", "/etc/fce/secrets", tolere=True
    )
    environnement = installee.faire(
        "bash", "-c", "tr '\\0' '\\n' < /proc/$(systemctl show -P MainPID fce-web@a)/environ"
    )
    assert "FCE_SECRET_KEY_FICHIER=" in environnement
    assert "FCE_SECRET_KEY=" not in environnement


def test_each_unit_is_closed(installee: Machine) -> None:
    for unite in ("fce-web@a", "fce-travaux", "fce-sauvegarde", "fce-purge", "fce-sceau"):
        dit = installee.faire("systemd-analyze", "security", "--no-pager", f"{unite}.service", tolere=True)
        exposition = re.search(r"Overall exposure level for \S+: ([\d.]+)", dit)
        assert exposition, dit
        assert float(exposition[1]) <= 2.0, dit
    ecrire = "cat /proc/$(systemctl show -P MainPID fce-web@a)/status | grep -E '^(CapEff|NoNewPrivs|Seccomp):'"
    assert installee.faire("bash", "-c", ecrire).split()[1::2] == ["0000000000000000", "1", "2"]


def test_instances_change_in_turn_and_no_request_fails(installee: Machine) -> None:
    fini, codes = threading.Event(), []

    def lire() -> None:
        while not fini.wait(0.05):
            codes.append(_page(installee, "/healthz"))

    lecteur = threading.Thread(target=lire)
    lecteur.start()
    try:
        dit = installee.faire("/srv/fce/ops/mettre_a_jour.sh", "--redemarrer", delai_s=1800)
    finally:
        fini.set()
        lecteur.join()
    assert dit.count("ne reçoit plus rien") == 2
    assert len(codes) > 10
    assert set(codes) == {"200"}


def test_dep_two_upgrades_at_once_are_refused(installee: Machine) -> None:
    verrou = "exec 9>/run/lock/fce-mise-a-jour; flock 9; /srv/fce/ops/mettre_a_jour.sh --redemarrer; echo code $?"
    assert "déjà en cours" in (dit := installee.faire("bash", "-c", verrou))
    assert "code 75" in dit


def test_both_instances_stopped_nginx_says_so(installee: Machine) -> None:
    installee.faire("systemctl", "stop", "fce-web@a", "fce-web@b")
    assert _page(installee, "/") == "503"
    installee.faire("systemctl", "start", "fce-web@a", "fce-web@b")
    # Started before it is ready, as after a boot: the next test finds it so.
    attendre(lambda: _page(installee, "/readyz") == "200", 300, 1)
