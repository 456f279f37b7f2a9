"""One import at a time per source: a session advisory lock, which PostgreSQL frees when the importer dies."""

import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress

import psycopg

from fce.socle.erreurs import BaseIndisponible, DejaEnCours
from fce.socle.travaux.verrous import ESPACE

from . import connexions


def cle(source: str) -> int:
    brut = zlib.crc32(source.encode()) or 1
    return brut - (1 << 32) if brut >= 1 << 31 else brut


class Verrou:
    """Held while the connection lives; the clean-up uses it too, outside any transaction."""

    def __init__(self, sources: Sequence[str], connexion: psycopg.Connection) -> None:
        self.sources = sources
        self.connexion = connexion

    def verifier(self) -> None:
        """Raise BaseIndisponible if the connection, hence the lock, is lost: another import may have started."""
        try:
            self.connexion.execute("SELECT 1")
        except psycopg.Error as erreur:
            raise BaseIndisponible(
                f"La connexion qui réservait l'import de {', '.join(self.sources)} a été coupée : relancez l'import."
            ) from erreur


@contextmanager
def verrou(*sources: str) -> Iterator[Verrou]:
    """Hold the locks of these sources. Raises DejaEnCours at once when another session holds one of them."""
    connexion = connexions.ouvrir("verrou")
    try:
        for source in sources:
            obtenu = connexion.execute("SELECT pg_try_advisory_lock(%s, %s)", (ESPACE, cle(source))).fetchone()
            if not obtenu or not obtenu[0]:
                raise DejaEnCours(
                    f"Un import de {source} est déjà en cours : attendez qu'il se termine, puis recommencez."
                )
        yield Verrou(sources, connexion)
    finally:
        # Unlock before closing: the server frees locks a moment after the close, too late for a script's next import.
        with suppress(psycopg.Error):
            connexion.execute("SELECT pg_advisory_unlock_all()")
        connexion.close()
