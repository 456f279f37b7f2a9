"""Copy the database as one instant shows it: pg_dump and the hashes of the tables share a snapshot."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from subprocess import Popen
from typing import IO, Any, Final

import psycopg
from psycopg import sql

from fce.donnees.imports.chargement import connexions
from fce.sauvegarde import chiffrement, empreintes, outils
from fce.sauvegarde.erreurs import SauvegardeRefusee
from fce.socle.erreurs import DejaEnCours
from fce.socle.travaux.verrous import ESPACE, VERROU_DES_VUES

_COMPRESSION: Final = "3"
_DEBUT_DES_LIGNES: Final = "dumping contents of table"
"""Message of pg_dump once it has locked every table and read every definition."""
_ESSAIS: Final = 20
_UNE_SEULE: Final = "SELECT pg_try_advisory_lock(%s, hashtext('fce.sauvegarde'))"
_VUES: Final = (ESPACE, VERROU_DES_VUES)


@contextmanager
def seule() -> Iterator[psycopg.Connection]:
    """Hold the lock of backups, on a connection that PostgreSQL closes with the process. Raises DejaEnCours."""
    connexion = connexions.ouvrir("sauvegarde")
    try:
        obtenu = connexion.execute(_UNE_SEULE, [ESPACE]).fetchone()
        if not obtenu or not obtenu[0]:
            raise DejaEnCours("Une sauvegarde est déjà en cours : attendez qu’elle se termine, puis recommencez.")
        yield connexion
    finally:
        # PostgreSQL learns of a closed connection a moment later: the next backup must not find the lock taken.
        with suppress(psycopg.Error):
            connexion.execute("SELECT pg_advisory_unlock_all()")
        connexion.close()


def copier(
    connexion: psycopg.Connection, chemin: Path, avancer: Callable[[str], None]
) -> tuple[chiffrement.FichierChiffre, dict[str, empreintes.Compte], dict[str, Any]]:
    """Dump the whole database, encrypted, and count the same rows: (file, {table: count}, facts of the snapshot).

    An import may run beside: its rows are those of the snapshot. A switch of views waits while pg_dump reads
    definitions, a few seconds. Raises SauvegardeRefusee, OSError.
    """
    # Taken before the snapshot, so that no view or generation goes between it and the locks of pg_dump.
    connexion.execute("SELECT pg_advisory_lock_shared(%s, %s)", _VUES)
    vues = _Vues(connexion)
    connexion.autocommit = False
    curseur = _retenir_les_tables(connexion)
    curseur.execute("SELECT pg_export_snapshot(), current_setting('server_version'), current_database()")
    cliche, version, nom = curseur.fetchone() or ("", "", "")
    arguments = ["--format=custom", f"--compress={_COMPRESSION}", f"--snapshot={cliche}", "--verbose"]
    arguments += ["--no-owner", f"--exclude-schema={empreintes.SCHEMA}"]
    arguments += [f"--exclude-table-data={table}" for table in empreintes.SANS_LIGNES]
    programme = outils.lancer("pg_dump", arguments, outils.parametres(), majeure=outils.majeure_de(curseur))
    dits: list[str] = []
    ecoute = threading.Thread(target=_ecouter, args=(programme, dits, vues))
    ecoute.start()
    try:
        fait = _en_parallele(outils.flux(programme.stdout), chemin, curseur, avancer)
    except BaseException:
        programme.kill()
        raise
    finally:
        code = programme.wait()
        ecoute.join()
        for flux in (programme.stdout, programme.stderr):
            flux and flux.close()
        vues.rendre()
        connexion.rollback()
        connexion.autocommit = True
    if code != 0:
        raise SauvegardeRefusee(f"pg_dump s’est arrêté : {' '.join(dits[-3:])}")
    return *fait, {"postgresql": version, "base": nom}


def _retenir_les_tables(connexion: psycopg.Connection) -> psycopg.Cursor:
    """Open the transaction of the snapshot, with every table locked against being dropped: an import deletes the
    generations that nobody uses, and passes by those that somebody reads."""
    for _ in range(_ESSAIS):
        curseur = connexion.cursor()
        noms = [sql.Identifier(*table) for table in empreintes.tables(curseur)]
        connexion.rollback()
        connexion.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        try:
            # Before the first query, which takes the snapshot.
            for nom in noms:
                connexion.execute(sql.SQL("LOCK TABLE ONLY {} IN ACCESS SHARE MODE").format(nom))
            return curseur
        except psycopg.errors.UndefinedTable:
            connexion.rollback()
    raise SauvegardeRefusee("Des imports changent sans cesse les tables : recommencez dans quelques minutes.")


def _en_parallele(
    sortie: IO[bytes], chemin: Path, curseur: Any, avancer: Callable[[str], None]
) -> tuple[chiffrement.FichierChiffre, dict[str, empreintes.Compte]]:
    """Encrypt what pg_dump writes in a thread while this one counts."""
    faits: list[chiffrement.FichierChiffre] = []
    erreurs: list[BaseException] = []

    def chiffrer() -> None:
        try:
            faits.append(chiffrement.chiffrer_vers(sortie, chemin))
        except BaseException as erreur:
            erreurs.append(erreur)
            sortie.close()  # pg_dump then stops by itself

    fil = threading.Thread(target=chiffrer, name="chiffrement")
    fil.start()
    comptes = {}
    try:
        for table, compte in empreintes.compter(curseur):
            if erreurs:
                break
            avancer(table)
            comptes[table] = compte
    finally:
        fil.join()
    if erreurs:
        raise erreurs[0]
    return faits[0], comptes


class _Vues:
    """The lock shared with the switches, released once, by whoever comes first."""

    def __init__(self, connexion: psycopg.Connection) -> None:
        self._connexion, self._verrou, self._rendu = connexion, threading.Lock(), False

    def rendre(self) -> None:
        with self._verrou:
            if not self._rendu:
                self._rendu = True
                # psycopg serialises the statements of one connection between threads.
                self._connexion.execute("SELECT pg_advisory_unlock_shared(%s, %s)", _VUES)


def _ecouter(programme: Popen[bytes], dits: list[str], vues: _Vues) -> None:
    for ligne in outils.flux(programme.stderr):
        texte = ligne.decode(errors="replace").strip()
        if _DEBUT_DES_LIGNES in texte:
            vues.rendre()
        dits.append(texte)
        del dits[:-5]
