"""Whatever is wrong with the cluster, a page says so, readiness too, and exact numbers still lead somewhere.

No secret of its address, and no word that was searched, is written anywhere.
"""

import ssl
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

from fce.recherche import services
from fce.recherche.engines import PAS_D_INDEX
from fce.recherche.engines.opensearch import client as module_client
from fce.recherche.engines.opensearch.client import (
    CERTIFICAT,
    INCOMPLET,
    INJOIGNABLE,
    MAUVAISE_VERSION,
    REFUSE,
    TROP_LONG,
)
from fce.recherche.reponse import selectors
from fce.socle.erreurs import ConfigurationInvalide, FCEError, IndexIndisponible
from tests.donnees.imports.travaux.test_tls import certificat
from tests.echantillon import chaque_jour
from tests.recherche.opensearch.serveur import ACCUEIL, Reponse, servir
from tests.recherche.panne import exiger_que_tout_le_dise
from tests.recherche.univers import Univers

pytestmark = pytest.mark.horloge_reelle  # a certificate, which OpenSSL dates by the machine

SECRET = "motdepasse-du-test"
ARRET = threading.Event()


def toujours(statut: int, contenu: Any = None) -> Callable[[str], Reponse]:
    return lambda chemin: (statut, contenu or {"error": {"type": "essai", "reason": "alpha"}, "status": statut})


def une_fois_entre(statut: int, contenu: Any = None) -> Callable[[str], Reponse]:
    """The right engine, which answers so to what it is asked next."""
    ensuite = toujours(statut, contenu)
    return lambda chemin: (200, ACCUEIL) if chemin == "/" else ensuite(chemin)


def fige(chemin: str) -> Reponse:
    ARRET.wait(3)
    return 200, ACCUEIL


MORCEAU = {"timed_out": False, "_shards": {"failed": 1}, "hits": {"hits": [], "total": {"value": 0}}}
LENTE = MORCEAU | {"timed_out": True}
PANNES: dict[str, tuple[Callable[[str], Reponse] | None, str]] = {
    "nœud éteint": (None, INJOIGNABLE),
    "nœud figé": (fige, TROP_LONG),
    "compte refusé": (toujours(401), REFUSE),
    "compte sans droit": (une_fois_entre(403), REFUSE),
    "Elasticsearch": (toujours(200, {"version": {"number": "8.14.0", "build_flavor": "default"}}), MAUVAISE_VERSION),
    "OpenSearch 2": (toujours(200, {"version": {"distribution": "opensearch", "number": "2.19.1"}}), MAUVAISE_VERSION),
    "une page, pas un moteur": (toujours(200, "<p>Bonjour</p>"), INJOIGNABLE),
    "frontal sans nœud": (toujours(502, "<p>alpha</p>"), INJOIGNABLE),
    "rien d’indexé": (une_fois_entre(404), PAS_D_INDEX),
    "partie que nul nœud ne tient": (une_fois_entre(503), INCOMPLET),
    "partie perdue pendant la recherche": (une_fois_entre(500), INCOMPLET),
    "partie qui ne répond pas": (une_fois_entre(200, MORCEAU | {"responses": [MORCEAU]}), INCOMPLET),
    "recherche interrompue": (une_fois_entre(200, LENTE | {"responses": [LENTE]}), TROP_LONG),
    "trop de demandes": (une_fois_entre(429), TROP_LONG),
}


@pytest.fixture
def panne(request: pytest.FixtureRequest, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A cluster that is not well, at the address of the settings; yields what must be said of it."""
    repondre, phrase = PANNES[request.param]
    monkeypatch.setattr(module_client, "DELAI_S", 1.0)
    monkeypatch.setattr(module_client, "REPOS_S", 60.0)
    ARRET.clear()
    with servir(repondre or toujours(200)) as port:
        settings.FCE_SEARCH_URL = f"opensearch+http://fce:{SECRET}@127.0.0.1:{1 if repondre is None else port}"
        selectors._grappe.cache_clear()
        yield phrase
        ARRET.set()
    selectors._grappe.cache_clear()


@pytest.mark.parametrize("panne", chaque_jour([*PANNES], sur=2), indirect=True)
def test_what_is_wrong_with_the_cluster_is_a_page_and_no_readiness(
    client: Client, univers: Univers, panne: str, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    univers.entreprise("ALPHA")
    univers.charger()
    exiger_que_tout_le_dise(client, panne)
    ecrit = "".join([caplog.text, *capsys.readouterr()])
    assert SECRET not in ecrit
    assert "alpha" not in ecrit
    assert "127.0.0.1" not in ecrit


@pytest.mark.parametrize("panne", ["nœud éteint", "compte refusé", "OpenSearch 2"], indirect=True)
def test_a_build_on_a_cluster_that_is_not_well_says_why(univers: Univers, panne: str) -> None:
    univers.entreprise("ALPHA")
    univers.charger()
    with pytest.raises(IndexIndisponible) as levee:
        call_command("index")
    assert levee.value.message == panne
    with pytest.raises(IndexIndisponible, match=panne[:20]):
        services.index_perime()


@pytest.mark.parametrize("panne", ["nœud figé"], indirect=True)
def test_a_cluster_that_does_not_answer_is_not_waited_for_twice(
    db: None, panne: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After a page that waited in vain, the next ones are told at once; then the cluster is tried again."""
    machine = selectors.moteur()
    with pytest.raises(IndexIndisponible):
        machine.documents()
    demandes: list[object] = []
    monkeypatch.setattr(module_client.Client, "connexion", lambda self: demandes.append(self))
    with pytest.raises(IndexIndisponible, match=TROP_LONG[:20]):
        machine.documents()
    assert demandes == []
    machine._client._repos = 0.0  # type: ignore[attr-defined]
    with pytest.raises(AttributeError):
        machine.documents()
    assert len(demandes) == 1


def test_without_the_library_the_setting_is_refused(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    monkeypatch.setitem(sys.modules, "opensearchpy", None)
    settings.FCE_SEARCH_URL = "opensearch+http://127.0.0.1:1"
    with pytest.raises(ConfigurationInvalide, match="opensearch-py"):
        selectors.moteur().documents()


def test_a_certificate_that_nobody_vouches_for_is_said(
    settings: Any, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    pem = certificat(tmp_path, "localhost")
    contexte = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    contexte.load_cert_chain(pem)
    with servir(une_fois_entre(404), contexte) as port:
        settings.FCE_SEARCH_URL = f"opensearch+https://fce:{SECRET}@localhost:{port}"
        selectors._grappe.cache_clear()
        with pytest.raises(FCEError) as levee:
            selectors.moteur().documents()
        assert levee.value.message == CERTIFICAT
        # Its authority is that of the installation: it is trusted.
        monkeypatch.setenv("SSL_CERT_FILE", str(pem))
        selectors._grappe.cache_clear()
        with pytest.raises(FCEError) as levee:
            selectors.moteur().documents()
        assert levee.value.message == PAS_D_INDEX
    selectors._grappe.cache_clear()
