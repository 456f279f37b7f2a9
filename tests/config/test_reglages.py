"""Settings: each one is documented, a wrong one is named, an unsafe one closes production."""

import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from django.core.exceptions import MiddlewareNotUsed
from django.http import HttpResponse

from fce.config.middleware import Replique
from fce.config.verification import verifier_fichiers_de_reglages
from fce.socle.base import replique
from fce.socle.erreurs import ConfigurationInvalide
from tests.config.serveur import FCE

RACINE = Path(__file__).resolve().parents[2]
SURS = {
    "FCE_ENV": "production",
    "FCE_SECRET_KEY": "k3J9-vPq_7Zx2Lw8Rt5Yb1Nc6Md4Fg0HsAaUuEeOoIiXyZ1234567",
    "FCE_ALLOWED_HOSTS": "fce.exemple.gouv.fr",
    "DATABASE_URL": "postgresql://fce:secret-du-test@127.0.0.1:1/fce",
}


def test_each_setting_is_documented_and_each_documented_setting_exists() -> None:
    lus = set(re.findall(r'env\.\w+\(\s*"(\w+)"', (RACINE / "fce/config/settings.py").read_text()))
    documentes = set(re.findall(r"^\| `(\w+)` \|", (RACINE / "docs/exploitation/reglages.md").read_text(), re.M))
    assert lus == documentes


def test_without_a_replica_no_request_looks_for_one() -> None:
    assert not replique.reglee()
    with pytest.raises(MiddlewareNotUsed):
        Replique(lambda _: HttpResponse())


def _propres() -> dict[str, str]:
    return {k: v for k, v in os.environ.items() if not k.startswith(("FCE_", "DATABASE_URL", "DJANGO_"))}


def lancer(commande: str, reglages: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run([FCE, commande], env={**_propres(), **reglages}, capture_output=True, text=True, timeout=60)


REFUS = [
    ({"FCE_SECRET_KEY": ""}, "FCE_SECRET_KEY doit être une clé aléatoire d’au moins 50 caractères."),
    ({"FCE_SECRET_KEY": "a" * 80}, "FCE_SECRET_KEY doit être une clé aléatoire"),
    ({"FCE_SECRET_KEY": "cle-de-developpement-a-ne-jamais-utiliser-en-production"}, "FCE_SECRET_KEY"),
    ({"FCE_DEBUG": "true"}, "FCE_DEBUG doit être désactivé."),
    ({"FCE_ALLOWED_HOSTS": ""}, "FCE_ALLOWED_HOSTS"),
    ({"FCE_ALLOWED_HOSTS": "*"}, "FCE_ALLOWED_HOSTS doit nommer les noms d’hôte du service, sans joker."),
    ({"FCE_ALLOWED_HOSTS": "https://fce.exemple.gouv.fr"}, "sans « https:// »"),
    ({"DATABASE_URL": ""}, "DATABASE_URL doit désigner un serveur PostgreSQL administré."),
    ({"DATABASE_URL": "mysql://u:secret-du-test@h/b"}, "DATABASE_URL n’est pas une adresse PostgreSQL"),
    ({"DATABASE_URL": "n'importe quoi"}, "DATABASE_URL n’est pas une adresse PostgreSQL"),
    ({"DATABASE_URL": "postgresql://u:secret-du-test@h:port/b"}, "DATABASE_URL n’est pas une adresse PostgreSQL"),
    ({"DATABASE_URL": "postgresql://u:secret-du-test@h/"}, "DATABASE_URL n’est pas une adresse PostgreSQL"),
    ({"DATABASE_REPLICA_URL": "mysql://u:secret-du-test@h/b"}, "DATABASE_REPLICA_URL n’est pas une adresse PostgreSQL"),
    ({"DATABASE_REPLICA_URL": SURS["DATABASE_URL"]}, "DATABASE_REPLICA_URL est une autre adresse que DATABASE_URL"),
    (
        {"FCE_ENV": "developpement", "DATABASE_URL": "", "DATABASE_REPLICA_URL": SURS["DATABASE_URL"]},
        "DATABASE_REPLICA_URL demande DATABASE_URL",
    ),
    ({"FCE_ENV": "prod"}, "FCE_ENV vaut « developpement » ou « production », pas « prod »."),
    ({"FCE_ROLE": "chef"}, "FCE_ROLE vaut « web » ou « tache », pas « chef »."),
    ({"FCE_JOURNAL": "xml"}, "FCE_JOURNAL vaut"),
    ({"FCE_TRAVAILLEURS": "deux"}, "Le réglage FCE_TRAVAILLEURS n’est pas valide : un nombre entier est attendu."),
    ({"FCE_TRAVAILLEURS": "0"}, "FCE_TRAVAILLEURS est un nombre entre 1 et 256, pas 0."),
    ({"FCE_BASE_CONNEXIONS": "-1"}, "FCE_BASE_CONNEXIONS est un nombre entre 1 et 256"),
    ({"FCE_INDEX_FRAGMENTS": "1000"}, "FCE_INDEX_FRAGMENTS est un nombre entre 1 et 64"),
    ({"FCE_SEARCH_URL": "https://fce:secret-du-test@n1"}, "FCE_SEARCH_URL commence par « opensearch+https:// »"),
    ({"FCE_SEARCH_URL": "opensearch+http://fce:secret-du-test@n1:9200"}, "FCE_SEARCH_URL : sans chiffrement"),
    ({"FCE_SEARCH_URL": "opensearch+https://fce:secret-du-test@n1/?v=1"}, "FCE_SEARCH_URL s’écrit « opensearch"),
    ({"FCE_DEBIT": "-1"}, "FCE_DEBIT est un nombre entre 0 et 60000, pas -1."),
    ({"FCE_DEBIT_FRAGMENTS": "0"}, "FCE_DEBIT_FRAGMENTS est un nombre entre 1 et 60000, pas 0."),
    ({"FCE_DEBIT_RESEAUX": "198.51.100.0/33"}, "FCE_DEBIT_RESEAUX : « 198.51.100.0/33 » n’est ni une adresse ni un"),
    ({"FCE_DEBIT_CLE": "251"}, "FCE_DEBIT_CLE est un nombre entre 1 et 250, pas 251."),
    ({"FCE_DEBIT_PARTAGE": "0"}, "FCE_DEBIT_PARTAGE est un nombre entre 1 et 1000, pas 0."),
    ({"FCE_DEBIT_API": "0"}, "FCE_DEBIT_API est un nombre entre 1 et 10000, pas 0."),
    ({"FCE_FRONTAL_FICHIERS": "/f/"}, "FCE_FRONTAL_FICHIERS demande un frontal"),
    ({"FCE_FRONTAL_FICHIERS": "f"}, "FCE_FRONTAL_FICHIERS est une adresse interne du frontal"),
    ({"FCE_FRONTAUX": "99"}, "FCE_FRONTAUX est un nombre entre 0 et 10, pas 99."),
    ({"FCE_DEBUG": "peut-être"}, "Le réglage FCE_DEBUG n’est pas valide : « true » ou « false » est attendu."),
]
# Each start is that of the command, in a copy of a process that has loaded what no setting changes.
DEMARRER = """
import json, os, sys, tempfile
import csp.constants, django.core.management, django.urls, environs
import fce.config.courriel, fce.config.verification, fce.socle.travaux.journaux, fce.socle.postgres.grappe
from fce.config.commande import main
fin = []
for reglages in json.loads(sys.argv[1]):
    with tempfile.TemporaryFile() as sortie:
        if not (copie := os.fork()):
            os.dup2(sortie.fileno(), 1), os.dup2(sortie.fileno(), 2)
            os.environ.update(reglages)
            code = main(["serve"])
            sys.stderr.flush()
            os._exit(code)
        code = os.waitstatus_to_exitcode(os.waitpid(copie, 0)[1])
        sortie.seek(0)
        fin.append([code, sortie.read().decode()])
print(json.dumps(fin))
"""


@pytest.fixture(scope="module")
def refus() -> list[tuple[int, str]]:
    """(exit code, what was said) of ``fce serve`` for each case of ``REFUS``."""
    cas = json.dumps([{**SURS, **changement} for changement, _ in REFUS])
    fini = subprocess.run(
        [sys.executable, "-c", DEMARRER, cas], env=_propres(), capture_output=True, text=True, timeout=60, check=True
    )
    return [(code, dit) for code, dit in json.loads(fini.stdout)]


@pytest.mark.parametrize("rang", range(len(REFUS)), ids=[phrase for _, phrase in REFUS])
def test_production_refuses_to_start(refus: list[tuple[int, str]], rang: int) -> None:
    code, dit = refus[rang]
    assert code == 1
    assert REFUS[rang][1] in dit
    assert "Traceback" not in dit
    assert "secret-du-test" not in dit


def test_a_setting_is_read_from_a_file_without_the_newline_that_an_editor_adds(tmp_path: Path) -> None:
    cle, base = tmp_path / "cle", tmp_path / "base"
    cle.write_text(SURS["FCE_SECRET_KEY"] + "\n")
    base.write_text(SURS["DATABASE_URL"] + "\n")
    reglages = {k: v for k, v in SURS.items() if k not in ("FCE_SECRET_KEY", "DATABASE_URL")}
    fichiers = {"FCE_SECRET_KEY_FICHIER": str(cle), "DATABASE_URL_FICHIER": str(base)}
    code = "from fce.config import settings as s; print(s.SECRET_KEY, s.DATABASES['default']['PASSWORD'])"
    fini = subprocess.run(
        [sys.executable, "-c", code], env={**_propres(), **reglages, **fichiers}, capture_output=True, text=True
    )
    assert fini.stdout == f"{SURS['FCE_SECRET_KEY']} secret-du-test\n", fini.stderr


def test_a_file_that_gives_no_setting_is_told_in_one_line_each(tmp_path: Path) -> None:
    vide, binaire, bon = (tmp_path / nom for nom in ("vide", "binaire", "bon"))
    vide.write_text("\n"), binaire.write_bytes(b"\xff\xfe"), bon.write_text("secret")
    fautes = {
        "FCE_A_FICHIER": (tmp_path / "absent", "FCE_A_FICHIER désigne un fichier qui n’existe pas"),
        "FCE_B_FICHIER": (tmp_path, "FCE_B_FICHIER désigne un fichier illisible"),
        "FCE_C_FICHIER": (vide, "FCE_C_FICHIER désigne un fichier vide"),
        "FCE_D_FICHIER": (binaire, "FCE_D_FICHIER désigne un fichier qui n’est pas du texte"),
        "DATABASE_URL_FICHIER": (bon, "DATABASE_URL et DATABASE_URL_FICHIER donnent le même réglage"),
    }
    reglages = {nom: str(chemin) for nom, (chemin, _) in fautes.items()} | {"DATABASE_URL": "autre", "X_FICHIER": "/x"}
    with pytest.raises(ConfigurationInvalide) as refus:
        verifier_fichiers_de_reglages({**reglages, "FCE_E_FICHIER": "", "FCE_C": ""})
    lignes = refus.value.message.splitlines()[1:]
    assert [ligne for ligne, (_, dit) in zip(lignes, fautes.values(), strict=True) if dit not in ligne] == []
    assert "secret" not in refus.value.message


def test_a_file_closed_to_this_account_is_refused() -> None:
    fichier = Path(tempfile.mkstemp()[1])
    fichier.chmod(0)
    moi = os.geteuid()
    try:
        if moi == 0:
            os.seteuid(65534)
        with pytest.raises(ConfigurationInvalide, match="que ce compte ne peut pas lire"):
            verifier_fichiers_de_reglages({"FCE_SECRET_KEY_FICHIER": str(fichier)})
    finally:
        os.seteuid(moi)
        fichier.unlink()


def test_all_faults_are_told_at_once_one_per_line() -> None:
    fini = lancer("check", {"FCE_ENV": "production", "FCE_DEBUG": "true"})
    assert fini.returncode == 1
    assert [ligne[:2] for ligne in fini.stderr.strip().splitlines()[1:]] == ["- "] * 4


def test_safe_settings_pass_and_an_absent_database_is_told() -> None:
    fini = lancer("check", SURS)
    assert "[DÉFAUT] Base de données : elle ne répond pas" in fini.stdout
    assert fini.returncode == 1
    assert "secret-du-test" not in fini.stdout + fini.stderr
    assert "Traceback" not in fini.stderr


def test_behind_an_https_front_end_a_form_of_the_public_address_is_accepted() -> None:
    code = "from fce.config import settings as s; print(s.CSRF_TRUSTED_ORIGINS, s.SESSION_COOKIE_NAME)"
    fini = subprocess.run(
        [FCE.with_name("python"), "-c", code],
        env={**_propres(), "FCE_ADRESSE_PUBLIQUE": "https://fce.example/"},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert fini.stdout.split() == ["['https://fce.example']", "__Host-fce"], fini.stderr
