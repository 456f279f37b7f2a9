"""Nights of an operator, each provoked on a bare Debian: a real Prometheus fires the alert, then the page of the manual
is followed until the alert falls."""

from __future__ import annotations

import contextlib
import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.config.serveur import attendre
from tests.ops.frontal import NOM, RACINE
from tests.ops.machine import Machine, machine
from tests.ops.test_machine import INSTALLER, paquets, suivante

__all__ = ["paquets", "suivante"]
pytestmark = [
    pytest.mark.epreuve,
    pytest.mark.skipif(shutil.which("prometheus") is None, reason="prometheus n’est pas installé (paquet Debian)"),
]
MANUEL = (RACINE / "docs/exploitation/manuel.md").read_text("utf-8")
DISQUES = """set -e
mkdir -p /var/lib/postgresql /var/backups/fce
mount -t tmpfs -o size=1500m,mode=755 postgresql /var/lib/postgresql
mount -t tmpfs -o size=200m,mode=700 sauvegardes /var/backups/fce
echo '127.0.0.1 {nom}' >>/etc/hosts
openssl req -x509 -newkey rsa:2048 -noenc -days 900 -subj /CN=autorite -keyout /root/ca.key -out /root/ca.crt \\
  -addext basicConstraints=critical,CA:TRUE 2>/dev/null
cp /root/ca.crt /usr/local/share/ca-certificates/essai.crt
update-ca-certificates >/dev/null 2>&1"""
CERTIFIER = """set -e
openssl req -newkey rsa:2048 -noenc -subj /CN={nom} -keyout /root/cle.pem -out /root/demande.csr 2>/dev/null
printf 'subjectAltName=DNS:{nom}\\n' >/root/san
openssl x509 -req -in /root/demande.csr -CA /root/ca.crt -CAkey /root/ca.key -CAcreateserial -days {jours} \\
  -extfile /root/san -out /root/certificat.pem 2>/dev/null"""
PROMETHEUS = "http://127.0.0.1:9990"


@dataclass
class Surveillance:
    """A Prometheus in the network of the machine, with our rules, their delays but the first second left out."""

    m: Machine

    def alertes(self) -> dict[str, list[dict[str, str]]]:
        """{alert: labels of each that fires, with its sentence}."""
        lu = json.loads(self._demander("/api/v1/alerts"))
        dites: dict[str, list[dict[str, str]]] = {}
        for alerte in lu["data"]["alerts"]:
            if alerte["state"] == "firing":
                dite = {**alerte["labels"], "resume": alerte["annotations"]["resume"]}
                dites.setdefault(alerte["labels"]["alertname"], []).append(dite)
        return dites

    def dit(self, nom: str, **etiquettes: str) -> str:
        """The sentence of an alert once it fires."""
        attendre(lambda: bool(self._trouver(nom, etiquettes)), 60, 1)
        return self._trouver(nom, etiquettes)[0]["resume"]

    def tait(self, nom: str, **etiquettes: str) -> None:
        """Wait for an alert to fall."""
        attendre(lambda: not self._trouver(nom, etiquettes), 60, 1)

    def _trouver(self, nom: str, etiquettes: dict[str, str]) -> list[dict[str, str]]:
        return [a for a in self.alertes().get(nom, []) if etiquettes.items() <= a.items()]

    def _demander(self, chemin: str) -> str:
        return self.m.faire("curl", "-s", "-m", "10", f"{PROMETHEUS}{chemin}")


@contextlib.contextmanager
def prometheus(m: Machine, dossier: Path) -> Iterator[Surveillance]:
    regles = (RACINE / "ops/prometheus/fce.yml").read_text("utf-8")
    (dossier / "fce.yml").write_text(re.sub(r"^( +for:) .*$", r"\1 1s", regles, flags=re.M))
    config = (RACINE / "ops/prometheus/prometheus.yml").read_text("utf-8").replace("15s", "1s")
    (dossier / "prometheus.yml").write_text(f"global: {{evaluation_interval: 1s}}\n{config}")
    lance = ["nsenter", "-t", str(m.pid), "-n", "prometheus", f"--config.file={dossier}/prometheus.yml"]
    lance += [f"--storage.tsdb.path={dossier}/tsdb", "--web.listen-address=127.0.0.1:9990", "--log.level=error"]
    processus = subprocess.Popen(lance)
    try:
        attendre(lambda: m.faire("curl", "-s", f"{PROMETHEUS}/-/ready", tolere=True).startswith("Prometheus"), 60, 1)
        yield Surveillance(m)
    finally:
        processus.terminate()
        processus.wait()


@pytest.fixture(scope="module")
def veillee(paquets: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Surveillance]:
    """A machine with its extras, a certificate of an authority that it trusts, disks of their own, and a backup."""
    with machine("bookworm", RACINE, paquets) as m:
        m.faire("bash", "-c", DISQUES.format(nom=NOM))
        certifier(m, 300)
        (paquet,) = paquets.glob("fce-*.whl")
        commande = [*INSTALLER, "--paquet", f"/srv/paquets/{paquet.name}", "--extras", "opensearch,sentry"]
        certificat = ["--certificat", "/root/certificat.pem", "--cle", "/root/cle.pem"]
        m.faire(*commande, *certificat, delai_s=3600)
        m.faire("bash", "-c", "age-keygen -o /root/cle-des-sauvegardes.txt 2>/dev/null")
        publique = m.faire("age-keygen", "-y", "/root/cle-des-sauvegardes.txt").strip()
        m.faire(*commande, "--destinataire", publique, delai_s=3600)
        with prometheus(m, tmp_path_factory.mktemp("prometheus")) as lancee:
            yield lancee


def certifier(m: Machine, jours: int) -> None:
    m.faire("bash", "-c", CERTIFIER.format(nom=NOM, jours=jours))


def mesure(m: Machine, nom: str) -> float:
    lu = m.faire("curl", "-s", "http://127.0.0.1:9101/metrics")
    (valeur,) = re.findall(rf"^{re.escape(nom)} (\S+)$", lu, re.M)
    return float(valeur)


def sql(m: Machine, *ordres: str) -> str:
    commande = ["runuser", "-u", "postgres", "--", "psql", "-XAtq", "-v", "ON_ERROR_STOP=1", "--dbname", "fce"]
    return m.faire(*commande, *(mot for ordre in ordres for mot in ("-c", ordre)))


def commandes_de(titre: str) -> str:
    """The only block of commands of a page of the manual."""
    (page,) = re.findall(rf"^### {titre}\n(.*?)(?=^### |\Z)", MANUEL, re.M | re.S)
    (bloc,) = re.findall(r"^```sh[^\n]*\n(.*?)^```", page, re.M | re.S)
    return str(bloc)


def test_o1_the_disk_of_the_backups_is_that_where_they_are(veillee: Surveillance) -> None:
    m = veillee.m
    m.faire("systemctl", "start", "fce-controle")
    attendue = int(m.faire("bash", "-c", "df -B1 --output=size /var/backups/fce | tail -1"))
    assert attendue == 200 * 2**20
    attendre(lambda: mesure(m, 'fce_disque_octets{dossier="sauvegardes"}') == attendue, 30, 1)
    m.faire("fallocate", "-l", "185M", "/var/backups/fce/copie-apportee")
    m.faire("systemctl", "start", "fce-controle")
    assert "du disque où est « sauvegardes »" in veillee.dit("FceDisquePresquePlein", dossier="sauvegardes")
    assert "Disques" in veillee.dit("FceControleEnDefaut", point="Disques")
    m.faire("rm", "/var/backups/fce/copie-apportee")
    m.faire("systemctl", "start", "fce-sauvegarde")
    m.faire("systemctl", "start", "fce-controle")
    veillee.tait("FceDisquePresquePlein", dossier="sauvegardes")


def test_o2_nothing_is_sealed_over_a_forged_seal_and_the_page_puts_the_true_one_back(veillee: Surveillance) -> None:
    m = veillee.m
    # Five days ago somebody was refused: a journal begins.
    sql(m, "INSERT INTO journal.refus (quand, agent, raison_code, source, numero, surface, requete, adresse_ip, "
        "siret_administration, habilitations) VALUES (now() - interval '5 days', 'a', 'territoire', '', '', 'fiche', "
        "'', '', '', '{}')")  # fmt: skip
    m.faire("fce", "journal", "sceller")
    copie = m.faire("bash", "-c", "sleep 1; fce sauvegarde >/dev/null 2>&1 && ls -t /var/backups/fce | head -1").strip()
    sql(m, "SET session_replication_role = replica",
        "DELETE FROM journal.sceau WHERE jour = (SELECT max(jour) FROM journal.sceau)",
        "UPDATE journal.sceau SET nombre = 3 WHERE jour = (SELECT max(jour) - 1 FROM journal.sceau)")  # fmt: skip
    m.faire("systemctl", "start", "fce-sceau", tolere=True)
    assert m.faire("systemctl", "is-failed", "fce-sceau").strip() == "failed"
    assert "n’est plus intact" in m.faire("journalctl", "-u", "fce-sceau", "--no-pager")
    # A scrape of before may be kept for a few seconds (``collecteur.GARDE_S``).
    attendre(lambda: mesure(m, "fce_journal_sceau_retard_secondes") > 0, 30, 1)
    retard = mesure(m, "fce_journal_sceau_retard_secondes")
    if retard > 7_200:  # between midnight and two, the alert waits
        assert "n’est pas scellé" in veillee.dit("FceJournalNonScelle")
    assert sql(m, "SELECT count(*) FROM journal.alerte WHERE genre = 'rupture'").strip() == "1"
    m.faire("install", "-o", "fce", "-m", "400", "/root/cle-des-sauvegardes.txt", "/run/cle.txt")
    dit = m.faire("bash", "-ec", commandes_de("Journal non scellé").replace("COPIE", copie))
    assert "Le journal est intact" in dit
    assert "Tous les jours finis sont scellés." in dit
    veillee.tait("FceJournalNonScelle")
    m.faire("systemctl", "start", "fce-sceau")


def test_o3_the_extras_survive_an_upgrade_and_its_way_back(veillee: Surveillance, suivante: str) -> None:
    m = veillee.m
    extras = "import opensearchpy, sentry_sdk"
    for option in ((), ("--retour",)):
        m.faire(f"{suivante}/ops/mettre_a_jour.sh", *option, "--depot-local", "/srv/paquets", delai_s=1800)
        for instance in "ab":
            m.faire(f"/opt/fce/{instance}/bin/python", "-c", extras)


def test_o3_extras_added_by_hand_before_they_were_a_setting_are_kept(veillee: Surveillance, suivante: str) -> None:
    m = veillee.m
    m.faire("rm", "/etc/fce/extras", "/opt/fce/a/.extras", "/opt/fce/b/.extras")
    m.faire(f"{suivante}/ops/mettre_a_jour.sh", "--redemarrer", delai_s=1800)
    assert m.faire("cat", "/etc/fce/extras").strip() == "opensearch,sentry"


def test_o4_the_disk_of_postgresql_fills_up(veillee: Surveillance) -> None:
    m = veillee.m
    m.faire("bash", "-c", "fallocate -l $(($(df -B1 --output=avail /var/lib/postgresql | tail -1) - 70000000)) "
            "/var/lib/postgresql/intrus")  # fmt: skip
    assert "du disque où est « postgresql »" in veillee.dit("FceDisquePresquePlein", dossier="postgresql")
    m.faire("rm", "/var/lib/postgresql/intrus")
    veillee.tait("FceDisquePresquePlein", dossier="postgresql")


def test_o4_a_certificate_near_its_end(veillee: Surveillance) -> None:
    m = veillee.m
    m.faire("systemctl", "start", "fce-controle")
    veillee.tait("FceCertificat")
    certifier(m, 10)
    m.faire("systemctl", "reload", "nginx")
    m.faire("systemctl", "start", "fce-controle")
    assert "quatorze jours" in veillee.dit("FceCertificat")
    assert "expire dans 9 jours" in m.faire("journalctl", "-u", "fce-controle", "-n", "40", "--no-pager")
    certifier(m, 300)
    m.faire("bash", "-c", "nginx -t -q && systemctl reload nginx && systemctl start fce-controle")
    veillee.tait("FceCertificat")


def test_o4_the_check_of_the_night_has_its_timer_and_its_clock(veillee: Surveillance) -> None:
    m = veillee.m
    assert "fce-controle.timer" in m.faire("systemctl", "list-timers", "--no-pager")
    m.faire("systemctl", "start", "fce-controle")
    assert "] Horloge : " in m.faire("journalctl", "-u", "fce-controle", "-n", "40", "--no-pager")
    assert mesure(m, "fce_controle_age_secondes") < 60


def test_o4_a_mail_server_that_does_not_answer(veillee: Surveillance) -> None:
    """FCE_COURRIEL names a port that nobody holds; the sixteen minutes are taken off the first try."""
    m = veillee.m
    m.faire("bash", "-c", "echo FCE_COURRIEL=smtp+clair://127.0.0.1:2525 >>/etc/fce/fce.env")
    m.faire("systemctl", "restart", "fce-travaux")
    assert "[DÉFAUT] Courriel" in m.faire("fce", "check", tolere=True)
    sql(
        m,
        "INSERT INTO comptes_compte (genre, iss, sub, courriel, prenom, nom, siret, organisme, roles, finalite, "
        "cree_le) VALUES ('agent', 'https://x', 'x', 'a@example.org', '', '', '', '', '{}', '', now())",
        "INSERT INTO procrastinate_jobs (queue_name, task_name, args) SELECT 'default', 'ecrire_a_un_compte', "
        "jsonb_build_object('compte', id, 'phrase', 'Essai', 'page', '/') FROM comptes_compte WHERE sub = 'x'",
    )
    attendre(lambda: sql(m, "SELECT count(*) FROM procrastinate_jobs WHERE attempts > 1 AND task_name LIKE 'ecrire%' "
                         "AND status = 'todo'").strip() == "1", 120, 2)  # fmt: skip
    sql(
        m,
        "UPDATE procrastinate_events SET at = at - interval '16 minutes' WHERE job_id IN (SELECT id FROM "
        "procrastinate_jobs WHERE attempts > 1)",
    )
    assert "Un courriel dû ne part pas depuis 16m" in veillee.dit("FceCourrielsBloques")
    # The server is back, and the page says how to hasten the next try.
    serveur = subprocess.Popen(m.entree("/opt/fce/a/bin/python", "-c", RECEVOIR))
    try:
        m.faire("bash", "-ec", commandes_de("Courriels bloqués"))
        veillee.tait("FceCourrielsBloques")
        assert "[bon] Courriel" in m.faire("fce", "check", tolere=True)
    finally:
        serveur.kill()
        serveur.wait()
        m.faire("sed", "-i", "/^FCE_COURRIEL=/d", "/etc/fce/fce.env")
        m.faire("systemctl", "restart", "fce-travaux")


def test_o6_logs_left_open_by_an_installation_of_before_are_closed(veillee: Surveillance) -> None:
    m = veillee.m
    m.faire("bash", "-c", "touch /var/log/fce/acces.log-20260101.gz; chmod 644 /var/log/fce/acces.log*")
    (paquet,) = sorted((m.racine / "opt/fce/paquets").glob("*/*.whl"))[:1]
    dit = m.faire(*INSTALLER, "--paquet", f"/{paquet.relative_to(m.racine)}", tolere=True, delai_s=1200)
    assert "journaux fermés aux autres comptes" in dit
    modes = m.faire("bash", "-c", "stat -c '%a %U:%G' /var/log/fce/*").split("\n")
    assert {mode for mode in modes if mode} == {"640 www-data:adm"}


RECEVOIR = """
import socketserver
class Recevoir(socketserver.StreamRequestHandler):
    def handle(self):
        self.wfile.write(b'220 essai\\r\\n')
        corps = False
        for ligne in self.rfile:
            mot = ligne[:4].upper()
            if corps:
                if ligne != b'.\\r\\n':
                    continue
                corps = False
            elif mot == b'DATA':
                corps = True
                self.wfile.write(b'354 allez\\r\\n')
                continue
            self.wfile.write(b'221 fin\\r\\n' if mot == b'QUIT' else b'250 bien\\r\\n')
            if mot == b'QUIT':
                return
class Serveur(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
Serveur(('127.0.0.1', 2525), Recevoir).serve_forever()
"""
