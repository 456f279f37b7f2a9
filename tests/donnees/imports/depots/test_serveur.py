"""Deposits against the real server: constant memory, a cut that leaves nothing, a refusal before the first byte, and
docs/depots.md executed line by line: what a producer copies works."""

import http.client
import os
import re
import shutil
import socket
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from tests.config.serveur import FCE, Serveur, attendre, installe, serveur

pytestmark = pytest.mark.epreuve
CHEMIN = "/api/v1/depots/dgddi-eori"
DOCUMENT = Path(__file__).resolve().parents[4] / "docs" / "depots.md"
ABSENTS = [outil for outil in ("bash", "curl", "jq", "openssl") if not shutil.which(outil)]


@pytest.fixture(scope="module")
def en_service() -> Iterator[tuple[Serveur, str, Path]]:
    with installe("depots-serveur") as donnees, serveur(donnees) as s:
        cree = subprocess.run([FCE, "depot", "jeton", "dgddi"], env=s.environnement, capture_output=True, text=True)
        yield s, re.search(r"fcedepot_\S+", cree.stdout)[0], donnees / "depots"


def envoyer(s: Serveur, secret: str, octets: int, bloc: bytes = b"x" * (1 << 20)) -> tuple[int, bytes]:
    connexion = http.client.HTTPConnection("127.0.0.1", s.port, timeout=120)
    connexion.putrequest("PUT", CHEMIN)
    connexion.putheader("Authorization", f"Bearer {secret}")
    connexion.putheader("Content-Length", str(octets))
    connexion.endheaders()
    reste = octets
    try:
        while reste > 0:
            connexion.send(bloc[:reste])
            reste -= len(bloc)
    except (BrokenPipeError, ConnectionResetError):
        pass  # refused before the end: the answer is there
    reponse = connexion.getresponse()
    corps = reponse.read()
    connexion.close()
    return reponse.status, corps


def entetes(secret: str, longueur: str) -> bytes:
    lignes = (f"PUT {CHEMIN} HTTP/1.1", "Host: localhost", f"Authorization: Bearer {secret}", longueur, "", "")
    return "\r\n".join(lignes).encode()


def memoire(s: Serveur) -> int:
    return max(psutil.Process(pid).memory_info().rss for pid in s.travailleurs())


def test_a_large_file_is_received_in_constant_memory(en_service):
    s, secret, _ = en_service
    # The first requests load what a worker needs.
    for _ in range(6):
        envoyer(s, secret, 3 << 20)
    avant, pics, fini = memoire(s), [], threading.Event()

    def mesurer() -> None:
        while not fini.wait(0.02):
            pics.append(memoire(s))

    fil = threading.Thread(target=mesurer)
    fil.start()
    status, corps = envoyer(s, secret, 150 << 20)
    fini.set()
    fil.join()
    assert status == 201, corps
    assert b'"etat": "recu"' in corps
    assert max(pics) - avant < 30 << 20


def test_a_connection_cut_in_the_middle_leaves_nothing(en_service):
    s, secret, dossier = en_service
    dossier.mkdir(exist_ok=True)
    avant = set(dossier.iterdir())
    ouverts = _tampons(s)
    with socket.create_connection(("127.0.0.1", s.port)) as prise:
        entete = entetes(secret, "Content-Length: 90000000")
        prise.sendall(entete + b"x" * (8 << 20))
        attendre(lambda: _tampons(s) > ouverts, 10)
        # Not a deposit before it is whole.
        assert set(dossier.iterdir()) == avant
    attendre(lambda: _tampons(s) == ouverts, 10)
    assert set(dossier.iterdir()) == avant


def _tampons(s: Serveur) -> int:
    """How many temporary files the workers hold: they have no name."""
    fichiers = (lien for pid in s.travailleurs() for lien in Path(f"/proc/{pid}/fd").iterdir())
    return sum("/tampons/" in os.readlink(lien) for lien in fichiers if lien.is_symlink())


def test_two_gigabytes_are_refused_before_their_first_byte(en_service):
    s, secret, _ = en_service
    with socket.create_connection(("127.0.0.1", s.port), timeout=10) as prise:
        entete = entetes(secret, f"Content-Length: {2 << 30}")
        prise.sendall(entete)
        assert prise.recv(200).startswith(b"HTTP/1.1 413 ")


def test_a_chunked_body_is_refused(en_service):
    s, secret, _ = en_service
    with socket.create_connection(("127.0.0.1", s.port), timeout=10) as prise:
        entete = entetes(secret, "Transfer-Encoding: chunked")
        prise.sendall(entete + b"3\r\nabc\r\n0\r\n\r\n")
        assert prise.recv(200).startswith(b"HTTP/1.1 411 ")


def test_pages_still_cannot_write(en_service):
    s, secret, _ = en_service
    envoyer(s, secret, 1000)
    for _ in range(8):
        assert s.demander("/readyz").status in (200, 503)
        assert s.demander("/sources").status == 200


def test_the_log_of_the_server_holds_no_token(en_service):
    s, secret, _ = en_service
    assert envoyer(s, secret[:-1], 1000)[0] == 401
    assert secret[:-1] not in s.sortie.read_text()


@pytest.mark.skipif(bool(ABSENTS), reason=f"outils absents : {', '.join(ABSENTS)}")
def test_the_lines_of_the_documentation_work_as_they_are_written(en_service, tmp_path):
    s, _, _ = en_service
    creation, *blocs = re.findall(r"```sh\n(.*?)```", DOCUMENT.read_text(), re.DOTALL)
    env = {**s.environnement, "PATH": f"{FCE.parent}:{os.environ['PATH']}"}

    def lancer(script: str) -> str:
        resultat = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", script], env=env, cwd=tmp_path, capture_output=True, text=True
        )
        assert resultat.returncode == 0, resultat.stdout + resultat.stderr
        return resultat.stdout

    secret = re.search(r"fcedepot_\S+", lancer(creation))[0]
    adresse = f"http://127.0.0.1:{s.port}"
    script = "".join(blocs).replace("https://fce.exemple.gouv.fr", adresse).replace("fcedepot_…", secret)
    assert adresse in script
    assert secret in script
    sortie = lancer(script)
    for attendu in ("siret", "pret", "Publié.", "refuse", "le minimum est de", "publie", "\n6\n", "abandonne"):
        assert attendu in sortie
    assert secret not in s.sortie.read_text()
