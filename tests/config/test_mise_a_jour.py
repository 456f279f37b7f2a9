"""An upgrade and its way back under readers: two instances behind nginx, replaced one after the other.

The release before is this code; the next one is ``tests.config.suivante``.
"""

import contextlib
import http.client
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import cycle
from pathlib import Path

import psutil
import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from fce.recherche.engines.tantivy.dossier import FORMAT
from fce.socle.postgres.grappe import ROLES, Cluster
from tests.config.serveur import attendre, environnement, port_libre
from tests.config.suivante import RACINE, SUIVANTE, version_suivante
from tests.demonstration import copier
from tests.dossiers import dossier_court

PAR_SECONDE = 30
LECTEURS = 4
LUES = ("/entreprise/000001271", "/recherche?q=centre", "/api/v1/recherche?q=centre", "/entreprise/000001008/finances")
DEMARRAGE_S = 600
"""A bound for a machine that does much else."""
NGINX = """
daemon off;
{compte}
pid {dossier}/nginx.pid;
error_log {dossier}/nginx.log;
events {{}}
http {{
    access_log off;
    client_body_temp_path {dossier}/corps; proxy_temp_path {dossier}/mandataire; fastcgi_temp_path {dossier}/f;
    uwsgi_temp_path {dossier}/u; scgi_temp_path {dossier}/s;
    upstream fce {{ include {dossier}/instances.conf; }}
    server {{
        listen 127.0.0.1:{port};
        location / {{
            proxy_pass http://fce;
            proxy_set_header Host localhost;
            proxy_http_version 1.1;
            proxy_read_timeout 120s;
            proxy_next_upstream error timeout non_idempotent;
        }}
    }}
}}
"""


@dataclass
class Machine:
    """Two instances on the database and index of a demonstration, behind nginx."""

    dossier: Path
    cluster: Cluster
    frontal: int = field(default_factory=port_libre)
    ports: dict[str, int] = field(default_factory=lambda: {"a": port_libre(), "b": port_libre()})
    instances: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def environnement(self, arbre: Path) -> dict[str, str]:
        p = self.cluster.parametres()
        reglages = dict(
            zip(("FCE_BASE_ROLE_PUBLIC", "FCE_BASE_ROLE_COMPTES", "FCE_BASE_ROLE_RESTREINT"), ROLES, strict=True),
            DATABASE_URL=f"postgresql://{p['user']}@{p['host'].replace('/', '%2F')}/{p['dbname']}",
            FCE_TRAVAILLEURS="1",
            FCE_BASE_CONNEXIONS="6",
            FCE_DEBIT="0",
            PYTHONPATH=str(arbre),
        )
        return environnement(self.dossier, **reglages)

    def fce(self, arbre: Path, *arguments: str) -> None:
        fini = subprocess.run(
            [sys.executable, "-m", "fce.config.commande", *arguments],
            env=self.environnement(arbre), cwd=self.dossier, capture_output=True, text=True, timeout=DEMARRAGE_S,
        )  # fmt: skip
        assert fini.returncode == 0, fini.stdout + fini.stderr

    def demarrer(self, arbre: Path, *noms: str) -> None:
        """Start instances, and wait until they are ready."""
        for nom in noms:
            self._lancer(nom, arbre)
        for nom in noms:
            attendre(lambda: self.instances[nom].poll() is not None or self.prete(nom), DEMARRAGE_S, 0.5)  # noqa: B023
            assert self.instances[nom].poll() is None, (self.dossier / f"{nom}.log").read_text()

    def _lancer(self, nom: str, arbre: Path) -> None:
        with open(self.dossier / f"{nom}.log", "ab") as journal:
            self.instances[nom] = subprocess.Popen(
                [sys.executable, "-m", "fce.config.commande", "serve", "--port", str(self.ports[nom])],
                env=self.environnement(arbre),
                cwd=self.dossier,
                stdout=journal,
                stderr=journal,
            )

    def prete(self, nom: str) -> bool:
        try:
            return demander(self.ports[nom], "/readyz") == 200
        except (OSError, http.client.HTTPException):
            return False

    def diriger(self, retiree: str = "") -> None:
        """Send the readers to both instances, or to the other one."""
        servies = [f"server 127.0.0.1:{self.ports[n]}{' down' if n == retiree else ''};" for n in self.ports]
        (self.dossier / "instances.conf").write_text("\n".join(servies))
        if (pid := self.dossier / "nginx.pid").exists():
            nginx = psutil.Process(int(pid.read_text()))
            anciens = nginx.children()
            nginx.send_signal(signal.SIGHUP)
            # Those of before still know the former instances: one that was down then would be their only way.
            attendre(lambda: not any(ancien.is_running() for ancien in anciens), DEMARRAGE_S, 0.2)

    def remplacer(self, nom: str, arbre: Path) -> None:
        """Drain an instance, stop it, start it on this code, and send readers to it again."""
        self.diriger(retiree=nom)
        # The workers of nginx that knew it finish their answers, then leave.
        attendre(lambda: self._vide(nom), DEMARRAGE_S, 0.5)
        self.arreter(nom)
        self.demarrer(arbre, nom)
        self.diriger()

    def _vide(self, nom: str) -> bool:
        etablies = [c for c in psutil.net_connections("tcp4") if c.status == psutil.CONN_ESTABLISHED]
        return all(c.laddr.port != self.ports[nom] for c in etablies)

    def arreter(self, nom: str) -> None:
        self.instances[nom].terminate()
        assert self.instances[nom].wait(60) == 0

    @contextlib.contextmanager
    def derriere_nginx(self) -> Iterator[None]:
        configuration = self.dossier / "nginx.conf"
        compte = "user root;" if os.geteuid() == 0 else ""
        configuration.write_text(NGINX.format(dossier=self.dossier, port=self.frontal, compte=compte))
        self.diriger()
        with subprocess.Popen([shutil.which("nginx") or "/usr/sbin/nginx", "-c", configuration]) as nginx:
            try:
                attendre(lambda: (self.dossier / "nginx.pid").exists(), 60)
                yield
            finally:
                nginx.terminate()
                for instance in self.instances.values():
                    instance.terminate()
                for instance in self.instances.values():
                    instance.wait(60)


def demander(port: int, chemin: str) -> int:
    with contextlib.closing(http.client.HTTPConnection("127.0.0.1", port, timeout=120)) as connexion:
        connexion.request("GET", chemin)
        reponse = connexion.getresponse()
        reponse.read()
        return reponse.status


class Lecteurs:
    """Readers at ``PAR_SECONDE`` at most; less on a slow machine, where each waits for its answer."""

    def __init__(self, port: int) -> None:
        self.faites = 0
        self.echecs: list[str] = []
        self._port, self._fin = port, threading.Event()
        self._fils = [threading.Thread(target=self._lire, args=(rang,)) for rang in range(LECTEURS)]

    def __enter__(self) -> "Lecteurs":
        for fil in self._fils:
            fil.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._fin.set()
        for fil in self._fils:
            fil.join()

    def _lire(self, rang: int) -> None:
        for adresse in cycle(LUES[rang:] + LUES[:rang]):
            debut = time.monotonic()
            try:
                statut = demander(self._port, adresse)
                if statut != 200:
                    self.echecs.append(f"{adresse} : {statut}")
            except (OSError, http.client.HTTPException) as erreur:
                self.echecs.append(f"{adresse} : {type(erreur).__name__}")
            self.faites += 1
            if self._fin.wait(max(0.0, debut + LECTEURS / PAR_SECONDE - time.monotonic())):
                return


@pytest.mark.epreuve
def test_dep_an_upgrade_and_its_way_back_under_readers_fail_no_request() -> None:
    with dossier_court("mise-a-jour") as dossier:
        copier(dossier)
        suivante = version_suivante(dossier)
        cluster = Cluster(dossier)
        with cluster.en_marche():
            machine = Machine(dossier, cluster)
            with machine.derriere_nginx():
                machine.demarrer(RACINE, *machine.ports)
                with Lecteurs(machine.frontal) as lecteurs:
                    machine.fce(suivante, "migrate", "--verbosity", "0")
                    machine.fce(suivante, "index")
                    for nom in machine.ports:
                        machine.remplacer(nom, suivante)
                    montees = lecteurs.faites
                    # The former code reads the new schema, and its own index again.
                    for nom in machine.ports:
                        machine.remplacer(nom, RACINE)
                with psycopg.connect(make_conninfo(**cluster.parametres())) as connexion:
                    lue = connexion.execute("SELECT obj_description('django_migrations'::regclass)").fetchone()
        sys.stdout.write(f"{lecteurs.faites} demandes, dont {montees} avant le retour ; échecs : {lecteurs.echecs}\n")
        assert lue
        assert SUIVANTE in lue[0]
        assert {p.name for p in (dossier / "index").glob("courant*")} == {"courant", f"courant-{FORMAT + 1}"}
        assert lecteurs.faites > montees > 0
        assert lecteurs.echecs == []
