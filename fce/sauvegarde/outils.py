"""The programs of PostgreSQL that read and write its archives, run without a password on their command line."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.db import connections

from fce.sauvegarde.erreurs import SauvegardeRefusee
from fce.socle.postgres.binaires import dossiers_de_la_roue

_VARIABLES = {
    "host": "PGHOST", "port": "PGPORT", "user": "PGUSER", "password": "PGPASSWORD", "dbname": "PGDATABASE",
    "sslmode": "PGSSLMODE", "sslrootcert": "PGSSLROOTCERT", "sslcert": "PGSSLCERT", "sslkey": "PGSSLKEY",
}  # fmt: skip


def parametres() -> dict[str, str]:
    """Connection parameters (libpq names) of the service's database."""
    lus = connections["default"].get_connection_params()
    return {nom: str(lus[nom]) for nom in _VARIABLES if lus.get(nom) not in (None, "")}


def lancer(
    nom: str, arguments: Sequence[str], base: Mapping[str, str], *, majeure: int, entree: IO[bytes] | None = None
) -> subprocess.Popen[bytes]:
    """Start a program against a database, ``majeure`` being the version of its server. Raises SauvegardeRefusee when
    the program is missing."""
    variables = {_VARIABLES[cle]: valeur for cle, valeur in base.items()}
    return subprocess.Popen(
        [str(outil(nom, majeure)), *arguments],
        stdin=entree or subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        # No time limit of the account or of the service applies to a copy of the whole database.
        env={**_environnement(), **variables, "PGOPTIONS": "-c statement_timeout=0 -c lock_timeout=0"},
    )


def flux(de_l_autre: IO[bytes] | None) -> IO[bytes]:
    """The end of a pipe that ``lancer`` opened. Raises ValueError for a stream it did not ask for."""
    if de_l_autre is None:
        raise ValueError("ce flux n’est pas un tube")
    return de_l_autre


def outil(nom: str, majeure: int) -> Path:
    """The oldest ``nom`` of the machine that reads a server of this version: a newer one may write what the server does
    not understand. Raises SauvegardeRefusee."""
    trouves = [(v, chemin) for chemin in _presents(nom) if (v := _version(chemin)) >= majeure]
    if not trouves:
        raise SauvegardeRefusee(
            f"{nom} de PostgreSQL {majeure} manque sur cette machine : installez postgresql-client-{majeure}."
        )
    return min(trouves)[1]


def _presents(nom: str) -> Iterator[Path]:
    dossiers = [Path(settings.FCE_POSTGRES_BIN)] if settings.FCE_POSTGRES_BIN else []
    dossiers += sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    if sur_le_chemin := shutil.which(nom):
        dossiers.append(Path(sur_le_chemin).parent)
    yield from (d / nom for d in (*dossiers, *dossiers_de_la_roue()) if (d / nom).exists())


def _version(chemin: Path) -> int:
    dite = subprocess.run([chemin, "--version"], capture_output=True, text=True, check=False, env=_environnement())
    lue = re.search(r"\(PostgreSQL\) (\d+)", dite.stdout)
    return int(lue[1]) if lue else 0


def _environnement() -> dict[str, str]:
    return {nom: os.environ[nom] for nom in ("PATH", "HOME") if nom in os.environ} | {"LC_ALL": "C.UTF-8"}


def majeure_de(curseur: Any) -> int:
    curseur.execute("SELECT current_setting('server_version_num')::int / 10000")
    return int(curseur.fetchone()[0])
