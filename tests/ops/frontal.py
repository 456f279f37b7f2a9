"""The shipped nginx files, laid out as ops/installer.sh lays them and run on ports of their own."""

import contextlib
import re
import signal
import socket
import ssl
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path

import psutil

from tests.config.serveur import attendre, port_libre
from tests.dossiers import dossier_court

RACINE = Path(__file__).resolve().parents[2]
NGINX = RACINE / "ops/nginx"
NOM = "fce.test"
PUBLIC = {
    "FCE_ADRESSE_PUBLIQUE": f"https://{NOM}",
    "FCE_ALLOWED_HOSTS": f"{NOM},localhost,127.0.0.1",
    "FCE_FRONTAUX": "1",
    "FCE_FRONTAL_FICHIERS": "/fichiers-internes/",
}
"""Settings of a service behind this nginx."""


@dataclass
class Frontal:
    """A running nginx. ``dossier``: its configuration and its logs."""

    processus: subprocess.Popen[bytes]
    dossier: Path
    http: int
    https: int
    recues: list[bytes] = field(default_factory=list)

    def prise(self, nom: str = NOM, **options: ssl.TLSVersion) -> ssl.SSLSocket:
        contexte = ssl.create_default_context(cafile=str(self.dossier / "cert.pem"))
        for option, valeur in options.items():
            setattr(contexte, option, valeur)
        return contexte.wrap_socket(socket.create_connection(("127.0.0.1", self.https), 20), server_hostname=nom)

    def brut(self, octets: bytes) -> bytes:
        recu = b""
        with self.prise() as prise, contextlib.suppress(OSError):
            prise.sendall(octets)
            while bloc := prise.recv(65536):
                recu += bloc
        return recu

    def demander(self, chemin: str, methode: str = "GET", **entetes: str) -> tuple[HTTPResponse, bytes]:
        connexion = HTTPConnection("127.0.0.1")
        with contextlib.closing(connexion):
            connexion.sock = self.prise()
            connexion.request(methode, chemin, headers={"Host": NOM, **entetes})
            reponse = connexion.getresponse()
            return reponse, reponse.read()

    def choisir(self, instances: list[int], retiree: int | None = None) -> None:
        """Send to these ports, but to ``retiree``; return once the former processes of nginx have ended."""
        anciens = psutil.Process(self.processus.pid).children()
        (self.dossier / "etc/instances.conf").write_text(repartir(instances, retiree))
        self.processus.send_signal(signal.SIGHUP)
        psutil.wait_procs(anciens, timeout=60)

    def en_clair(self, chemin: str) -> HTTPResponse:
        connexion = HTTPConnection("127.0.0.1", self.http, timeout=20)
        with contextlib.closing(connexion):
            connexion.request("GET", chemin, headers={"Host": NOM})
            reponse = connexion.getresponse()
            reponse.read()
            return reponse


def poser(dossier: Path, *, ports: tuple[int, int], instances: list[int]) -> Path:
    """Write a whole configuration below ``dossier`` and return its main file. ``ports``: http and https."""
    (dossier / "etc").mkdir(parents=True)
    for nom in ("publication", "acme", "tampons"):
        (dossier / nom).mkdir()
    generes = {
        "nom": f"server_name {NOM};",
        "ecoute-http": f"listen 127.0.0.1:{ports[0]};",
        "ecoute-https": f"listen 127.0.0.1:{ports[1]} ssl http2;",
        "ecoute-autres": f"listen 127.0.0.1:{ports[0]} default_server;\n"
        f"listen 127.0.0.1:{ports[1]} ssl http2 default_server;",
        "instances": repartir(instances),
        "reseaux": "",
        "certificat": f"ssl_certificate {dossier}/cert.pem;\nssl_certificate_key {dossier}/cle.pem;",
    }
    for fichier in NGINX.glob("*.conf"):
        generes.setdefault(fichier.stem, fichier.read_text("utf-8"))
    ailleurs = {
        "/etc/nginx/fce/": f"{dossier}/etc/",
        "/usr/share/fce/nginx/": f"{NGINX}/",
        "/var/log/fce/": f"{dossier}/",
        "/var/lib/fce/publication/": f"{dossier}/publication/",
        "/var/www/acme": f"{dossier}/acme",
    }
    for nom, texte in generes.items():
        for ancien, nouveau in ailleurs.items():
            texte = texte.replace(ancien, nouveau)
        (dossier / f"etc/{nom}.conf").write_text(texte, "utf-8")
    certifier(dossier)
    principal = dossier / "nginx.conf"
    chemins = "".join(
        f"{genre}_temp_path {dossier}/tampons;" for genre in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    # Debian's nginx.conf says these too, before it includes conf.d.
    principal.write_text(
        f"daemon off; pid {dossier}/nginx.pid; error_log {dossier}/erreurs.log; worker_processes 2;\n"
        "events { worker_connections 1024; }\n"
        "http { ssl_protocols TLSv1 TLSv1.1 TLSv1.2 TLSv1.3; ssl_prefer_server_ciphers on;\n"
        "gzip on; server_tokens build;\n"
        f"include /etc/nginx/mime.types; default_type application/octet-stream; {chemins}\n"
        f"include {dossier}/etc/fce.conf; }}\n"
    )
    return principal


def repartir(instances: list[int], retiree: int | None = None) -> str:
    """Write where nginx sends requests, as ops/mettre_a_jour.sh does; ``retiree``: the port that gets none."""
    return "\n".join(
        f"server 127.0.0.1:{port} max_fails=3 fail_timeout=5s{' down' if port == retiree else ''};"
        for port in instances
    )


def certifier(dossier: Path) -> None:
    commande = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
    commande += ["-days", "30", "-subj", f"/CN={NOM}", "-addext", f"subjectAltName=DNS:{NOM}"]
    subprocess.run(
        [*commande, "-keyout", dossier / "cle.pem", "-out", dossier / "cert.pem"], check=True, capture_output=True
    )


def emplacements() -> list[tuple[str, str]]:
    """(modifier, pattern) of each location of the https server, in the order of the file."""
    texte = (NGINX / "fce.conf").read_text("utf-8").split("ecoute-https.conf")[1]
    return [
        (genre.strip(), motif.strip('"')) for genre, motif in re.findall(r'location (~ |\^~ )?("[^"]+"|\S+) \{', texte)
    ]


def emplacement(chemin: str) -> str:
    """Pattern of the location that nginx chooses for a path: longest prefix marked ^~, first regex, longest prefix."""
    prefixes = [(genre, motif) for genre, motif in emplacements() if genre != "~" and chemin.startswith(motif)]
    genre, motif = max(prefixes, key=lambda couple: len(couple[1]))
    if genre != "^~":
        for autre, regex in emplacements():
            if autre == "~" and re.search(regex, chemin):
                return regex
    return motif


@contextlib.contextmanager
def nginx(*instances: int) -> Iterator[Frontal]:
    ports = (port_libre(), port_libre())
    with dossier_court(f"nginx-{ports[0]}") as racine:
        principal = poser(racine / "n", ports=ports, instances=list(instances))
        (racine / "n/tampons").chmod(0o777)
        processus = subprocess.Popen(["/usr/sbin/nginx", "-c", principal])
        lance = Frontal(processus, racine / "n", *ports)
        try:
            attendre(lambda: _ecoute(ports[1]), 30)
            yield lance
        finally:
            processus.terminate()
            processus.wait(30)


def _ecoute(port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
        return True
    return False
