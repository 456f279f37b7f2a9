"""A download over TLS: it goes to the address that was checked, and the certificate must be that of the name."""

import datetime
import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from fce.donnees.imports.travaux import adresses, reseau
from fce.socle.erreurs import SourceIndisponible
from tests.serveur_http import Guichet, Serveur, en_marche

pytestmark = pytest.mark.horloge_reelle  # certificates, which OpenSSL dates by the machine


def certificat(dossier: Path, nom: str) -> Path:
    """A self-signed certificate of ``nom`` and its key, in one file."""
    cle = ec.generate_private_key(ec.SECP256R1())
    sujet = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, nom)])
    maintenant = datetime.datetime.now(datetime.UTC)
    signe = (
        x509.CertificateBuilder()
        .subject_name(sujet)
        .issuer_name(sujet)
        .public_key(cle.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(maintenant - datetime.timedelta(days=1))
        .not_valid_after(maintenant + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(nom)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(cle, hashes.SHA256())
    )
    chemin = dossier / f"{nom}.pem"
    chemin.write_bytes(
        cle.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + signe.public_bytes(serialization.Encoding.PEM)
    )
    return chemin


@pytest.fixture
def port(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """A TLS server of ``exemple.fr`` on this machine, whose certificate is trusted; any name resolves to it."""
    pem = certificat(tmp_path, "exemple.fr")
    vus: list[str | None] = []

    class Fichier(Guichet):
        def do_GET(self) -> None:
            vus.append(self.headers["Host"])
            self.donner(200, b"a;b\n\n")

    serveur = Serveur(Fichier)
    contexte = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    contexte.load_cert_chain(pem)
    serveur.socket = contexte.wrap_socket(serveur.socket, server_side=True)
    monkeypatch.setenv("SSL_CERT_FILE", str(pem))
    reseau._autorites.cache_clear()
    monkeypatch.setattr(adresses, "publiques", lambda url: ["127.0.0.1"])
    monkeypatch.setattr(adresses, "par_un_mandataire", lambda hote: False)
    monkeypatch.setattr(reseau, "ATTENTE_S", 0.0)
    with en_marche(serveur):
        yield serveur.server_port
    assert vus in ([], [f"exemple.fr:{serveur.server_port}"])
    reseau._autorites.cache_clear()


def test_the_name_is_asked_and_proven_at_the_address_checked(port: int, tmp_path: Path) -> None:
    recu = reseau.recevoir(f"https://exemple.fr:{port}/f.csv", tmp_path / "p", None, lambda *_: None)
    assert recu is not None
    assert recu.chemin.read_bytes() == b"a;b\n\n"


def test_the_certificate_of_another_name_is_refused(port: int, tmp_path: Path) -> None:
    with pytest.raises(SourceIndisponible, match="La connexion est impossible"):
        reseau.recevoir(f"https://autre.fr:{port}/f.csv", tmp_path / "p", None, lambda *_: None)
    assert not (tmp_path / "p").exists()
