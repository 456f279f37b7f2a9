"""Warm-up of a web process before it takes its port: its first readers wait no longer than the next ones.

A page compiles its templates at its first reading, an answer of the API its encoders. PostgreSQL reads its catalogues
and plans two hundred tables at the first two readings of a sheet on each connection. All of this is read as anyone, so
nothing of it is journaled.
"""

import threading
import time
from typing import Any, Final

import structlog
from django.conf import settings
from django.db import OperationalError, connection, connections

from fce.config.serveur.demande import environnement
from fce.config.serveur.voies import Voies
from fce.entreprises import selectors as entreprises
from fce.fiche import selectors as fiches
from fce.fiche.contenu import PREMIERS
from fce.fiche.page.etablissements import SANS_FILTRE
from fce.socle import replique
from fce.socle.identifiants import est_siret
from fce.socle.routes import Voie
from fce.sources.onglets import ONGLETS, SYNTHESE, TOUT

_Q: Final = "q=boulangerie+paris"
PAGES: Final = (
    *("/", "/recherche", f"/recherche?{_Q}", "/recherche/suggestions?q=boulan", "/connexion"),
    *(f"/api/v1/recherche?{_Q}", f"/api/recherche-entreprises/search?{_Q}"),
)
LECTURES: Final = 3
"""Readings of a sheet on a connection: PostgreSQL plans it at the first and at the second (``socle.lectures``)."""
DUREE_S: Final = 30.0
"""Seconds after which the process opens as it is."""
log = structlog.get_logger("fce.serveur")


def roder(application: Any, voies: Voies) -> None:
    """Read the usual pages once, then a sheet on every connection of the pages. Never raises: a database that is down
    or without data leaves the process as it is."""
    fin = time.monotonic() + DUREE_S
    try:
        numeros = _numeros()
        for adresse in [*PAGES, *_fiches(numeros)]:
            if time.monotonic() < fin:
                _demander(application, adresse)
        if numeros:
            voies[Voie.PAGE].dans_chacun(lambda ensemble: _lire(numeros, ensemble, fin), fin - time.monotonic())
    except Exception as erreur:  # the pages will say it
        log.warning("rodage_abrege", erreur=type(erreur).__name__)
    if time.monotonic() >= fin:
        log.warning("rodage_abrege", erreur="delai")


def _fiches(numeros: tuple[str, ...]) -> list[str]:
    """Addresses of the sheet of ``_numeros``, tab by tab, then as the API gives it; none without a company."""
    if not numeros:
        return []
    onglets = ["", *(f"/{o}" for o in ONGLETS), f"/{TOUT.cle}"]
    return [*(f"/entreprise/{numeros[0]}{o}" for o in onglets), f"/api/v1/entreprises/{numeros[0]}"]


def _numeros() -> tuple[str, ...]:
    """A company and its siège; nothing when none is imported."""
    try:
        entreprise = entreprises.temoin()
    finally:
        _rendre()
    if entreprise is None:
        return ()
    return (entreprise.siren, entreprise.siege.siret) if entreprise.siege else (entreprise.siren,)


def _demander(application: Any, adresse: str) -> None:
    """Ask for a page as a reader of this machine would. By HEAD, because usage counts pages that were shown."""
    chemin, _, question = adresse.encode().partition(b"?")
    hote = settings.ALLOWED_HOSTS[0].lstrip(".").encode()
    scope = {
        "method": "HEAD", "raw_path": chemin, "query_string": question, "http_version": "1.1", "scheme": "http",
        "server": ("127.0.0.1", 80), "client": ("127.0.0.1", 0), "headers": [(b"host", hote)],
    }  # fmt: skip
    reponse = application(environnement(scope), lambda *_: None)
    for _ in reponse:
        pass
    reponse.close()


def _lire(numeros: tuple[str, ...], ensemble: threading.Barrier, fin: float) -> None:
    """Read the sheets on a connection that no other thread has meanwhile."""
    try:
        _se_connecter(fin)
        ensemble.wait(max(0.0, fin - time.monotonic()))
        for numero in numeros * LECTURES:
            if time.monotonic() < fin:
                if replique.reglee():
                    replique.ouvrir()
                _lire_une_fiche(numero)
    except threading.BrokenBarrierError:  # told once: by the thread that failed, or below
        pass
    except Exception as erreur:  # a connection less is no reason not to open
        ensemble.abort()
        log.warning("rodage_abrege", erreur=type(erreur).__name__)
    finally:
        _rendre()


def _se_connecter(fin: float) -> None:
    """Take a connection. On a busy machine, the pool opens them one by one, more slowly than its own time-out."""
    while True:
        try:
            return connection.ensure_connection()
        except OperationalError:
            if time.monotonic() > fin:
                raise


def _lire_une_fiche(numero: str) -> None:
    if est_siret(numero):
        fiches.fiche_etablissement(numero, onglet=SYNTHESE)
    else:
        fiches.fiche_entreprise(numero, SANS_FILTRE, PREMIERS, onglet=SYNTHESE)


def _rendre() -> None:
    replique.fermer()
    for ouverte in connections.all(initialized_only=True):
        ouverte.close()
