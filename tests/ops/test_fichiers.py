"""Files of ops/, read without running them: each says what the machine, the manual and the routes need."""

import base64
import hashlib
import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from django.conf import settings
from django.urls import URLPattern, URLResolver, get_resolver

from fce.config.middleware import EXPOSES
from fce.echanges.pieces.reception import PIECES_PAR_ENVOI
from fce.socle.web.problemes import TITRES
from fce.socle.web.routes import Voie
from tests.ops.frontal import NGINX, RACINE, emplacement, poser

OPS = RACINE / "ops"
SCRIPTS = sorted([*OPS.glob("*.sh"), OPS / "fce"])
UNITES = OPS / "systemd"
CONF = (NGINX / "fce.conf").read_text("utf-8")


def routes() -> list[tuple[str, Voie]]:
    """(path with made-up arguments, lane) of each view."""

    def marcher(resolveur: URLResolver, debut: str = "/") -> list[tuple[str, Voie]]:
        trouvees = []
        for motif in resolveur.url_patterns:
            chemin = debut + str(motif.pattern)
            if isinstance(motif, URLPattern):
                politique = getattr(motif.callback, "politique", None)
                trouvees += [(chemin, politique.voie)] if politique else []
            else:
                trouvees += marcher(motif, chemin)
        return trouvees

    return [
        (re.sub(r"\(\?P<\w+>[^)]*\)|<[^>]+>", "12", c).replace("^", "").replace("$", "").replace("\\", ""), v)
        for c, v in marcher(get_resolver())
    ]


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda p: p.name)
def test_scripts_stop_at_the_first_error_and_stay_readable(script: Path) -> None:
    texte = script.read_text("utf-8")
    assert "set -euo pipefail" in texte or texte.startswith("# shellcheck shell=bash")
    lignes = texte.splitlines()
    assert len(lignes) < 400
    debuts = [i for i, ligne in enumerate(lignes) if re.match(r"\w+\(\) \{$", ligne)]
    assert all(lignes[i:].index("}") < 60 for i in debuts)


def test_scripts_are_clean_for_shellcheck() -> None:
    if (programme := shutil.which("shellcheck")) is None:
        pytest.skip("shellcheck n’est pas installé : apt-get install shellcheck")
    fini = subprocess.run([programme, "-x", *SCRIPTS], capture_output=True, text=True, cwd=RACINE)
    assert fini.stdout == ""


@pytest.mark.parametrize("script", ["installer.sh", "mettre_a_jour.sh"])
def test_a_script_is_asked_for_its_options_with_the_usual_word(script: str) -> None:
    fini = subprocess.run(["bash", OPS / script, "--help"], capture_output=True, text=True)
    assert (fini.returncode, fini.stderr) == (0, "")
    assert fini.stdout.startswith(f"Usage : ops/{script}")


def test_an_option_without_its_value_is_named() -> None:
    fini = subprocess.run(["bash", OPS / "installer.sh", "--nom"], capture_output=True, text=True)
    assert (fini.returncode, fini.stderr) == (1, "Refus : --nom demande une valeur.\n")


def test_a_file_written_from_a_pipe_counts_as_a_change(tmp_path: Path) -> None:
    """Otherwise neither PostgreSQL nor nginx is told to read it."""
    poser_deux_fois = f"""set -euo pipefail; . {OPS}/commun.sh
for fois in 1 2; do echo port=1 | poser {tmp_path}/neuf.conf 644 "$(id -un):$(id -gn)"; done; echo $CHANGEMENTS"""
    fini = subprocess.run(["bash", "-c", poser_deux_fois], capture_output=True, text=True)
    assert (fini.stdout.splitlines()[-1], fini.stderr) == ("1", "")


def test_the_memory_given_to_postgresql_is_that_of_the_installation(tmp_path: Path) -> None:
    """Another value would restart it during an upgrade that nobody should see."""
    ecrire = f"set -euo pipefail; . {OPS}/installer_base.sh; reglages_de_la_base {tmp_path}/fce.conf"

    def reglages() -> str:
        return subprocess.run(["bash", "-c", ecrire], capture_output=True, text=True, check=True).stdout

    neufs = reglages()
    assert re.search(r"^shared_buffers = \d+MB$", neufs, re.M)
    avant = re.sub(r"^(shared_buffers|effective_cache_size|max_connections) = \d+", r"\1 = 77", neufs, flags=re.M)
    (tmp_path / "fce.conf").write_text(avant.replace("jit = off\n", ""))
    assert reglages() == avant


def test_nginx_accepts_the_shipped_files(tmp_path: Path) -> None:
    if (programme := shutil.which("nginx", path="/usr/sbin:/usr/bin")) is None:
        pytest.skip("nginx n’est pas installé : apt-get install nginx")
    principal = poser(tmp_path / "n", ports=(8140, 8141), instances=[8142, 8143])
    fini = subprocess.run([programme, "-t", "-q", "-c", principal], capture_output=True, text=True)
    assert (fini.returncode, fini.stderr) == (0, "")


def test_nginx_is_told_the_networks_that_fce_shares(tmp_path: Path) -> None:
    (reglages := tmp_path / "fce.env").write_text('A=1\nFCE_DEBIT_RESEAUX="198.51.100.0/24, 2001:db8:7::/48"\n')
    lire = f"set -euo pipefail; . {OPS}/installer_frontal.sh; reseaux_partages {reglages}"
    fini = subprocess.run(["bash", "-c", lire], capture_output=True, text=True)
    assert (fini.stdout, fini.stderr) == ("198.51.100.0/24 1;\n2001:db8:7::/48 1;\n", "")
    reglages.write_text("A=1\n")
    fini = subprocess.run(["bash", "-c", lire], capture_output=True, text=True)
    assert (fini.stdout, fini.returncode) == ("", 0)


def test_hdr_02_the_style_of_the_pages_of_nginx_is_the_one_its_policy_allows() -> None:
    permise = re.search(r"style-src 'sha256-([^']+)'", CONF)
    assert permise
    for page in NGINX.glob("*.html"):
        (style,) = re.findall(r"<style>(.*?)</style>", page.read_text("utf-8"), re.S)
        assert base64.b64encode(hashlib.sha256(style.encode()).digest()).decode() == permise[1], page.name
        assert "<script" not in page.read_text("utf-8")


def test_hdr_05_a_program_is_told_in_json_what_a_reader_is_told_in_a_page() -> None:
    for page in NGINX.glob("*.html"):
        probleme = json.loads(page.with_suffix(".json").read_text("utf-8"))
        erreur = probleme["erreur"]
        assert (probleme["detail"], probleme["code"]) == (erreur["message"], erreur["code"])
        assert probleme["title"] == TITRES[probleme["status"]]
        titre = re.search(r"<h1>(.*)</h1>", page.read_text("utf-8"))
        assert titre
        assert erreur["message"].startswith(titre[1])
    assert set(re.findall(r"/indisponible/([\w.]+)", CONF)) == {
        f.name for f in [*NGINX.glob("*.html"), *NGINX.glob("*.json")]
    }


def test_each_lane_of_the_service_has_its_place_in_nginx() -> None:
    # A body may be large only where FCE asks its sender first; a file may be long only in its lane.
    programmes, personnes = emplacement("/api/v1/depots/x"), emplacement("/depot/x")
    fichiers = emplacement("/recherche/export.csv")
    assert len({programmes, personnes, fichiers}) == 3
    mal_ranges = [
        (chemin, voie)
        for chemin, voie in routes()
        if (voie is Voie.FICHIER and emplacement(chemin) not in (fichiers, programmes, personnes))
        or (voie is Voie.DEPOT and emplacement(chemin) != (programmes if chemin.startswith("/api/") else personnes))
    ]
    assert mal_ranges == []
    assert sum(voie is Voie.FICHIER for _, voie in routes()) > 10
    lents = {c for c, voie in routes() if emplacement(c) in (programmes, personnes) and voie is not Voie.DEPOT}
    assert {c for c in lents if not c.startswith(("/depot", "/contacts/importer", "/rejoindre/essai"))} == set()


def test_nginx_lets_pass_what_fce_accepts_of_a_form_with_files() -> None:
    """Five attachments, of the largest size that the setting takes; a person who sends too much is told in a page."""
    bloc = CONF[CONF.index(emplacement("/depot/x")) :].split("\n    }", 1)[0]
    (mio,) = re.findall(r"client_max_body_size (\d+)m;", bloc)
    assert int(mio) > max(PIECES_PAR_ENVOI * 100, settings.FCE_DEPOT_TAILLE_MAX)
    assert "proxy_request_buffering off;" in bloc
    assert "error_page" not in bloc


def test_a_file_that_fce_hands_over_is_not_sent_back_to_fce() -> None:
    assert emplacement("/fichiers-internes/sirene-unites-legales/0.csv") == "/fichiers-internes/"
    assert emplacement("/indisponible/maintenance.html") == "/indisponible/"
    assert emplacement("/static/kit/x.pdf") == "/static/"


def test_log_04_a_secret_in_a_path_does_not_reach_the_log_of_nginx() -> None:
    motif = re.search(r'"~(\^\(/\(.*?\)/\))"', CONF)
    assert motif
    secrets = [
        "/" + str(c)
        for c in re.findall(
            r'path\("([^"]*<str:(?:jeton|secret)>[^"]*)"',
            "".join(p.read_text("utf-8") for p in (RACINE / "fce").rglob("urls.py")),
        )
    ]
    assert len(secrets) >= 5
    assert [chemin for chemin in secrets if not re.match(motif[1], chemin)] == []
    journal = CONF[CONF.index("log_format fce") : CONF.index(";", CONF.index("log_format fce"))]
    assert not re.search(r"\$(request|request_uri|args|query_string|http_\w+|uri)\b", journal)


def test_after_a_rotation_the_workers_of_nginx_reach_their_new_log() -> None:
    """They reopen it as www-data, which is not of the group adm: the folder lets every account through."""
    pose = re.search(r"dossier /var/log/fce (\d+) root:adm", (OPS / "installer_frontal.sh").read_text("utf-8"))
    assert pose
    assert int(pose[1], 8) & 0o001
    assert "create 0640 www-data adm" in (NGINX / "logrotate").read_text("utf-8")


def test_hdr_07_the_reader_s_own_claims_are_replaced_or_dropped() -> None:
    lignes = dict(re.findall(r'proxy_set_header (\S+) "?([^";]*)"?;', (NGINX / "mandataire.conf").read_text("utf-8")))
    assert (lignes["X-Forwarded-For"], lignes["X-Forwarded-Proto"]) == ("$remote_addr", "$scheme")
    for nom in ("Forwarded", "X-Forwarded-Host", "X-Original-URL", "X-Rewrite-URL", "X-HTTP-Method-Override"):
        assert lignes[nom] == "", nom


def test_each_unit_is_hardened_once_for_all() -> None:
    commun = (UNITES / "fce-.service.d/10-durcissement.conf").read_text("utf-8")
    for ligne in (
        "NoNewPrivileges=yes",
        "ProtectSystem=strict",
        "CapabilityBoundingSet=",
        "PrivateTmp=yes",
        "User=fce",
    ):
        assert f"\n{ligne}\n" in commun
    for unite in UNITES.glob("*.service"):
        texte = unite.read_text("utf-8")
        assert unite.name.startswith("fce-"), "the drop-in is for this prefix"
        assert "MemoryMax=" in texte
        # Only the backup may write where backups are, and only the check may read them besides: it measures their disk.
        assert ("ReadWritePaths=/var/backups/fce" in texte) == (unite.name == "fce-sauvegarde.service")
        voit = unite.name in ("fce-sauvegarde.service", "fce-controle.service")
        assert voit != ("InaccessiblePaths=-/var/backups/fce" in texte)
    assert {u.stem for u in UNITES.glob("*.timer")} <= {u.stem for u in UNITES.glob("*.service")}


def test_readers_come_first() -> None:
    def poids(unite: str) -> int:
        (valeur,) = re.findall(r"^CPUWeight=(\d+)$", (UNITES / unite).read_text("utf-8"), re.M)
        return int(valeur)

    assert poids("fce-web@.service") >= 10 * poids("fce-travaux.service")
    # PostgreSQL runs under another account: without this, the worker could not lower the priority of its backends.
    precision = (UNITES / "fce-travaux.service.d/20-priorite.conf").read_text("utf-8")
    assert "AmbientCapabilities=CAP_SYS_NICE\n" in precision


def test_the_settings_of_the_machine_hold_no_secret_and_exist() -> None:
    reglages = dict(re.findall(r"^(\w+)=(.*)$", (OPS / "fce.env").read_text("utf-8"), re.M))
    assert {n for n in reglages if re.search("KEY|CLE|SECRET|TOKEN", n) and not n.endswith("_FICHIER")} == set()
    documentes = set(re.findall(r"^\| `(\w+)` \|", (RACINE / "docs/exploitation/reglages.md").read_text("utf-8"), re.M))
    assert {nom.removesuffix("_FICHIER") for nom in reglages} <= documentes
    assert ":" not in reglages["DATABASE_URL"].removeprefix("postgresql:"), "no password: the socket says who comes"


def test_nginx_says_again_of_a_file_every_header_that_programs_may_read() -> None:
    """It drops them of an answer that carries X-Accel-Redirect; the client reads the cursor of a bulk file there."""
    dits = set(re.findall(r"add_header (\S+)", (NGINX / "entetes-de-fichier.conf").read_text("utf-8")))
    siens = {"Accept-Ranges", "Content-Range", "Retry-After"}  # of its own answers
    assert {*EXPOSES.split(", "), "Access-Control-Allow-Origin"} - siens <= dits
