"""Server-side sessions, found by the SHA-256 of their cookie; they last 60 minutes idle, 12 hours in all.

The storage of Django's session framework (``SESSION_ENGINE``).
"""

import json
from datetime import datetime, timedelta
from typing import Any, Final

from django.contrib.sessions.backends.base import SessionBase, UpdateError
from django.db import connection
from django.utils import timezone

from fce.droits.comptes.models import Compte, Session
from fce.droits.comptes.selectors import retenir_mandats
from fce.socle.base import lectures
from fce.socle.base.ecriture import ecriture
from fce.socle.web.jetons import empreinte, nouveau

INACTIVITE: Final = timedelta(minutes=60)
DUREE: Final = timedelta(hours=12)
# An unfinished sign-in.
ESSAI: Final = timedelta(minutes=10)
# Minimum between two updates, so that the parallel requests of a page make one.
PAS: Final = timedelta(seconds=1)


_VOIR: Final = (
    "SET TRANSACTION READ WRITE; SET LOCAL synchronous_commit = off; "
    "UPDATE comptes_session SET vue_le = %s WHERE empreinte = %s"
)


def session_actuelle(session: SessionBase) -> "SessionStore":
    """Return a request's session as the database has it now: it may have ended."""
    return SessionStore(session.session_key)


class SessionStore(SessionBase):
    """A session read in the database at each request: ending it, or disabling its account, works at the next one."""

    compte: Compte | None = None
    vue_le: datetime | None = None
    origine: dict[str, Any]

    def __init__(self, session_key: str | None = None) -> None:
        super().__init__(session_key)
        self.origine = {}

    def load(self) -> dict[str, Any]:
        """Read the session and its account in one query; empty when ended or expired."""
        cle = self.session_key
        ligne = _session(empreinte(cle)) if cle else None
        if ligne is None or not en_cours(ligne, timezone.now()):
            self._session_key = None
            return {}
        self.compte, self.vue_le = ligne.compte, ligne.vue_le
        self.origine = {"navigateur": ligne.navigateur, "adresse_ip": ligne.adresse_ip}
        return dict(ligne.donnees)

    def exists(self, session_key: str) -> bool:
        return Session.objects.filter(empreinte=empreinte(session_key)).exists()

    def create(self) -> None:
        # 256 random bits: no collision.
        self._session_key = nouveau()
        self.modified = True

    def save(self, must_create: bool = False) -> None:
        if self.session_key is None:
            self.create()
            must_create = True
        donnees = self._get_session(no_load=must_create)  # type: ignore[attr-defined]
        cle = empreinte(self.session_key or "")
        with ecriture():
            if not must_create:
                # A session ended meanwhile must not be created again.
                if not Session.objects.filter(empreinte=cle).update(donnees=donnees):
                    raise UpdateError
                return
            # By the clock that will tell how old it is: the database may have another one.
            maintenant = timezone.now()
            Session.objects.create(
                empreinte=cle,
                donnees=donnees,
                compte=self.compte,
                creee_le=maintenant,
                vue_le=maintenant,
                **self.origine,
            )

    def delete(self, session_key: str | None = None) -> None:
        cle = session_key or self.session_key
        if cle:
            with ecriture():
                Session.objects.filter(empreinte=empreinte(cle)).delete()

    def flush(self) -> None:
        """Forget the account too: what is stored afterwards belongs to an anonymous reader."""
        super().flush()
        self.compte, self.vue_le, self.origine = None, None, {}

    def ouvrir(self, compte: Compte, donnees: dict[str, Any], *, navigateur: str, adresse_ip: str | None) -> None:
        """Open a session of ``compte`` under a new cookie, and forget the previous one."""
        self.flush()
        self.compte = compte
        self.origine = {"navigateur": navigateur[:80], "adresse_ip": adresse_ip}
        self._session_key = None
        self._session_cache = donnees
        self.save()
        self.modified = True

    def voir(self, maintenant: datetime) -> None:
        """Note that the session is in use."""
        if self.session_key and self.vue_le and maintenant - self.vue_le >= PAS:
            # One round trip without waiting for the disk: at worst, a session ends slightly too early.
            with connection.cursor() as curseur:
                curseur.execute(_VOIR, [maintenant, empreinte(self.session_key)])

    @classmethod
    def clear_expired(cls) -> None:
        effacer_les_expirees(timezone.now())


def _session(cle: str) -> Session | None:
    """Read the session, its account and its mandates. Raw SQL, ten times cheaper than the ORM, because each signed-in
    request runs it."""
    lignes = lectures.rangees(_requete(), [cle])
    if not lignes:
        return None
    ((donnees, creee_le, vue_le, navigateur, adresse_ip, mandats, *champs),) = lignes
    session = Session(
        empreinte=cle,
        donnees=json.loads(donnees),
        creee_le=creee_le,
        vue_le=vue_le,
        navigateur=navigateur,
        adresse_ip=adresse_ip,
    )
    if champs[0] is not None:
        session.compte = Compte.from_db("default", [f.attname for f in Compte._meta.concrete_fields], champs)
        retenir_mandats(session.compte, json.loads(mandats))
    return session


def _requete() -> str:
    colonnes = ", ".join(f'c."{f.column}"' for f in Compte._meta.concrete_fields)
    return (
        "SELECT s.donnees::text, s.creee_le, s.vue_le, s.navigateur, host(s.adresse_ip), "  # noqa: S608 – own columns
        "COALESCE((SELECT json_agg(json_build_array(m.role, m.perimetre)) FROM comptes_mandat m "
        f"WHERE m.compte_id = c.id AND m.fin IS NULL), '[]')::text, {colonnes} "
        "FROM comptes_session s LEFT JOIN comptes_compte c ON c.id = s.compte_id WHERE s.empreinte = %s"
    )


def en_cours(session: Session, maintenant: datetime) -> bool:
    """Whether a session is neither idle nor too old, and its account is open."""
    if session.compte is None:
        return maintenant < session.creee_le + ESSAI
    return session.compte.actif and maintenant < session.vue_le + INACTIVITE and maintenant < session.creee_le + DUREE


def effacer_les_expirees(maintenant: datetime) -> int:
    """Delete the sessions that are over; return how many."""
    vieilles = Session.objects.filter(vue_le__lte=maintenant - INACTIVITE) | Session.objects.filter(
        creee_le__lte=maintenant - DUREE
    )
    abandonnees = Session.objects.filter(compte=None, creee_le__lte=maintenant - ESSAI)
    with ecriture():
        return vieilles.delete()[0] + abandonnees.delete()[0]
