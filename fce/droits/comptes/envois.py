"""A form of somebody signed in is answered once: the same form sent again gets the answer of its first sending.

The key of a form is its CSRF token, masked anew each time that a page is rendered, with its address and all its fields:
a corrected form, or another rendering of the page, is another form. A lock of PostgreSQL makes a second request wait
for the first; the session keeps where the last forms led. Only a redirection counts, since an answer that shows the
form again has done nothing.
"""

from __future__ import annotations

from typing import Final

import structlog
from django.db import DatabaseError, InterfaceError, OperationalError, connection
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.middleware.csrf import CSRF_TOKEN_LENGTH
from psycopg.errors import LockNotAvailable

from fce.droits.comptes.erreurs import DejaFait
from fce.droits.comptes.models import Session
from fce.droits.comptes.requete import compte_de
from fce.socle.base.ecriture import ecriture
from fce.socle.web.jetons import empreinte

GARDES: Final = 5
"""Last forms that a session remembers."""
CLE: Final = "envois"
log = structlog.get_logger("fce.envois")


def prendre(request: HttpRequest) -> HttpResponse | None:
    """Answer of the first sending of a form; None for the first one, which keeps its lock until ``rendre``. Raises
    DejaFait when the first one is not answered before the time-out of locks."""
    compte, jeton = compte_de(request), request.POST.get("csrfmiddlewaretoken", "")
    # A shorter token is that of the cookie, the same for all forms.
    if compte is None or len(jeton) < CSRF_TOKEN_LENGTH or not request.session.session_key:
        return None
    fichiers = sorted((f.name or "", f.size or 0) for _, plusieurs in request.FILES.lists() for f in plusieurs)
    envoi = empreinte(f"{compte.pk}\n{request.get_full_path()}\n{request.POST.urlencode()}\n{fichiers}")
    try:
        _executer("pg_advisory_lock", envoi)
    except OperationalError as erreur:
        if isinstance(erreur.__cause__, LockNotAvailable):
            raise DejaFait("Cet envoi est déjà en cours : attendez un instant, puis relisez la page.") from erreur
        raise
    request.envoi = envoi  # type: ignore[attr-defined]
    session = Session.objects.filter(pk=empreinte(request.session.session_key)).first()
    page = dict(session.donnees.get(CLE, [])).get(envoi) if session is not None else None
    if page is None:
        return None
    rendre(request)
    return HttpResponseRedirect(page)


def noter(request: HttpRequest, reponse: HttpResponse) -> None:
    """Keep where a form led. A failure is logged, not raised: what the form asked is done."""
    envoi, cle = getattr(request, "envoi", None), request.session.session_key
    if envoi is None or cle is None or not isinstance(reponse, HttpResponseRedirect):
        return
    try:
        with ecriture():
            session = Session.objects.select_for_update(no_key=True).get(pk=empreinte(cle))
            session.donnees[CLE] = [[envoi, reponse.url], *session.donnees.get(CLE, [])][:GARDES]
            session.save(update_fields=["donnees"])
    except (DatabaseError, InterfaceError, Session.DoesNotExist) as erreur:
        log.error("envoi_non_note", erreur=type(erreur).__name__)
        return
    if request.session.modified:
        # A session that its view has changed is written whole, afterwards.
        request.session[CLE] = session.donnees[CLE]


def rendre(request: HttpRequest) -> None:
    """Release the lock of a form. Without a connection, there is none left."""
    if (envoi := request.__dict__.pop("envoi", None)) is not None:
        try:
            _executer("pg_advisory_unlock", envoi)
        except (DatabaseError, InterfaceError) as erreur:
            log.error("envoi_non_rendu", erreur=type(erreur).__name__)
            connection.close()


def _executer(fonction: str, envoi: str) -> None:
    with connection.cursor() as curseur:
        curseur.execute(f"SELECT {fonction}(hashtextextended(%s, 0))", [envoi])
