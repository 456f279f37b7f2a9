"""``fce check --deploy``: each check, with the real thing that breaks it."""

from __future__ import annotations

import datetime
import os
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from django.db import connection
from django.test import Client

from fce.exploitation.deploiement import frontal, machine
from fce.exploitation.diagnostic import Constat
from tests.serveur_http import Guichet, Serveur, en_marche

pytestmark = pytest.mark.horloge_reelle  # certificates, which OpenSSL dates by the machine

JOUR = datetime.timedelta(days=1)


def maintenant() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC)


class Certificat:
    """A certificate of a test authority for « localhost », in files."""

    def __init__(
        self, dossier: Path, *, debut: datetime.datetime, fin: datetime.datetime, nom: str = "localhost"
    ) -> None:
        cle = ec.generate_private_key(ec.SECP256R1())
        sujet = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, nom)])
        fait = (
            x509.CertificateBuilder()
            .subject_name(sujet).issuer_name(sujet).public_key(cle.public_key())
            .serial_number(x509.random_serial_number()).not_valid_before(debut).not_valid_after(fin)
            .add_extension(x509.SubjectAlternativeName([x509.DNSName(nom)]), critical=False)
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .sign(cle, hashes.SHA256())
        )  # fmt: skip
        self.certificat, self.cle = dossier / "certificat.pem", dossier / "cle.pem"
        self.certificat.write_bytes(fait.public_bytes(serialization.Encoding.PEM))
        self.cle.write_bytes(
            cle.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )


class Frontal(Guichet):
    """Hands on the answer of FCE (``reponse``), but for what ``ajouts``, ``otes`` and ``montres`` of the server
    change."""

    server: Any

    def do_GET(self) -> None:
        reponse = self.server.reponse
        if self.path in self.server.montres:
            self.donner(200, b"fce_requetes_total 1")
        elif self.path != "/sante/vivant" or reponse is None:
            self.donner(404)
        else:
            gardes = [(nom, valeur) for nom, valeur in reponse.items() if nom not in self.server.otes]
            self.send_response(200)
            for nom, valeur in (*gardes, *self.server.ajouts, ("Content-Length", str(len(reponse.content)))):
                self.send_header(nom, valeur)
            self.end_headers()
            self.wfile.write(reponse.content)

    def version_string(self) -> str:
        return self.server.logiciel


def ecoute(reponse: Any = None) -> Any:
    serveur: Any = Serveur(Frontal)
    serveur.ajouts, serveur.otes, serveur.montres, serveur.logiciel = [], set(), set(), "nginx"
    serveur.reponse = reponse
    return serveur


@contextmanager
def servi(certificat: Certificat, reponse: Any = None, *, ancien: bool = False) -> Iterator[Any]:
    serveur = ecoute(reponse)
    contexte = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    contexte.load_cert_chain(certificat.certificat, certificat.cle)
    if ancien:
        contexte.set_ciphers("ALL:@SECLEVEL=0")
        contexte.minimum_version = ssl.TLSVersion.TLSv1
    serveur.socket = contexte.wrap_socket(serveur.socket, server_side=True)
    with en_marche(serveur):
        yield serveur


@pytest.fixture
def bon(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Certificat:
    certificat = Certificat(tmp_path, debut=maintenant() - JOUR, fin=maintenant() + 60 * JOUR)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificat.certificat))
    return certificat


def constater(serveur: Any, port_http: int = 9) -> dict[str, Constat]:
    faits = frontal.constater_l_adresse(f"https://localhost:{serveur.server_port}", port_http)
    return {fait.point: fait for fait in faits}


@pytest.fixture
def reponse(settings: Any, client: Client) -> Any:
    """An answer of FCE itself."""
    settings.FCE_ADRESSE_PUBLIQUE = "https://localhost"
    return client.get("/sante/vivant")


@pytest.mark.django_db
class TestTheFrontServer:
    def test_hdr_01_one_that_passes_everything_has_no_fault(self, bon: Certificat, reponse: Any) -> None:
        with servi(bon, reponse) as serveur:
            lus = constater(serveur)
        assert {point: fait.phrase for point, fait in lus.items() if not fait.bon} == {}
        assert lus.keys() == {"TLS", "En-têtes", "Redirection", "Adresses cachées"}

    @pytest.mark.parametrize(
        ("ajouts", "otes", "logiciel", "dit"),
        [
            ([], {"Strict-Transport-Security"}, "nginx", "Strict-Transport-Security (absent)"),
            ([("Strict-Transport-Security", "max-age=3600")], {"Strict-Transport-Security"}, "nginx", "moins d’un an"),
            ([("X-Frame-Options", "DENY")], set(), "nginx", "X-Frame-Options (envoyé deux fois)"),
            ([("Content-Security-Policy", "default-src *")], {"Content-Security-Policy"}, "nginx", "(changé)"),
            ([], set(), "nginx/1.22.1", "server_tokens"),
            ([], {"X-Request-Id"}, "nginx", "ce n’est pas FCE"),
        ],
    )
    def test_hdr_03_a_header_lost_doubled_or_changed_on_the_way_is_named(
        self, bon: Certificat, reponse: Any, ajouts: list[tuple[str, str]], otes: set[str], logiciel: str, dit: str
    ) -> None:
        with servi(bon, reponse) as serveur:
            serveur.ajouts, serveur.otes, serveur.logiciel = ajouts, otes, logiciel
            fait = constater(serveur)["En-têtes"]
        assert not fait.bon
        assert dit in fait.phrase

    def test_hdr_09_metrics_shown_by_the_public_name_are_a_fault(self, bon: Certificat, reponse: Any) -> None:
        with servi(bon, reponse) as serveur:
            serveur.montres = {"/metrics"}
            fait = constater(serveur)["Adresses cachées"]
        assert not fait.bon
        assert "/metrics" in fait.phrase

    def test_tls_01_a_version_that_is_too_old_is_a_fault(self, bon: Certificat, reponse: Any) -> None:
        with pytest.warns(DeprecationWarning, match="TLSv1"), servi(bon, reponse, ancien=True) as serveur:
            fait = constater(serveur)["TLS"]
        assert not fait.bon
        assert "ssl_protocols" in fait.phrase

    def test_a_plain_port_must_redirect(self, bon: Certificat, reponse: Any) -> None:
        with servi(bon, reponse) as serveur, en_marche(ecoute(reponse)) as clair:
            fait = constater(serveur, clair.server_port)["Redirection"]
        assert not fait.bon
        assert "301" in fait.phrase


@pytest.mark.parametrize(
    ("debut", "fin", "nom", "dit"),
    [
        (-60 * JOUR, -JOUR, "localhost", "il a expiré"),
        (JOUR, 60 * JOUR, "localhost", "il n’est pas encore valable"),
        (-JOUR, 60 * JOUR, "autre.example", "il est fait pour un autre nom"),
        (-JOUR, 5 * JOUR, "localhost", "expire dans 4 jours"),
    ],
)
def test_tls_01_a_certificate_that_a_reader_would_refuse_is_said_with_why(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, debut: Any, fin: Any, nom: str, dit: str
) -> None:
    certificat = Certificat(
        tmp_path,
        debut=maintenant() + debut,
        fin=maintenant() + fin,
        nom=nom,
    )
    monkeypatch.setenv("SSL_CERT_FILE", str(certificat.certificat))
    with servi(certificat) as serveur:
        lus = constater(serveur)
    assert not lus["TLS"].bon
    assert dit in lus["TLS"].phrase


def test_tls_01_an_authority_that_nobody_knows_and_a_port_that_is_closed(tmp_path: Path) -> None:
    with servi(
        Certificat(
            tmp_path,
            debut=maintenant() - JOUR,
            fin=maintenant() + 60 * JOUR,
        )
    ) as serveur:
        assert "refusé" in constater(serveur)["TLS"].phrase
    assert "ne répond pas" in constater(serveur)["TLS"].phrase
    assert "https" in frontal.constater_l_adresse("http://fce.example.gouv.fr")[0].phrase


def test_a_name_without_an_address_is_not_called_a_fault_of_the_front_server(monkeypatch: pytest.MonkeyPatch) -> None:
    def inconnu(*_: object, **__: object) -> None:
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "create_connection", inconnu)
    (tls,) = frontal.constater_l_adresse("https://fce.example.gouv.fr")
    assert not tls.bon
    assert "DNS" in tls.phrase


def test_a_front_server_that_is_not_declared_is_a_fault(settings: Any) -> None:
    settings.FCE_FRONTAUX = 0
    assert "FCE_FRONTAUX vaut 0" in frontal.constater_les_frontaux().phrase
    settings.FCE_FRONTAUX = 1
    assert frontal.constater_les_frontaux().bon


def test_a_folder_open_to_other_accounts_and_a_secret_that_others_read(
    settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    donnees, secret = tmp_path / "var", tmp_path / "cle"
    donnees.mkdir(mode=0o700)
    secret.write_text("s")
    secret.chmod(0o400)
    settings.FCE_DATA_DIR, settings.FCE_PIECES_DIR = donnees, donnees / "pieces"
    monkeypatch.setenv("FCE_SECRET_KEY_FICHIER", str(secret))
    assert machine.constater_les_fichiers().bon
    donnees.chmod(0o755)
    secret.chmod(0o644)
    fait = machine.constater_les_fichiers()
    assert not fait.bon
    assert f"chmod o-rwx {donnees}" in fait.phrase
    assert f"chmod 0400 {secret}" in fait.phrase


@pytest.mark.skipif(os.geteuid() != 0, reason="demande le compte root")
def test_a_secret_of_root_that_the_group_of_the_service_reads_is_closed(
    settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As the chart mounts it: 0440, root, group of the pod."""
    settings.FCE_DATA_DIR = settings.FCE_PIECES_DIR = settings.FCE_SAUVEGARDES = tmp_path / "absent"
    (secret := tmp_path / "cle").touch(0o440)
    os.chown(secret, 0, 10001)
    monkeypatch.setenv("FCE_SECRET_KEY_FICHIER", str(secret))
    assert not machine.constater_les_fichiers().bon, "another group"
    avant = os.getegid()
    os.setegid(10001)
    try:
        assert machine.constater_les_fichiers().bon
        secret.chmod(0o444)
        assert not machine.constater_les_fichiers().bon
    finally:
        os.setegid(avant)


@pytest.mark.parametrize(("famille", "hote"), [(socket.AF_INET, "0.0.0.0"), (socket.AF_INET6, "::")])
def test_a_backend_that_others_can_reach_is_named_by_its_port(famille: Any, hote: str) -> None:
    with socket.create_server((hote, 0), family=famille) as prise:
        fait = machine.constater_les_ports(conteneur=False)
        port = prise.getsockname()[1]
    assert not fait.bon
    assert f"{hote} port {port}" in fait.phrase


def test_a_port_of_this_machine_alone_or_of_another_account_is_no_fault() -> None:
    with socket.create_server(("127.0.0.1", 0)) as prise, socket.create_server(("0.0.0.0", 0)) as autre:
        assert f"port {prise.getsockname()[1]}" not in machine.constater_les_ports(conteneur=False).phrase
        assert (
            f"port {autre.getsockname()[1]}"
            not in machine.constater_les_ports(conteneur=False, uid=os.geteuid() + 1).phrase
        )


def test_a_disk_that_fills_up_is_said_once_per_file_system(settings: Any, tmp_path: Path) -> None:
    settings.FCE_DATA_DIR, settings.FCE_PIECES_DIR = tmp_path, tmp_path / "pieces"
    settings.FCE_PIECES_DIR.mkdir()
    assert [fait.bon for fait in machine.constater_les_disques(part=0.0)] == [True]
    assert [fait.bon for fait in machine.constater_les_disques(part=1.0)] == [False]


def test_bak_03_the_last_whole_backup_is_of_this_night(settings: Any, tmp_path: Path) -> None:
    settings.FCE_SAUVEGARDES = tmp_path / "aucune"
    assert not machine.constater_la_sauvegarde().bon
    settings.FCE_SAUVEGARDES = tmp_path

    def poser(heures: int, suffixe: str = "", *, entiere: bool = True) -> None:
        nom = (maintenant() - datetime.timedelta(hours=heures)).strftime("%Y-%m-%dT%H-%M-%SZ") + suffixe
        (tmp_path / nom).mkdir()
        if entiere:
            (tmp_path / nom / "manifeste.json").write_text("{}")

    poser(1, ".partielle")
    poser(2, entiere=False)
    assert "aucune n’est entière" in machine.constater_la_sauvegarde().phrase
    poser(30)
    assert "30 heures" in machine.constater_la_sauvegarde().phrase
    poser(3)
    assert machine.constater_la_sauvegarde().bon


@pytest.mark.django_db
def test_the_account_of_the_database_and_the_roles_of_the_pages(settings: Any) -> None:
    lus = {fait.point: fait for fait in machine.constater_la_base()}
    assert not lus["Compte de la base"].bon  # the embedded server's is a superuser
    assert "NOSUPERUSER" in lus["Compte de la base"].phrase
    assert not lus["Travailleur"].bon
    with connection.cursor() as curseur:
        curseur.execute("INSERT INTO procrastinate_workers DEFAULT VALUES")
        curseur.execute("CREATE ROLE fce_simple_essai LOGIN")
        curseur.execute("GRANT SELECT ON procrastinate_workers TO fce_simple_essai")
        curseur.execute("SET SESSION AUTHORIZATION fce_simple_essai")
        try:
            lus = {fait.point: fait for fait in machine.constater_la_base()}
        finally:
            curseur.execute("RESET SESSION AUTHORIZATION")
    assert lus["Compte de la base"].bon
    assert lus["Travailleur"].bon
    settings.FCE_BASE_ROLE_PUBLIC = ""
    assert "roles.md" in {fait.point: fait for fait in machine.constater_la_base()}["Rôles des pages"].phrase


@pytest.mark.django_db
def test_the_clock_is_compared_with_that_of_the_database() -> None:
    fait = machine.constater_l_horloge()
    assert fait.bon is machine.horloge_tenue()
    assert ("chrony" in fait.phrase) is not machine.horloge_tenue()
