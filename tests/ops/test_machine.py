"""A bare Debian, one command, a page over TLS; the same command again changes nothing; an upgrade loses no request."""

import contextlib
import re
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.config.serveur import attendre
from tests.config.suivante import SUIVANTE, remplacer, version_suivante
from tests.ops.frontal import NOM, RACINE
from tests.ops.machine import Machine, machine

pytestmark = pytest.mark.epreuve
PAR_SECONDE = 30
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
    uv += ["--extra", "opensearch", "--extra", "sentry"]
    subprocess.run([*uv, "pyproject.toml", "-c", "contraintes.txt", "-o", exactes], cwd=RACINE, check=True)
    outil = re.search(r"^uv==.*$", (RACINE / "contraintes.txt").read_text(), re.M)
    fabrique = re.search(r"setuptools[=>]=[\d.]+", (RACINE / "pyproject.toml").read_text())
    assert outil
    assert fabrique
    exactes.write_text(f"{exactes.read_text()}\n{outil[0]}\n{fabrique[0]}\n")
    for version in ("3.11", "3.13"):
        telecharger = [*pip, "download", "-q", "--no-deps", "--only-binary=:all:", "--python-version", version]
        subprocess.run([*telecharger, "-d", dossier, "-r", exactes], check=True)
    # Of a copy: pip builds in the tree that it is given.
    copie = tmp_path_factory.mktemp("sources")
    shutil.copytree(RACINE / "fce", copie / "fce", ignore=shutil.ignore_patterns("__pycache__"))
    _completer(copie)
    subprocess.run([*pip, "wheel", "-q", "--no-deps", "-w", dossier, copie], check=True)
    return dossier


def _completer(arbre: Path) -> None:
    """Beside ``fce``, what a package is made of."""
    for nom in ("pyproject.toml", "contraintes.txt", "empreintes.txt", "README.md", "LICENSE"):
        shutil.copy(RACINE / nom, arbre)


@pytest.fixture(scope="module")
def suivante(paquets: Path) -> str:
    """Sources of the next release, as the machine sees them: a number, a migration, another format of the index."""
    arbre = version_suivante(paquets)
    (arbre / "docs").unlink()
    shutil.copytree(RACINE / "ops", arbre / "ops")
    _completer(arbre)
    remplacer(arbre / "pyproject.toml", r"^version = .*$", f'version = "{SUIVANTE}.0"')
    return f"/srv/paquets/{arbre.name}"


@pytest.fixture(scope="module", params=["bookworm", "trixie"])
def installee(request: pytest.FixtureRequest, paquets: Path) -> Iterator[Machine]:
    with machine(request.param, RACINE, paquets) as nue:
        # From a folder that the accounts of the database and of the service cannot read.
        dit = nue.faire("env", "-C", "/root", *INSTALLER, "--paquet", str(_dedans(paquets)), delai_s=3600)
        assert "Permission denied" not in dit
        yield nue


def _dedans(paquets: Path) -> Path:
    (paquet,) = paquets.glob("fce-*.whl")
    return Path("/srv/paquets") / paquet.name


def _page(m: Machine, chemin: str, *options: str) -> str:
    commande = ["curl", "-sk", "-m", "60", "-o", "/dev/null", "-w", "%{http_code}", "--resolve", f"{NOM}:443:127.0.0.1"]
    return m.faire(*commande, *options, f"https://{NOM}{chemin}", tolere=True)


@contextlib.contextmanager
def _lus_sans_cesse(m: Machine) -> Iterator[Counter[str]]:
    """Read pages through nginx meanwhile, ``PAR_SECONDE`` a second at most; the codes are there at the end, 000 for a
    request without an answer. Half goes over one connection kept open, half over new ones. Over HTTP/1.1, but for the
    kept one where curl knows better: before version 8, it does not ask again, as browsers do, what a worker of nginx
    that leaves declines over HTTP/2 (GOAWAY)."""
    codes: Counter[str] = Counter()
    lire = ["curl", "-sk", "-m", "60", "-o", "/dev/null", "-w", "%{stderr}%{http_code}\\n"]
    lire += ["--resolve", f"{NOM}:443:127.0.0.1", "--rate", f"{PAR_SECONDE // 2}/s"]
    lire.append(f"https://{NOM}/sources?n=[1-1000000]")
    gardee = [] if m.faire("curl", "--version").split()[1] >= "8" else ["--http1.1"]
    commandes = [m.entree(*lire, *gardee), m.entree(*lire, "--http1.1", "-H", "Connection: close")]
    lecteurs = [subprocess.Popen(c, stderr=subprocess.PIPE, text=True) for c in commandes]
    try:
        yield codes
    finally:
        m.faire("pkill", "-x", "curl")
        for lecteur in lecteurs:
            codes.update(lecteur.communicate(timeout=60)[1].split())


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


def test_what_the_installer_does_not_do_is_said(installee: Machine, paquets: Path) -> None:
    """Another public key; units that changed, and that the running ones follow after a restart only."""
    commande = [*INSTALLER, "--paquet", str(_dedans(paquets))]
    installee.faire("bash", "-c", f"echo FCE_SAUVEGARDE_DESTINATAIRE=age1{'q' * 58} >>/etc/fce/fce.env")
    dit = installee.faire(*commande, "--destinataire", f"age1{'p' * 58}", tolere=True, delai_s=1200)
    assert "une autre clé publique est déjà dans /etc/fce/fce.env" in dit
    installee.faire("sed", "-i", "/^FCE_SAUVEGARDE_DESTINATAIRE=age1/d", "/etc/fce/fce.env")
    installee.faire("bash", "-c", "echo '# ancienne' >>/etc/systemd/system/fce-web@.service")
    assert "--redemarrer" in installee.faire(*commande, delai_s=1200)


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


def test_the_check_of_the_service_finds_no_fault(installee: Machine) -> None:
    assert "[DÉFAUT]" not in installee.faire("fce", "check")
    # Fields of a bare test machine: its certificate, its name, its clock.
    deploye = installee.faire("fce", "check", "--deploy", tolere=True)
    assert "[bon] Fichiers" in deploye
    assert (installee.racine / "usr/share/doc/fce/manuel.md").is_file()


def test_a_key_is_replaced_in_its_file(installee: Machine) -> None:
    lire = ("cat", "/etc/fce/secrets/FCE_SECRET_KEY")
    avant = installee.faire(*lire)
    dit = installee.faire("fce", "cles", "tourner", "secret", "--oui")
    assert "Écrit" in dit
    assert installee.faire(*lire) not in (avant, *dit.split())
    assert avant.strip() in installee.faire("cat", "/etc/fce/secrets/FCE_SECRET_KEY_ANCIENNES").split()


def test_each_unit_is_closed(installee: Machine) -> None:
    for unite in ("fce-web@a", "fce-travaux", "fce-sauvegarde", "fce-purge", "fce-sceau"):
        dit = installee.faire("systemd-analyze", "security", "--no-pager", f"{unite}.service", tolere=True)
        exposition = re.search(r"Overall exposure level for \S+: ([\d.]+)", dit)
        assert exposition, dit
        assert float(exposition[1]) <= 2.0, dit
    ecrire = "cat /proc/$(systemctl show -P MainPID fce-web@a)/status | grep -E '^(CapEff|NoNewPrivs|Seccomp):'"
    assert installee.faire("bash", "-c", ecrire).split()[1::2] == ["0000000000000000", "1", "2"]


def test_instances_change_in_turn_and_no_request_fails(installee: Machine) -> None:
    with _lus_sans_cesse(installee) as codes:
        dit = installee.faire("/srv/fce/ops/mettre_a_jour.sh", "--redemarrer", delai_s=1800)
    assert dit.count("ne reçoit plus rien") == 2
    assert codes.keys() == {"200"}, codes


def test_dep_an_upgrade_and_its_way_back_lose_no_request(installee: Machine, suivante: str) -> None:
    with _lus_sans_cesse(installee) as montee:
        installee.faire(f"{suivante}/ops/mettre_a_jour.sh", "--depot-local", "/srv/paquets", delai_s=1800)
    assert SUIVANTE in installee.faire("fce", "version")
    with _lus_sans_cesse(installee) as retour:
        installee.faire(f"{suivante}/ops/mettre_a_jour.sh", "--retour", "--depot-local", "/srv/paquets", delai_s=1800)
    assert SUIVANTE not in installee.faire("fce", "version")
    sys.stdout.write(f"montée : {montee}, retour : {retour}\n")
    assert montee.keys() == retour.keys() == {"200"}, (montee, retour)


def test_dep_the_way_back_leads_back_whatever_stopped_it(installee: Machine, suivante: str) -> None:
    """From two dead instances; cut once the first is changed; run again, twice."""
    retour = [f"{suivante}/ops/mettre_a_jour.sh", "--retour", "--depot-local", "/srv/paquets"]
    installee.faire(f"{suivante}/ops/mettre_a_jour.sh", "--depot-local", "/srv/paquets", delai_s=1800)
    installee.faire("systemctl", "stop", "fce-web@a", "fce-web@b")
    # grep leaves at the first instance that answers: SIGPIPE ends the script when it says the next thing.
    coupe = f"{' '.join(retour)} | grep -m1 'fce-web@. répond'"
    assert "répond" in installee.faire("bash", "-c", coupe, delai_s=1800)
    installee.faire("flock", "--timeout", "60", "/run/lock/fce-mise-a-jour", "true")
    for _fois in range(2):
        installee.faire(*retour, delai_s=1800)
        assert SUIVANTE not in installee.faire("fce", "version")
        assert _page(installee, "/sources") == "200"
    assert len({installee.faire("cat", f"/opt/fce/{i}/.empreinte") for i in "ab"}) == 1


def test_dep_an_upgrade_that_lacks_a_package_changes_nothing(installee: Machine, suivante: str) -> None:
    """Refused while both instances answer: the folder given has no package, and there is no network."""
    avant = installee.faire("systemctl", "show", "-P", "MainPID", "fce-web@a", "fce-web@b")
    dit = installee.faire(f"{suivante}/ops/mettre_a_jour.sh", "--depot-local", "/mnt", tolere=True, delai_s=600)
    assert "Rien n'a changé" in dit
    assert installee.faire("systemctl", "show", "-P", "MainPID", "fce-web@a", "fce-web@b") == avant
    assert SUIVANTE not in installee.faire("fce", "version")


def test_dep_two_upgrades_at_once_are_refused(installee: Machine) -> None:
    verrou = "exec 9>/run/lock/fce-mise-a-jour; flock 9; /srv/fce/ops/mettre_a_jour.sh --redemarrer; echo code $?"
    assert "déjà en cours" in (dit := installee.faire("bash", "-c", verrou))
    assert "code 75" in dit


def test_log_04_after_a_rotation_nginx_writes_to_the_new_log(installee: Machine) -> None:
    def acces_ferme() -> bool:
        return installee.faire("stat", "-c", "%a %U:%G", "/var/log/fce/acces.log").strip() == "640 www-data:adm"

    _page(installee, "/avant")
    assert acces_ferme()
    installee.faire("logrotate", "-f", "/etc/logrotate.d/fce")

    def demandee_et_ecrite() -> bool:  # the workers reopen their logs a moment after the signal
        _page(installee, "/apres")
        return "/apres" in installee.faire("cat", "/var/log/fce/acces.log")

    attendre(demandee_et_ecrite, 30, 1)
    assert acces_ferme()


def test_both_instances_stopped_nginx_says_so(installee: Machine) -> None:
    installee.faire("systemctl", "stop", "fce-web@a", "fce-web@b")
    assert _page(installee, "/") == "503"
    installee.faire("systemctl", "start", "fce-web@a", "fce-web@b")
    # Started before it is ready, as after a boot: the next test finds it so.
    attendre(lambda: _page(installee, "/readyz") == "200", 300, 1)
