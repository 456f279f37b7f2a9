"""Warm-up of a web process before it takes its port: each kind of page is read once.

The first reading of a page imports its view, compiles its templates and builds the vocabularies of the search; that of
the API builds its encoders. Pages are read as anyone, so nothing of it is journaled.
"""

import time
from typing import Any, Final
from wsgiref.util import setup_testing_defaults

import structlog
from django.conf import settings
from django.db import connection

from fce.donnees.entreprises import selectors as entreprises
from fce.sources.onglets import ONGLETS, TOUT

_Q: Final = "q=boulangerie+paris"
PAGES: Final = (
    *("/", "/recherche", f"/recherche?{_Q}", "/recherche/suggestions?q=boulan", "/connexion"),
    *(f"/api/v1/recherche?{_Q}", f"/api/recherche-entreprises/search?{_Q}"),
)
FICHES: Final = ("/entreprise/{}", *(f"/entreprise/{{}}/{o}" for o in (*ONGLETS, TOUT.cle)), "/api/v1/entreprises/{}")
DUREE_S: Final = 30.0
"""Seconds after which the process opens as it is."""
log = structlog.get_logger("fce.serveur")


def roder(application: Any) -> None:
    """Read the usual pages once. Never raises: a database that is down or without data leaves the process as it is."""
    fin = time.monotonic() + DUREE_S
    try:
        try:
            temoin = entreprises.temoin()
        finally:
            connection.close()
        for adresse in (*PAGES, *(fiche.format(temoin.siren) for fiche in FICHES if temoin)):
            if time.monotonic() > fin:
                raise TimeoutError
            demander(application, adresse)
    except Exception as erreur:  # the pages will say it
        log.warning("rodage_abrege", erreur=type(erreur).__name__)


def demander(application: Any, adresse: str) -> None:
    """Ask for a page as a reader of this machine would. By HEAD, because usage counts pages that were shown."""
    chemin, _, question = adresse.partition("?")
    environ = {"REQUEST_METHOD": "HEAD", "PATH_INFO": chemin, "QUERY_STRING": question, "REMOTE_ADDR": "127.0.0.1"}
    environ["HTTP_HOST"] = settings.ALLOWED_HOSTS[0].lstrip(".")
    setup_testing_defaults(environ)
    reponse = application(environ, lambda *_: None)
    for _ in reponse:
        pass
    reponse.close()
