"""A real primary and its streaming replica on Unix sockets, for benches and tests of reads on a replica."""

from __future__ import annotations

import os
import shutil
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg

from fce.socle.postgres.grappe import ROLES, UTILISATEUR, Cluster

_SUIVIE = "wal_level = replica\nmax_wal_senders = 4\nhot_standby = on\nwal_receiver_status_interval = 1\n"


class Primaire(Cluster):
    """An embedded cluster that a replica may follow."""

    def _ecrire_configuration(self) -> None:
        super()._ecrire_configuration()
        with open(self.donnees / "fce.conf", "a") as conf:
            conf.write(_SUIVIE)

    @property
    def adresse(self) -> str:
        p = self.parametres()
        return f"postgresql://{p['user']}@{quote(p['host'], safe='')}:{p['port']}/{p['dbname']}"

    @contextmanager
    def session(self) -> Iterator[psycopg.Connection[Any]]:
        """Connection as the owner, in autocommit."""
        with psycopg.connect(**self.parametres(), autocommit=True) as connexion:  # type: ignore[arg-type]
            yield connexion

    def tuer(self) -> None:
        """Kill all its processes, as a power cut would."""
        for pid in (self.postmaster(), *self._processus()):
            if pid:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)

    def figer(self, quoi: signal.Signals) -> None:
        for pid in {self.postmaster(), *self._processus()} - {None}:
            with suppress(ProcessLookupError):
                os.kill(int(pid or 0), quoi)

    def relancer(self) -> None:
        self._assurer_demarre()


class Secondaire(Primaire):
    """Hot standby of a running primary, made by ``pg_basebackup``."""

    def __init__(self, dossier: Path, primaire: Primaire, **options: Any) -> None:
        super().__init__(dossier, **options)
        self.primaire = primaire

    def _initialiser(self) -> None:
        self._choisir_emplacement()
        partiel = self.donnees.with_name(f"{self.donnees.name}.partiel")
        shutil.rmtree(partiel, ignore_errors=True)
        partiel.mkdir(mode=0o700)
        self._donner(partiel)
        source = ("-h", str(self.primaire.dossier_socket), "-p", "5432", "-U", UTILISATEUR)
        self._appeler(
            [
                *(self._programmes().dossier / "pg_basebackup", "-D", "."),
                *("-R", "-X", "stream", "-c", "fast", "--no-sync", *source),
            ],
            dossier=partiel,
        )
        partiel.rename(self.donnees)

    def effacer(self) -> None:
        shutil.rmtree(self.donnees, ignore_errors=True)
        self._repli.with_name(f"{self.empreinte}.origine").unlink(missing_ok=True)

    def retenir(self) -> None:
        """Pause the replay of WAL until ``suivre``."""
        with self.session() as base:
            base.execute("SELECT pg_wal_replay_pause()")
            while base.execute("SELECT pg_get_wal_replay_pause_state()").fetchone() != ("paused",):
                time.sleep(0.01)

    def suivre(self) -> None:
        with self.session() as base:
            base.execute("SELECT pg_wal_replay_resume()")

    def rejoindre(self, delai_s: float = 20) -> float:
        debut = time.perf_counter()
        with self.primaire.session() as la_bas:
            ((but,),) = la_bas.execute("SELECT pg_current_wal_lsn()::text").fetchall()
        with self.session() as ici:
            while ici.execute("SELECT pg_last_wal_replay_lsn() >= %s::pg_lsn", [but]).fetchone() != (True,):
                if time.perf_counter() - debut > delai_s:
                    raise TimeoutError("la réplique n’a pas rejoint la base")
                time.sleep(0.001)
        return time.perf_counter() - debut


def reglages(primaire: Primaire, secondaire: Secondaire) -> dict[str, str]:
    """Environment of a service that reads on the replica under the roles of the pages."""
    noms = dict(zip(("PUBLIC", "COMPTES", "RESTREINT"), ROLES, strict=True))
    return {
        "DATABASE_URL": primaire.adresse,
        "DATABASE_REPLICA_URL": secondaire.adresse,
        **{f"FCE_BASE_ROLE_{quoi}": nom for quoi, nom in noms.items()},
    }
