"""Enforce what each view says of who may call it (``socle.routes``). A view that says nothing answers nobody."""

from collections.abc import Callable, Iterable, Iterator
from time import monotonic
from types import MappingProxyType
from typing import Any, Final, cast
from urllib.parse import urlencode, urlsplit

import structlog
from django.http import FileResponse, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse

from fce.comptes.models import Compte
from fce.comptes.oidc.retour import adresse_sure
from fce.comptes.requete import compte_de
from fce.comptes.selectors import mandats_de
from fce.comptes.sessions import lire_a_nouveau
from fce.config import erreurs
from fce.socle.erreurs import FCEError
from fce.socle.routes import LECTURE, Politique, Qui, politique_de

log = structlog.get_logger("fce.acces")
SANS_SECOND_FACTEUR: Final = MappingProxyType(
    {
        "comptes:demande": "Asks for one's administration to be let in: opens nothing, and its author has nothing yet.",
        "droits:droits": "Says what one may read, and that a second factor is what lacks; shows no data.",
        "droits:habilitations": "Says what one's groups may read and how to ask for more; shows no data.",
        "fiche:finalite": "Keeps a preference: the data are asked for afterwards, with a second factor.",
    }
)
"""{name of a view of agents: why it does without a second factor}. All the others ask for it."""


REGARD_S: Final = 1.0
"""Seconds between two looks at the rights of whoever is being sent a long answer."""


class DroitsFinis(FCEError):
    """The rights of the reader ended while a long answer was being sent."""

    status = 403
    code = "acces_refuse"


class Acces:
    """Refuse a view to whom it is not for, before it runs."""

    def __init__(self, suite: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.suite = suite

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        reponse = self.suite(request)
        politique = politique_de(request.resolver_match.func) if request.resolver_match else None
        # A file is made before it is sent; rows are read while they are, for minutes when their reader is slow.
        if isinstance(reponse, StreamingHttpResponse) and not isinstance(reponse, FileResponse) and politique:
            blocs = cast("Iterable[Any]", reponse.streaming_content)
            reponse.streaming_content = _tant_qu_il_peut(request, politique, blocs)
        return reponse

    def process_view(self, request: HttpRequest, vue: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        politique = politique_de(vue)
        if politique is None:
            log.error("vue_sans_politique", vue=getattr(vue, "__qualname__", "?"))
            return erreurs.page(request, 403, "Cette page n’est pas ouverte.", code="acces_refuse")
        if request.method not in politique.methodes:
            reponse = erreurs.page(
                request, 405, "Cette méthode n’est pas acceptée à cette adresse.", code="methode_refusee"
            )
            reponse["Allow"] = ", ".join(sorted(politique.methodes))
            return reponse
        return _refus(request, politique)


def _refus(request: HttpRequest, politique: Politique) -> HttpResponse | None:
    if politique.qui in (Qui.TOUS, Qui.JETON):
        return None
    compte = compte_de(request)
    if compte is None:
        if _se_dirige(request):
            return redirect(f"{reverse('comptes:connexion')}?{urlencode({'suite': request.get_full_path()})}")
        return erreurs.page(
            request, 401, "Votre session est terminée : reconnectez-vous, puis recommencez.", code="connexion_requise"
        )
    if _convient(compte, politique):
        return _second_facteur(request, politique)
    log.warning("page_refusee", compte=compte.identifiant, attendu=politique.qui.value)
    return erreurs.page(
        request,
        403,
        "Cette page n’est pas ouverte à votre compte. Si vous devriez y avoir accès, écrivez à l’équipe de la fiche "
        "commune.",
        code="acces_refuse",
    )


def _tant_qu_il_peut(request: HttpRequest, politique: Politique, blocs: Iterable[Any]) -> Iterator[Any]:
    """The blocks of an answer, as long as the session and the mandates that opened the view are there: looked at every
    ``REGARD_S``. Raises DroitsFinis, which cuts the answer: the reader sees that it is not whole."""
    if politique.qui in (Qui.TOUS, Qui.JETON):
        yield from blocs
        return
    regarde = monotonic()
    for bloc in blocs:
        if monotonic() - regarde >= REGARD_S:
            regarde = monotonic()
            if not _peut_encore(request, politique):
                log.warning("envoi_interrompu", attendu=politique.qui.value)
                raise DroitsFinis("Votre session ou vos droits ont pris fin : cet envoi est interrompu.")
        yield bloc


def _peut_encore(request: HttpRequest, politique: Politique) -> bool:
    relue = lire_a_nouveau(request.session)
    mfa = relue.get("mfa") is True
    return relue.compte is not None and _convient(relue.compte, politique) and (mfa or not politique.second_facteur)


def _se_dirige(request: HttpRequest) -> bool:
    """A page may lead elsewhere; a form has lost what it sent, and a fragment would hold the page of sign-in."""
    return request.method in LECTURE and not getattr(request, "htmx", None)


def _second_facteur(request: HttpRequest, politique: Politique) -> HttpResponse | None:
    """What an agent does is done with a second factor; it is asked for, not only missed."""
    nom = request.resolver_match.view_name if request.resolver_match else ""
    if not politique.second_facteur or nom in SANS_SECOND_FACTEUR or request.session.get("mfa") is True:
        return None
    suite = request.get_full_path() if "GET" in politique.methodes else _venu_de(request)
    reconnexion = f"{reverse('comptes:connexion')}?{urlencode({'mfa': 1, 'suite': suite})}"
    if _se_dirige(request):
        return redirect(reconnexion)
    return erreurs.page(
        request,
        403,
        "Ce geste demande un second facteur : reconnectez-vous en le présentant, puis recommencez.",
        code="second_facteur",
        reconnexion=reconnexion,
    )


def _venu_de(request: HttpRequest) -> str:
    """The page of the service that holds the form: what only takes a POST cannot be gone back to."""
    page = urlsplit(request.headers.get("Referer", ""))
    return adresse_sure(f"{page.path}?{page.query}" if page.query else page.path)


def _convient(compte: Compte, politique: Politique) -> bool:
    if politique.qui is Qui.CONNECTE:
        return True
    if politique.qui is Qui.PARTICULIER:
        return not compte.agent
    if not compte.agent:
        return False
    return politique.qui is Qui.AGENT or not politique.mandats.isdisjoint(mandats_de(compte))
