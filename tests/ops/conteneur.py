"""The image built from a Debian root that debootstrap makes, for there is no registry of images, and its containers.

Needs root, buildah, podman and runc (apt-get). Layers are made in a chroot and containers share the network of the
machine: its kernel has no bridge to give them.
"""

from __future__ import annotations

import contextlib
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from tests.ops.frontal import RACINE
from tests.ops.machine import CACHE, racine_nue

MANQUANTS: Final = tuple(outil for outil in ("buildah", "podman", "runc", "debootstrap") if not shutil.which(outil))
BASE, IMAGE = "localhost/debian:trixie", "localhost/fce:essai"
AUTORITES: Final = "/etc/ssl/certs/ca-certificates.crt"
ENFERME: Final = (
    "--network", "host", "--runtime", "runc", "--cgroup-manager", "cgroupfs", "--read-only", "--read-only-tmpfs=false",
    "--cap-drop", "ALL", "--security-opt", "no-new-privileges", "--tmpfs", "/tmp:size=1g,mode=1777", "--no-healthcheck",
    "--ulimit", "nofile=4096:4096", "--ulimit", "nproc=4096:4096",
)  # fmt: skip
"""As the compose file has it, but the network and the limits of memory, which this machine cannot give."""


@dataclass
class Moteur:
    """Images and containers of a test, in a folder of their own. ``options``: those of each container."""

    dossier: Path
    options: list[str] = field(default_factory=list)

    def construire(self) -> None:
        """Make the image as its file says. Its base trusts the authorities of this machine, whose proxy may sign."""
        autorites = "/autorites.pem"
        certifiee = [f"--change=ENV {nom}={autorites}" for nom in ("PIP_CERT", "SSL_CERT_FILE")]
        with subprocess.Popen(["tar", "-C", racine_nue("trixie"), "-c", "."], stdout=subprocess.PIPE) as nue:
            subprocess.run(
                [*self._lance("podman"), "import", "-q", *certifiee, "-", BASE], stdin=nue.stdout, check=True
            )
        fabrique = [*self._lance("buildah"), "build", "--isolation", "chroot", "--format", "docker"]
        fabrique += ["--build-arg", f"BASE={BASE}", "--volume", f"{AUTORITES}:{autorites}:ro"]
        fichiers = ["--file", "ops/image/Containerfile", "--ignorefile", ".containerignore"]
        self._faire(*fabrique, *fichiers, "--tag", IMAGE, ".", delai_s=1800)

    def lancer(self, *commande: str, nom: str = "") -> str:
        """Run a command of the image: to its end, or in the background under a name."""
        fond = ["--detach", "--name", nom] if nom else ["--rm"]
        lance = [*self._lance("podman"), "run", *fond, *ENFERME, *self.options, IMAGE, *commande]
        return self._faire(*lance, delai_s=600)

    def dans(self, nom: str, *commande: str) -> str:
        """Run a command inside a container."""
        return self._faire(*self._lance("podman"), "exec", nom, *commande)

    def arreter(self, nom: str) -> int:
        """Ask a container to stop, and return its exit code."""
        self._faire(*self._lance("podman"), "stop", "-t", "60", nom)
        return int(self._faire(*self._lance("podman"), "inspect", nom, "--format", "{{.State.ExitCode}}"))

    def decrire(self, modele: str) -> str:
        """What the image says of itself (a template of Go)."""
        return self._faire(*self._lance("podman"), "image", "inspect", IMAGE, "--format", modele).strip()

    def _lance(self, outil: str) -> list[str]:
        return [outil, "--root", f"{self.dossier}/images", "--runroot", f"{self.dossier}/marche"]

    @staticmethod
    def _faire(*commande: str, delai_s: float = 120) -> str:
        fini = subprocess.run(
            commande, cwd=RACINE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=delai_s
        )
        assert fini.returncode == 0, fini.stdout[-4000:]
        return fini.stdout


@contextlib.contextmanager
def moteur() -> Iterator[Moteur]:
    """An engine whose containers and images are forgotten at the end."""
    dossier = CACHE / "conteneurs"
    shutil.rmtree(dossier, ignore_errors=True)
    dossier.mkdir(parents=True)
    lance = Moteur(dossier)
    try:
        yield lance
    finally:
        subprocess.run([*lance._lance("podman"), "rm", "--all", "--force"], capture_output=True, check=False)
        subprocess.run(["umount", "-l", f"{dossier}/images/overlay"], capture_output=True, check=False)
        shutil.rmtree(dossier, ignore_errors=True)
