"""Prove a backup: its bytes, then a whole restore into an empty PostgreSQL of its own, table by table."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from django.conf import settings
from psycopg.conninfo import make_conninfo

from fce.sauvegarde import archives, chiffrement, empreintes, manifeste, outils
from fce.sauvegarde.empreintes import Compte
from fce.sauvegarde.erreurs import RestaurationRefusee
from fce.sauvegarde.manifeste import Sauvegarde
from fce.socle.postgres.grappe import Cluster


@dataclass(frozen=True, slots=True)
class Preuve:
    """``ecarts``: French sentences, one per table that differs; empty when the restore gives back every row."""

    manifeste: Sauvegarde
    tables: int
    lignes: int
    ecarts: tuple[str, ...]


def verifier(dossier: Path) -> Sauvegarde:
    """Check seal, sizes and SHA-256, without the private key. Raises RestaurationRefusee."""
    lu = manifeste.lire(dossier)
    manifeste.verifier_les_fichiers(lu, dossier)
    return lu


def eprouver(dossier: Path, cle: Any, avancer: Callable[[str], None] = lambda _: None) -> Preuve:
    """Restore into an empty database made for this, compare every table, delete it. The service is not touched.

    Raises RestaurationRefusee, BaseIndisponible (no PostgreSQL server on this machine).
    """
    lu = verifier(dossier)
    programmes = Path(settings.FCE_POSTGRES_BIN) if settings.FCE_POSTGRES_BIN else None
    with espace_de_travail() as travail:
        cluster = Cluster(travail / "base", durable=False, programmes=programmes)
        with cluster.en_marche():
            base = cluster.parametres()
            with psycopg.connect(make_conninfo(**base), autocommit=True) as connexion:
                preparer(connexion)
            avancer("restauration d’essai")
            deverser(dossier, lu, cle, base, travail)
            avancer("comparaison")
            attendues, trouvees = comptes(dossier, cle), compter(base)
    lignes = sum(int(compte[0]) for compte in trouvees.values())
    return Preuve(lu, len(trouvees), lignes, tuple(empreintes.ecarts(attendues, trouvees)))


def preparer(connexion: psycopg.Connection) -> None:
    """Make the schema of this machine, which triggers of the restored tables call; its row lets nobody in."""
    from fce.sauvegarde.migrations import schema

    connexion.execute(schema())
    connexion.execute("INSERT INTO sauvegarde.restauration (etat, nom) VALUES ('en_cours', '')")


def deverser(dossier: Path, lu: Sauvegarde, cle: Any, base: Mapping[str, str], travail: Path) -> None:
    """Write the dump into a database. Raises RestaurationRefusee; the database then has part of it."""
    vidage = travail / "base.dump"
    chiffrement.dechiffrer_vers(dossier / archives.BASE, cle, vidage)
    with psycopg.connect(make_conninfo(**base), autocommit=True) as connexion:
        majeure = outils.majeure_de(connexion.cursor())
    ecrite = int(lu.postgresql.split(".")[0])
    if majeure < ecrite:
        raise RestaurationRefusee(
            f"La sauvegarde vient de PostgreSQL {ecrite} : restaurez-la dans un PostgreSQL {ecrite} ou plus récent, "
            f"pas {majeure}."
        )
    _executer(["--list", str(vidage)], base, majeure)
    # Roles and grants belong to the server: « fce migrate » sets those of the service.
    arguments = ["--no-owner", "--no-privileges", "--exit-on-error", f"--jobs={max(1, settings.FCE_TRAVAUX)}"]
    _executer([*arguments, f"--dbname={base['dbname']}", str(vidage)], base, majeure)
    vidage.unlink()


def comptes(dossier: Path, cle: Any) -> dict[str, Compte]:
    """Read the rows and hashes of each table when the backup was made."""
    lus: dict[str, Compte] = json.loads(chiffrement.dechiffrer((dossier / archives.TABLES).read_bytes(), cle))
    return lus


def compter(base: Mapping[str, str]) -> dict[str, Compte]:
    with psycopg.connect(make_conninfo(**base)) as connexion:
        return dict(empreintes.compter(connexion.cursor()))


@contextmanager
def espace_de_travail() -> Iterator[Path]:
    """A folder of the data disk, closed to other accounts, deleted afterwards: what is decrypted stays there."""
    settings.FCE_DATA_DIR.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=settings.FCE_DATA_DIR, prefix="restauration-") as travail:
        yield Path(travail)


def _executer(arguments: list[str], base: Mapping[str, str], majeure: int) -> None:
    programme = outils.lancer("pg_restore", arguments, base, majeure=majeure)
    _, erreurs = programme.communicate()
    if programme.returncode != 0:
        dites = erreurs.decode(errors="replace").strip().splitlines()
        raise RestaurationRefusee(f"pg_restore a refusé la sauvegarde : {' '.join(dites[-2:])}")
