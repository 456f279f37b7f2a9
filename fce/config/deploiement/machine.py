"""The machine itself: account, permissions, ports, disks, clock, last backup, what the database grants."""

import ctypes
import datetime
import ipaddress
import os
import shutil
import stat
from collections.abc import Iterator
from pathlib import Path
from time import time
from typing import Final

from django.conf import settings
from django.db import Error, connection
from django.utils import timezone

import fce
from fce.config.diagnostic import Constat
from fce.sauvegarde import services as sauvegardes
from fce.socle.base.roles import noms
from fce.socle.texte.formats import nombre, pluriel

AGE_MAX: Final = datetime.timedelta(hours=26)
"""A backup each night, and two hours for it to last."""
PART_LIBRE: Final = 0.1
POSTGRESQL: Final = Path("/var/lib/postgresql")
"""Where Debian keeps the databases of this machine; other accounts may measure its disk, and not read it."""
ECART_MAX_S: Final = 2.0
"""Seconds between this clock and that of the database."""
_ECOUTE: Final = "0A"
_HORLOGE_LIBRE: Final = 5
"""TIME_ERROR of ``ntp_adjtime(3)``: nothing disciplines the clock."""
_TABLES: Final = (Path("/proc/net/tcp"), Path("/proc/net/tcp6"))
_CONTENEURS: Final = (Path("/.dockerenv"), Path("/run/.containerenv"))


def constater_le_compte() -> Constat:
    if os.geteuid() == 0:
        return Constat("Compte", False, "root : faites tourner FCE, et cette vérification, sous le compte du service.")
    if os.access(fce.__path__[0], os.W_OK):
        return Constat("Compte", False, f"il peut écrire le code ({fce.__path__[0]}) : installez-le sous root.")
    return Constat("Compte", True, "sans privilège, et le code lui est fermé en écriture.")


def constater_les_fichiers() -> Constat:
    """Data closed to other accounts, secrets to all but the service. A secret is a file that a setting
    ``…_FICHIER`` names."""
    ouverts = [d for d in _dossiers().values() if d != POSTGRESQL and d.exists() and d.stat().st_mode & stat.S_IRWXO]
    secrets = [Path(v) for n, v in os.environ.items() if n.endswith("_FICHIER") and v]
    lisibles = [s for s in secrets if s.exists() and _ouvert_a_d_autres(s.stat())]
    fautes = [
        *(f"chmod o-rwx {dossier}" for dossier in ouverts),
        *(f"chmod 0400 {secret}" for secret in lisibles),
    ]
    if fautes:
        return Constat("Fichiers", False, f"d’autres comptes peuvent les lire : {' ; '.join(fautes)}.")
    return Constat("Fichiers", True, f"données fermées aux autres comptes, {pluriel(len(secrets), 'secret')} de même.")


def _ouvert_a_d_autres(secret: os.stat_result) -> bool:
    """Kubernetes gives a Secret to root and to the group of the pod, which nobody else has: it is read by this way."""
    du_groupe_seul = secret.st_uid == 0 and secret.st_gid == os.getegid() != 0
    return bool(secret.st_mode & (stat.S_IRWXO | (stat.S_IWGRP if du_groupe_seul else stat.S_IRWXG)))


def _dossiers() -> dict[str, Path]:
    dossiers = {
        "donnees": settings.FCE_DATA_DIR,
        "pieces": settings.FCE_PIECES_DIR,
        "sauvegardes": settings.FCE_SAUVEGARDES,
        "postgresql": _base_de_cette_machine() and not settings.CLUSTER_EMBARQUE and POSTGRESQL,
    }
    return {nom: Path(dossier) for nom, dossier in dossiers.items() if dossier}


def _base_de_cette_machine() -> bool:
    hote = settings.DATABASES["default"].get("HOST") or "/"
    return hote.startswith("/") or hote in ("localhost", "127.0.0.1", "::1")


def disques() -> dict[str, tuple[int, int]]:
    """{folder: (free, total) bytes}, for the folders that exist."""
    lus = {nom: shutil.disk_usage(dossier) for nom, dossier in _dossiers().items() if dossier.is_dir()}
    return {nom: (lu.free, lu.total) for nom, lu in lus.items()}


def dans_un_conteneur() -> bool:
    return any(trace.exists() for trace in _CONTENEURS) or "KUBERNETES_SERVICE_HOST" in os.environ


def constater_les_ports(*, conteneur: bool, uid: int | None = None, tables: tuple[Path, ...] = _TABLES) -> Constat:
    """No port of the service's account, nor of a database on this machine, listens beyond loopback. ``conteneur``:
    what is reachable is decided outside."""
    if conteneur:
        return Constat(
            "Ports", True, "dans un conteneur : ce sont ses ports publiés et les règles du réseau qui le ferment."
        )
    compte = os.geteuid() if uid is None else uid
    de_la_base = int(settings.DATABASES["default"].get("PORT") or 5432) if _base_de_cette_machine() else None
    ouverts = {
        f"{ip} port {port}"
        for ip, port, proprietaire in _ecoutes(tables)
        if not ip.is_loopback and (proprietaire == compte or port == de_la_base)
    }
    if ouverts:
        return Constat(
            "Ports",
            False,
            f"on peut joindre sans passer par le frontal : {', '.join(sorted(ouverts))}. Faites écouter 127.0.0.1 "
            "(« fce serve --host », FCE_METRIQUES, listen_addresses).",
        )
    return Constat("Ports", True, "tout n’écoute que sur la boucle locale.")


def _ecoutes(tables: tuple[Path, ...]) -> Iterator[tuple[ipaddress.IPv4Address | ipaddress.IPv6Address, int, int]]:
    """(address, port, account) of each listening TCP socket of this machine (proc_net_tcp(5))."""
    for table in tables:
        if not table.exists():
            continue
        for ligne in table.read_text("ascii").splitlines()[1:]:
            champs = ligne.split()
            if champs[3] == _ECOUTE:
                adresse, port = champs[1].split(":")
                # Words of 32 bits, each in the byte order of the machine.
                mots = [bytes.fromhex(adresse[i : i + 8])[::-1] for i in range(0, len(adresse), 8)]
                ip = ipaddress.ip_address(b"".join(mots))
                mappee = ip.ipv4_mapped if isinstance(ip, ipaddress.IPv6Address) else None
                yield mappee or ip, int(port, 16), int(champs[7])


def constater_les_disques(part: float = PART_LIBRE) -> list[Constat]:
    """One line per file system that is nearly full, one for all when none is."""
    pleins, vus = [], set()
    for nom, (libre, total) in disques().items():
        dossier = _dossiers()[nom]
        if dossier.stat().st_dev not in vus and libre < part * total:
            libres = nombre(round(libre / 2**30, 1))
            phrase = f"{libres} Go libres, moins de {part:.0%}, là où est {dossier} : libérez ou agrandissez."
            pleins.append(Constat("Disques", False, phrase))
        vus.add(dossier.stat().st_dev)
    return pleins or [Constat("Disques", True, f"plus de {part:.0%} libres partout.")]


def constater_l_horloge() -> Constat:
    try:
        with connection.cursor() as curseur:
            avant = time()
            curseur.execute("SELECT extract(epoch FROM clock_timestamp())::float")
            (la_bas,) = curseur.fetchone()
            ecart = la_bas - (avant + time()) / 2
    except Error:
        ecart = 0.0  # said by the check of the database
    if abs(ecart) > ECART_MAX_S:
        return Constat(
            "Horloge",
            False,
            f"la base a {nombre(round(abs(ecart), 1))} s {'d’avance' if ecart > 0 else 'de retard'} sur cette "
            "machine : sessions, volumes et journal se trompent d’heure.",
        )
    if not horloge_tenue():
        return Constat("Horloge", False, "rien ne la tient à l’heure : installez chrony ou systemd-timesyncd.")
    return Constat("Horloge", True, "tenue à l’heure, et d’accord avec la base.")


def horloge_tenue() -> bool:
    """Tell whether NTP disciplines the clock of the kernel. Reading needs no privilege."""
    etat = ctypes.create_string_buffer(1024)  # struct timex, all zero: read only
    return int(ctypes.CDLL(None).ntp_adjtime(etat)) != _HORLOGE_LIBRE


def constater_la_sauvegarde() -> Constat:
    """The age of the newest whole backup."""
    if not (faites := sauvegardes.lister()):
        dossier = sauvegardes.dossier()
        return Constat("Sauvegarde", False, f"aucune n’est entière dans {dossier} : faites « fce sauvegarde ».")
    age = timezone.now() - (sauvegardes.instant(faites[-1]) or timezone.now())
    heures = int(age.total_seconds() // 3600)
    if age > AGE_MAX:
        return Constat(
            "Sauvegarde", False, f"la dernière a {pluriel(heures, 'heure')} : voyez pourquoi la minuterie ne passe pas."
        )
    return Constat("Sauvegarde", True, f"la dernière a {pluriel(heures, 'heure')}.")


def constater_la_base() -> list[Constat]:
    """The account of the database owns the tables and nothing more; pages work under three lesser roles."""
    try:
        with connection.cursor() as curseur:
            curseur.execute(
                "SELECT rolsuper OR rolcreaterole OR rolcreatedb OR rolreplication, session_user FROM pg_roles "
                "WHERE rolname = session_user"
            )
            puissant, compte = curseur.fetchone()
            curseur.execute("SELECT count(*) FROM procrastinate_workers WHERE last_heartbeat > now() - interval '30 s'")
            (travailleurs,) = curseur.fetchone()
    except Error as erreur:
        return [Constat("Compte de la base", False, f"il ne lit pas ({type(erreur).__name__}) : voyez la base.")]
    return [
        Constat("Compte de la base", False, f"{compte} peut plus que posséder ses tables : ALTER ROLE … NOSUPERUSER "
                "NOCREATEROLE NOCREATEDB NOREPLICATION.") if puissant
        else Constat("Compte de la base", True, f"{compte} n’a pas de privilège sur le serveur."),
        Constat("Rôles des pages", True, "les trois sont nommés.") if noms()
        else Constat("Rôles des pages", False, "aucun n’est nommé : créez-les (docs/exploitation/roles.md)."),
        Constat("Travailleur", True, f"{pluriel(travailleurs, 'vivant')}.") if travailleurs
        else Constat("Travailleur", False, "aucun « fce worker » ne tourne : systemctl start fce-travaux."),
    ]  # fmt: skip
