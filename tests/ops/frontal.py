"""The shipped nginx files, laid out as ops/installer.sh lays them, in a folder of a test and on its own ports."""

import re
import subprocess
from pathlib import Path

RACINE = Path(__file__).resolve().parents[2]
NGINX = RACINE / "ops/nginx"
NOM = "fce.test"


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
        "instances": "\n".join(f"server 127.0.0.1:{port} max_fails=3 fail_timeout=5s;" for port in instances),
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
