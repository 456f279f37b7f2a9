"""Calls to the cluster through opensearch-py. Errors become sentences without address or query words."""

import ssl
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

import msgspec
import structlog

from fce.recherche.engines import PAS_D_INDEX
from fce.recherche.engines.adresse import AdresseDeGrappe
from fce.socle.erreurs import ConfigurationInvalide, IndexIllisible, IndexIndisponible

if TYPE_CHECKING:
    from opensearchpy import OpenSearch

_T = TypeVar("_T")
log = structlog.get_logger(__name__)

VERSION = 3
"""Supported major version of OpenSearch."""
DELAI_S = 4.0
"""Seconds before a search is abandoned."""
DELAI_TRAVAUX_S = 120.0
"""The same for requests that build a version."""
REPOS_S = 2.0
"""Seconds without any request after a time-out, so that pages do not all wait."""
PAUSES_S = (0.05, 0.3)
"""Pauses before retrying an incomplete search."""
CONNEXIONS = 16

INJOIGNABLE = (
    "Le moteur de recherche ne répond pas : réessayez dans quelques minutes, ou vérifiez que le service OpenSearch est "
    "en marche."
)
TROP_LONG = "Le moteur de recherche met trop de temps à répondre : réessayez dans quelques minutes."
INCOMPLET = (
    "Une partie de l’index de recherche manque : vérifiez les nœuds d’OpenSearch, ou lancez « fce index --forcer »."
)
REFUSE = (
    "Le moteur de recherche refuse le compte de FCE : vérifiez le compte, son secret et ses droits (FCE_SEARCH_URL)."
)
CERTIFICAT = "Le certificat du moteur de recherche n’est pas reconnu : vérifiez-le, ou son autorité (SSL_CERT_FILE)."
MAUVAISE_VERSION = (
    f"Le moteur de recherche n’est pas OpenSearch {VERSION} : installez cette version, ou changez FCE_SEARCH_URL."
)
REFUSEE = "Le moteur de recherche n’a pas compris la demande : réessayez avec moins de mots ou de filtres."
SANS_BIBLIOTHEQUE = "FCE_SEARCH_URL demande la bibliothèque opensearch-py : installez « fce[opensearch] »."

_SERIALISER = msgspec.json.Encoder().encode
_DECODER = msgspec.json.Decoder().decode


class DemandeDeRecherche(NamedTuple):
    """A search. ``partout``: compute the rarity of a word over the whole index, not per shard."""

    indexes: str
    corps: bytes
    partout: bool = False

    @property
    def entete(self) -> dict[str, Any]:
        genre = "dfs_query_then_fetch" if self.partout else "query_then_fetch"
        return {"index": self.indexes, "search_type": genre, "allow_partial_search_results": False}


class _Json:
    """msgspec's JSON, several times faster than the library's."""

    mimetype = "application/json"

    def loads(self, texte: str) -> Any:
        return _DECODER(texte)

    def dumps(self, objet: Any) -> Any:
        return objet if isinstance(objet, str | bytes) else _SERIALISER(objet).decode()


class Client:
    """One per process, thread-safe; connects and checks the version at the first request."""

    def __init__(self, adresse: AdresseDeGrappe) -> None:
        self.adresse = adresse
        self._verrou = threading.Lock()
        self._ouvert: OpenSearch | None = None
        self._repos = 0.0

    def demander(
        self,
        methode: str,
        chemin: str,
        corps: Any = None,
        delai: float | None = None,
        accepter: Iterable[int] = (),
        **parametres: Any,
    ) -> Any:
        """Send a request; return the answer, None for a status of ``accepter``. Raises IndexIndisponible."""
        if time.monotonic() < self._repos:
            raise IndexIllisible(TROP_LONG)
        with self._traduire():
            from opensearchpy.exceptions import TransportError

            try:
                return self.connexion().transport.perform_request(
                    methode, chemin, params={**parametres, "request_timeout": delai or DELAI_S}, body=corps
                )
            except TransportError as erreur:
                if erreur.status_code in set(accepter):
                    return None
                raise

    def chercher(self, demandes: Sequence[DemandeDeRecherche]) -> list[Any]:
        """Send several searches at once; return one answer each, of all the shards. Raises IndexIndisponible."""
        lignes = [ligne for demande in demandes for ligne in (_SERIALISER(demande.entete), demande.corps)]

        def demander() -> list[Any]:
            reponses: list[Any] = self.demander("POST", "/_msearch", b"\n".join([*lignes, b""]))["responses"]
            for reponse in reponses:
                _verifier_la_reponse(reponse)
            if len(reponses) != len(demandes):
                raise IndexIllisible(INCOMPLET)
            return reponses

        return _insister(demander) if demandes else []

    def connexion(self) -> "OpenSearch":
        if self._ouvert is None:
            with self._verrou:
                if self._ouvert is None:
                    ouvert = _ouvrir(self.adresse)
                    _verifier(ouvert.transport.perform_request("GET", "/"))
                    self._ouvert = ouvert
        return self._ouvert

    @contextmanager
    def _traduire(self) -> Iterator[None]:
        try:
            from opensearchpy import exceptions
        except ImportError:
            raise ConfigurationInvalide(SANS_BIBLIOTHEQUE) from None
        try:
            yield
        except exceptions.NotFoundError:
            raise IndexIndisponible(PAS_D_INDEX) from None
        except exceptions.ConnectionTimeout as erreur:
            self._repos = time.monotonic() + REPOS_S
            raise _illisible(TROP_LONG, erreur) from None
        except exceptions.SSLError as erreur:
            raise _illisible(CERTIFICAT, erreur) from None
        except exceptions.TransportError as erreur:
            raise _illisible(_PHRASES.get(erreur.status_code, INJOIGNABLE), erreur) from None
        except (exceptions.OpenSearchException, msgspec.DecodeError) as erreur:  # an answer that is not the engine's
            raise _illisible(INJOIGNABLE, erreur) from None


_PHRASES: dict[Any, str] = {400: REFUSEE, 401: REFUSE, 403: REFUSE, 429: TROP_LONG, 500: INCOMPLET, 503: INCOMPLET}
"""{status: message}: a malformed search, a refused account, overload, missing shards."""


def _insister(demander: Callable[[], _T]) -> _T:
    """Retry an incomplete search: it fails when its node is lost, and replicas answer the next one."""
    for pause in PAUSES_S:
        try:
            return demander()
        except IndexIllisible as erreur:
            if erreur.message != INCOMPLET:
                raise
        time.sleep(pause)
    return demander()


def _verifier_la_reponse(reponse: Any) -> None:
    """Raise IndexIndisponible for a refused or incomplete answer."""
    if "error" in reponse:
        if (statut := reponse.get("status")) == 404:
            raise IndexIndisponible(PAS_D_INDEX)
        raise IndexIllisible(_PHRASES.get(statut, INCOMPLET))
    if reponse.get("timed_out"):
        raise IndexIllisible(TROP_LONG)
    if reponse["_shards"]["failed"]:
        raise IndexIllisible(INCOMPLET)


def _ouvrir(adresse: AdresseDeGrappe) -> "OpenSearch":
    from opensearchpy import OpenSearch

    plusieurs = len(adresse.hotes) > 1
    return OpenSearch(
        hosts=[{"host": hote, "port": port} for hote, port in adresse.hotes],
        http_auth=(adresse.compte, adresse.secret) if adresse.compte else None,
        use_ssl=adresse.tls,
        # Authorities of the system, or of SSL_CERT_FILE.
        ssl_context=ssl.create_default_context() if adresse.tls else None,
        pool_maxsize=CONNEXIONS,
        timeout=DELAI_S,
        # Try the next node when one is down; with a single node, reopen a closed connection.
        max_retries=max(1, len(adresse.hotes) - 1),
        retry_on_timeout=plusieurs,
        retry_on_status=(502, 504) if plusieurs else (),
        serializer=_Json(),
    )


def _verifier(accueil: Mapping[str, Any]) -> None:
    """Raise IndexIllisible for another product or version."""
    version = accueil.get("version")
    declaree = version if isinstance(version, Mapping) else {}
    if declaree.get("distribution") != "opensearch" or str(declaree.get("number")).partition(".")[0] != str(VERSION):
        raise IndexIllisible(MAUVAISE_VERSION)


def _illisible(phrase: str, erreur: BaseException) -> IndexIllisible:
    # Never log the message, which may hold an address or query words.
    log.error("moteur de recherche : %s", type(erreur).__name__)
    return IndexIllisible(phrase)
