"""The image, built as its file says and run as the compose file has it: migrated, served, asked, stopped."""

from __future__ import annotations

import json
import secrets
import shutil
import socket
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from pyrage import x25519

from fce.socle.postgres.grappe import Cluster
from tests.config.serveur import attendre, port_libre
from tests.dossiers import dossier_court
from tests.ops.conteneur import MANQUANTS, Moteur, moteur

pytestmark = [
    pytest.mark.epreuve,
    pytest.mark.skipif(bool(MANQUANTS), reason=f"absents de cette machine : {', '.join(MANQUANTS)}"),
]
NOM = "fce.exemple.gouv.fr"
COMPTE = 10001
PAGES = ("/healthz", "/sante/vivant", "/", "/sources", "/accessibilite", "/transparence", "/static/fce/fce.css")


@pytest.fixture(scope="module")
def image() -> Iterator[Moteur]:
    with moteur() as lance:
        lance.construire()
        yield lance


@pytest.fixture
def base() -> Iterator[Cluster]:
    with dossier_court("image") as dossier:
        cluster = Cluster(dossier / "base")
        (dossier / "base").mkdir()
        with cluster.en_marche():
            yield cluster


@pytest.fixture
def servie(image: Moteur, base: Cluster, tmp_path: Path) -> Iterator[httpx.Client]:
    """A client of the image, on a migrated database."""
    prise = base.parametres()["host"]
    # The account of the image is not that of the server.
    for chemin, mode in ((Path(prise), 0o755), (Path(prise, ".s.PGSQL.5432"), 0o777)):
        chemin.chmod(mode)
    connexion = f"postgresql://fce@/fce?host={prise}"
    ou = {"DATABASE_URL": connexion, "FCE_SECRET_KEY": secrets.token_hex(32), "FCE_JOURNAL_CLE": secrets.token_hex(32)}
    (tmp_path / "secrets").mkdir()
    (tmp_path / "donnees").mkdir()
    for nom, valeur in ou.items():
        (tmp_path / "secrets" / nom).write_text(valeur)
    for chemin in (tmp_path / "donnees", *(tmp_path / "secrets").iterdir()):
        shutil.chown(chemin, COMPTE, COMPTE)
    roles = {"PUBLIC": "fce_public", "COMPTES": "fce_comptes", "RESTREINT": "fce_agents"}
    reglages = {
        "FCE_ALLOWED_HOSTS": NOM,
        "FCE_ADRESSE_PUBLIQUE": f"https://{NOM}",
        "FCE_FRONTAUX": "1",
        **{f"{nom}_FICHIER": f"/run/secrets/{nom}" for nom in ou},
        **{f"FCE_BASE_ROLE_{quoi}": role for quoi, role in roles.items()},
    }
    image.options = [
        *(f"--env={nom}={valeur}" for nom, valeur in reglages.items()),
        f"--volume={tmp_path}/secrets:/run/secrets:ro",
        f"--volume={tmp_path}/donnees:/var/lib/fce",
        f"--volume={prise}:{prise}",
    ]
    image.lancer("migrate", "--no-input")
    port = port_libre()
    image.lancer("serve", "--host", "127.0.0.1", "--port", str(port), nom="pages")
    with httpx.Client(base_url=f"http://127.0.0.1:{port}", headers={"Host": NOM}, timeout=60) as client:
        attendre(lambda: _ecoute(port), 180, 0.5)
        yield client


def _ecoute(port: int) -> bool:
    with socket.socket() as prise:
        return prise.connect_ex(("127.0.0.1", port)) == 0


ECRIRE = """
import json, os, pathlib
def essayer(dossier):
    try:
        (pathlib.Path(dossier) / "essai").write_text("")
    except OSError as erreur:
        return erreur.strerror
    return "écrit"
etat = dict(ligne.split(":\\t") for ligne in open("/proc/self/status").read().splitlines() if ":\\t" in ligne)
print(json.dumps({
    "compte": [os.getuid(), os.getgid()],
    "capacites": [etat[nom] for nom in ("CapEff", "CapBnd", "NoNewPrivs")],
    "dossiers": {d: essayer(d) for d in ("/", "/etc", "/opt/fce", "/run/secrets", "/usr", "/var/lib/fce", "/tmp")},
}))
"""
"""What the process of a container may do."""


def test_the_image_makes_a_backup(image: Moteur, servie: httpx.Client, tmp_path: Path) -> None:
    paire = x25519.Identity.generate()
    image.options = [*image.options, f"--env=FCE_SAUVEGARDE_DESTINATAIRE={paire.to_public()}"]
    image.lancer("sauvegarde")
    assert list((tmp_path / "donnees/sauvegardes").glob("*/manifeste.json"))
    assert image.arreter("pages") == 0


def test_the_image_serves_its_pages_and_stops_when_asked(image: Moteur, servie: httpx.Client) -> None:
    attendre(lambda: servie.get("/readyz").status_code in (200, 503), 60)
    for page in (
        "/healthz",
        "/sante/vivant",
        "/",
        "/sources",
        "/accessibilite",
        "/transparence",
        "/static/fce/fce.css",
    ):
        assert servie.get(page).status_code == 200, page
    assert servie.get("/", headers={"Host": "autre.exemple.fr"}).status_code == 400
    # The health check of the image, on the port of this container.
    sonde = json.loads(image.decrire("{{json .HealthCheck.Test}}"))
    assert sonde[0] == "CMD"
    image.dans("pages", *sonde[1:], "--port", str(servie.base_url.port))
    dit = json.loads(image.dans("pages", "python3", "-c", ECRIRE))
    assert dit["compte"] == [COMPTE, COMPTE]
    assert [int(c, 16) for c in dit["capacites"]] == [0, 0, 1]
    assert {d for d, quoi in dit["dossiers"].items() if quoi == "écrit"} == {"/var/lib/fce", "/tmp"}
    assert image.arreter("pages") == 0
