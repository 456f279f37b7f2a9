"""One import at a time per source: a session advisory lock, which PostgreSQL frees by itself when the importer dies."""

import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress

import psycopg

from fce.socle.erreurs import BaseIndisponible, DejaEnCours

from . import connexions

# First key of every advisory lock of the engine; the second is the source, VERROU_DES_VUES for a view.
ESPACE = 0x0FCE
VERROU_DES_VUES = 0


def cle(source: str) -> int:
    """Signed 32-bit key of a source name, the same in every process."""
    brut = zlib.crc32(source.encode()) or 1
    return brut - (1 << 32) if brut >= 1 << 31 else brut


class Verrou:
    """The locks of some sources, held as long as their connection lives, which also does the clean-up, outside any
    transaction."""

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
    """Hold the locks of these sources, or of none. Raises DejaEnCours at once, without waiting, when another session
    has one of them."""
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
        # Closing would free it too, but a moment later: the next import of a script would find it taken.
        with suppress(psycopg.Error):
            connexion.execute("SELECT pg_advisory_unlock_all()")
        connexion.close()
