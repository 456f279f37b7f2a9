"""A Debian machine started for a test: a debootstrap root under an overlay, its own namespaces, systemd as process 1.

Needs root, debootstrap and slirp4netns (apt-get). Resources are not bounded there: this machine's controllers are not
delegated, so MemoryMax and CPUWeight are read by systemd and not shown to work.
"""

import contextlib
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.config.serveur import attendre

CACHE = Path(os.environ.get("FCE_RACINES", "/var/cache/fce-tests"))
"""Folder of the bare roots, kept from one run to the next."""
PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
DEMARRER = """
set -e
R=$1; A=$2; P=$3
mount --make-rprivate /
mount -t proc proc $R/proc; mount -t sysfs -o ro sysfs $R/sys
for d in run tmp dev; do mount -t tmpfs -o mode=755 tmpfs $R/$d; done; chmod 1777 $R/tmp
for d in null zero full random urandom tty; do : > $R/dev/$d; mount --bind /dev/$d $R/dev/$d; done
mkdir $R/dev/pts $R/dev/shm; mount -t tmpfs tmpfs $R/dev/shm
mount -t devpts -o newinstance,ptmxmode=0666 devpts $R/dev/pts; ln -s pts/ptmx $R/dev/ptmx
ln -s /proc/self/fd $R/dev/fd
umount -R $R/sys/fs/cgroup 2>/dev/null || true
mount -t cgroup2 cgroup2 $R/sys/fs/cgroup
mount --bind -o ro $A $R/srv/fce; mount --bind -o ro $P $R/srv/paquets
ip link set lo up
cd $R; mkdir -p .ancienne; pivot_root . .ancienne; cd /; umount -l /.ancienne
exec env -i container=lxc PATH=/usr/sbin:/usr/bin:/sbin:/bin /sbin/init
"""


@dataclass
class Machine:
    """A started machine. ``pid``: its process 1, seen from here."""

    pid: int
    racine: Path

    def entree(self, *commande: str) -> list[str]:
        """The command that runs another one inside, as root and with nothing of this environment."""
        dedans = ["nsenter", "-t", str(self.pid), "-a", "env", "-i", f"PATH={PATH}", "HOME=/root", "LANG=C.UTF-8"]
        return [*dedans, *commande]

    def faire(self, *commande: str, delai_s: float = 120, tolere: bool = False) -> str:
        """Run a command inside and return all that it wrote; fails when it does, unless ``tolere``."""
        fini = subprocess.run(
            self.entree(*commande),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=delai_s,
        )
        assert tolere or fini.returncode == 0, fini.stdout[-4000:]
        return fini.stdout


def racine_nue(suite: str) -> Path:
    """Return the root that debootstrap makes of a Debian release, made once."""
    racine = CACHE / suite
    if not racine.is_dir():
        essai = CACHE / f"{suite}.essai"
        shutil.rmtree(essai, ignore_errors=True)
        essai.mkdir(parents=True)
        subprocess.run(["debootstrap", "--include=ca-certificates,dbus", suite, essai], check=True)
        essai.rename(racine)
    return racine


@contextlib.contextmanager
def machine(suite: str, arbre: Path, paquets: Path) -> Iterator[Machine]:
    """Start a bare machine that sees ``arbre`` at /srv/fce and ``paquets`` at /srv/paquets; forget it at the end."""
    nue = racine_nue(suite)
    dossier = Path(tempfile.mkdtemp(prefix=f"fce-{suite}-", dir=CACHE))  # an overlay cannot lie on another one's upper
    racine = dossier / "racine"
    for nom in ("haut", "travail", "racine"):
        (dossier / nom).mkdir()
    options = f"lowerdir={nue},upperdir={dossier}/haut,workdir={dossier}/travail"
    subprocess.run(["mount", "-t", "overlay", "overlay", "-o", options, racine], check=True)
    (racine / "etc/hostname").write_text("fce-test\n")
    (racine / "etc/hosts").write_text("127.0.0.1 localhost fce-test\n")
    (racine / "etc/resolv.conf").write_text("nameserver 10.0.2.3\n")
    for nom in ("srv/fce", "srv/paquets"):
        (racine / nom).mkdir(parents=True)
    espaces = ["unshare", "-m", "-p", "-f", "-i", "-u", "-n", "-C", "--kill-child"]
    mere = subprocess.Popen([*espaces, "bash", "-c", DEMARRER, "demarrer", racine, arbre, paquets])
    reseau = None
    try:
        enfants = Path(f"/proc/{mere.pid}/task/{mere.pid}/children")
        attendre(lambda: mere.poll() is not None or enfants.read_text().split(), 30)
        lancee = Machine(int(enfants.read_text().split()[0]), racine)
        attendre(lambda: "systemd" in Path(f"/proc/{lancee.pid}/comm").read_text(), 30)
        reseau = subprocess.Popen(
            ["slirp4netns", "--configure", "--mtu=65520", "--disable-host-loopback", str(lancee.pid), "tap0"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        attendre(lambda: "running" in lancee.faire("systemctl", "is-system-running", tolere=True), 180, 1)
        yield lancee
    finally:
        if reseau:
            reseau.kill()
            reseau.wait()
        mere.kill()
        mere.wait()
        subprocess.run(["umount", "-l", racine], check=False)
        shutil.rmtree(dossier, ignore_errors=True)
