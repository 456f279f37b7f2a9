"""Send bugs to a Sentry server, when ``FCE_SENTRY_DSN`` is set.

What leaves is rebuilt from a list, rather than cleaned of what must not: the classes of the errors, where in the code,
the view or the job, the request id. Never a message, a variable, an address, a header, a body, or who was reading.
"""

import re
import sys
import traceback
from collections.abc import Iterator
from importlib.metadata import version
from typing import TYPE_CHECKING, Any, Final

from django.conf import settings

from fce.socle.erreurs import ConfigurationInvalide, FCEError

if TYPE_CHECKING:
    from django.http import HttpRequest

_ADRESSE: Final = re.compile(r"(https?)://[A-Za-z0-9]+@([A-Za-z0-9.-]+|\[[0-9A-Fa-f:]+\])(:[0-9]+)?(/[\w/-]*)?/[0-9]+")
_ICI: Final = ("localhost", "127.0.0.1", "[::1]")
_GARDEES: Final = ("event_id", "timestamp", "level", "platform", "environment", "release", "tags")
"""Keys of an event that hold nothing but what this module gave, or a random number."""
CADRES: Final = 50


def verifier(adresse: str, *, production: bool) -> None:
    """Raise ConfigurationInvalide for an address that is no DSN or, in production, that would go in clear."""
    if not adresse:
        return
    parties = _ADRESSE.fullmatch(adresse)
    if parties is None:
        raise ConfigurationInvalide("FCE_SENTRY_DSN est l’adresse d’un projet : https://CLÉ@HÔTE/NUMÉRO.")
    if production and parties[1] != "https" and parties[2] not in _ICI:
        raise ConfigurationInvalide("FCE_SENTRY_DSN doit être en https, sauf sur cette machine.")


def installer() -> None:
    """Prepare this process to send. Raises ConfigurationInvalide when the library is missing."""
    if not settings.FCE_SENTRY_DSN:
        return
    try:
        import sentry_sdk
    except ImportError as erreur:
        raise ConfigurationInvalide("FCE_SENTRY_DSN demande sentry-sdk : pip install 'fce[sentry]'.") from erreur
    sentry_sdk.init(
        dsn=settings.FCE_SENTRY_DSN,
        default_integrations=False,
        auto_enabling_integrations=False,
        include_local_variables=False,
        include_source_context=False,
        max_request_body_size="never",
        max_breadcrumbs=0,
        send_client_reports=False,
        server_name="",
        environment=settings.FCE_ENV,
        release=version("fce"),
        before_send=_refaire,
    )


def signaler_une_requete(request: "HttpRequest", **_: Any) -> None:
    """Receiver of ``got_request_exception``."""
    trouvee = getattr(request, "resolver_match", None)
    _envoyer(sys.exc_info()[1], vue=trouvee.view_name if trouvee else "", requete=str(getattr(request, "numero", "")))


def signaler_un_travail(erreur: BaseException, tache: str, **_: Any) -> None:
    """Receiver of ``socle.erreurs.travail_echoue``. A refusal, or a network that fails, is no bug."""
    if not isinstance(erreur, FCEError | OSError):
        _envoyer(erreur, tache=tache)


def _envoyer(erreur: BaseException | None, **etiquettes: str) -> None:
    if not settings.FCE_SENTRY_DSN or erreur is None:
        return
    import sentry_sdk

    with sentry_sdk.new_scope() as portee:
        portee.clear()
        for nom, valeur in etiquettes.items():
            if valeur:
                portee.set_tag(nom, valeur)
        sentry_sdk.capture_exception(erreur)


def _refaire(evenement: Any, indice: Any) -> Any:
    """The event to send: a few keys of the library's, and the errors read again from the exception itself."""
    erreurs = [
        {"type": type(erreur).__name__, "module": type(erreur).__module__, "stacktrace": {"frames": _cadres(erreur)}}
        for erreur in _chaine(indice["exc_info"][1])
    ]
    # Sentry wants the oldest cause first.
    return {**{c: evenement[c] for c in _GARDEES if c in evenement}, "exception": {"values": erreurs[::-1]}}


def _chaine(erreur: BaseException | None) -> Iterator[BaseException]:
    vues: set[int] = set()
    while erreur is not None and id(erreur) not in vues:
        vues.add(id(erreur))
        yield erreur
        erreur = erreur.__cause__ or (None if erreur.__suppress_context__ else erreur.__context__)


def _cadres(erreur: BaseException) -> list[dict[str, Any]]:
    pile = [
        (cadre.f_globals.get("__name__", "?"), cadre.f_code, ligne)
        for cadre, ligne in traceback.walk_tb(erreur.__traceback__)
    ]
    return [
        {"module": module, "function": code.co_name, "filename": module.replace(".", "/") + ".py", "lineno": ligne}
        for module, code, ligne in pile[-CADRES:]
    ]
