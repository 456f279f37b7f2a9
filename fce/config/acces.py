"""Enforce the access policy that each view declares (``socle.web.routes``). A view without a policy is refused."""

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

from fce.config import erreurs
from fce.droits.comptes.models import Compte
from fce.droits.comptes.oidc.retour import adresse_sure
from fce.droits.comptes.requete import compte_de
from fce.droits.comptes.selectors import mandats_de
from fce.droits.comptes.sessions import session_actuelle
from fce.socle.erreurs import FCEError
from fce.socle.web.routes import LECTURE, Politique, Qui, politique_de

log = structlog.get_logger("fce.acces")
SANS_SECOND_FACTEUR: Final = MappingProxyType(
    {
        "comptes:demande": "Asks for one's administration to be let in: opens nothing, and its author has nothing yet.",
        "droits:droits": "Says what one may read, and that a second factor is what lacks; shows no data.",
        "droits:habilitations": "Says what one's groups may read and how to ask for more; shows no data.",
        "fiche:finalite": "Keeps a preference: the data are asked for afterwards, with a second factor.",
    }
)
"""{view for agents: why it does not require a second factor}. All the other views for agents do."""


REGARD_S: Final = 1.0
"""Seconds between two checks of the reader's rights during a long answer."""


class DroitsFinis(FCEError):
    """The reader's rights ended during a long answer."""

    status = 403
    code = "acces_refuse"


class Acces:
    """Middleware that checks the policy of a view before it runs."""

    def __init__(self, suite: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.suite = suite

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        reponse = self.suite(request)
        politique = politique_de(request.resolver_match.func) if request.resolver_match else None
        # A streamed answer reads its rows while it is sent, for minutes with a slow reader; a file is complete
        # beforehand.
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
        if getattr(request, "base_en_panne", False):
            return erreurs.base_indisponible(request)
        if _se_dirige(request):
            return redirect(f"{reverse('comptes:connexion')}?{urlencode({'suite': request.get_full_path()})}")
        return erreurs.page(
            request, 401, "Votre session est terminée : reconnectez-vous, puis recommencez.", code="connexion_requise"
        )
    if _convient(compte, politique):
        return _exiger_second_facteur(request, politique)
    log.warning("page_refusee", compte=compte.identifiant, attendu=politique.qui.value)
    return erreurs.page(
        request,
        403,
        "Cette page n’est pas ouverte à votre compte. Si vous devriez y avoir accès, écrivez à l’équipe de la fiche "
        "commune.",
        code="acces_refuse",
    )


def _tant_qu_il_peut(request: HttpRequest, politique: Politique, blocs: Iterable[Any]) -> Iterator[Any]:
    """Yield the blocks while the session and the mandates last, checked every ``REGARD_S``. Raises DroitsFinis, which
    cuts the answer so that the reader sees that it is incomplete."""
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
    relue = session_actuelle(request.session)
    mfa = relue.get("mfa") is True
    return relue.compte is not None and _convient(relue.compte, politique) and (mfa or not politique.second_facteur)


def _se_dirige(request: HttpRequest) -> bool:
    """Redirect only page loads: a form would lose its data, and htmx would insert the sign-in page into a fragment."""
    return request.method in LECTURE and not getattr(request, "htmx", None)


def _exiger_second_facteur(request: HttpRequest, politique: Politique) -> HttpResponse | None:
    """Send an agent without a second factor to sign in again with one; None when he has one or needs none."""
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
    """Page that holds the form (Referer), to return to after sign-in: the URL of the form accepts only POST."""
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
