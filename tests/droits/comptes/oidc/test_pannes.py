"""OIDC-14 and OIDC-20: a provider down, slow, wrong or huge gives a French 503 in time, and holds nobody else."""

from __future__ import annotations

import gzip
import socket
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

import pytest

from fce.droits.comptes.oidc import erreurs, metadonnees, protocole, reseau
from fce.socle.erreurs import FournisseurIndisponible
from tests.droits.comptes.oidc.hostile import Banc, EnPanne, repond

POINTS = ("/.well-known/openid-configuration", "/token", "/jwks", "/userinfo")
GROS = b'{"x": "' + b"x" * 10_000_000 + b'"}'
MAUVAIS: dict[str, WSGIApplication] = {
    "500": repond("500 Internal Server Error"),
    "503": repond("503 Service Unavailable", b"<html>"),
    "429": repond("429 Too Many Requests"),
    "redirection": repond("302 Found", Location="http://127.0.0.1:1/espion"),
    "10 Mo": repond("200 OK", GROS),
    "bombe": repond("200 OK", gzip.compress(GROS), Content_Encoding="gzip"),
}
ILLISIBLES = {
    "vide": b"",
    "html": b"<html>",
    "liste": b"[]",
    "nombre": b"7",
    "profond": b"[" * 100_000,
    "octets": b"\xff",
}


@pytest.fixture
def en_panne(banc: Banc) -> Callable[[str, WSGIApplication], None]:
    application = banc.serveur.get_app()
    assert application is not None
    return lambda point, par: banc.serveur.set_app(EnPanne(application, point, par))


def dit_en_francais(levee: pytest.ExceptionInfo[Any]) -> None:
    assert levee.value.status == 503
    assert levee.value.message.startswith("Le fournisseur d’identité ne répond pas")
    assert "pages publiques" in levee.value.message


@pytest.mark.parametrize("panne", MAUVAIS)
@pytest.mark.parametrize("point", POINTS)
def test_oidc_14_an_outage_of_each_endpoint(
    banc: Banc, en_panne: Callable[..., None], point: str, panne: str, caplog: pytest.LogCaptureFixture
) -> None:
    en_panne(point, MAUVAIS[panne])
    with pytest.raises(FournisseurIndisponible) as levee:
        banc.connecter()
    dit_en_francais(levee)
    en_panne("jamais", MAUVAIS["500"])
    assert banc.connecter().sub, "la panne finie, rien n’en reste"


@pytest.mark.parametrize("corps", ILLISIBLES)
@pytest.mark.parametrize("point", POINTS[:3])
def test_oidc_14_unreadable_json(banc: Banc, en_panne: Callable[..., None], point: str, corps: str) -> None:
    en_panne(point, repond("200 OK", ILLISIBLES[corps]))
    with pytest.raises(FournisseurIndisponible) as levee:
        banc.connecter()
    dit_en_francais(levee)


@pytest.mark.parametrize("point", POINTS[:1] + POINTS[2:])
def test_oidc_14_an_endpoint_that_no_longer_exists(banc: Banc, en_panne: Callable[..., None], point: str) -> None:
    en_panne(point, repond("404 Not Found", b"{}"))
    with pytest.raises(FournisseurIndisponible):
        banc.connecter()


@pytest.mark.parametrize(
    "cles", [b"{}", b'{"keys": {}}', b'{"keys": []}', b'{"keys": [null, 7, {"kty": "oct", "k": "AA", "kid": "a"}]}']
)
def test_oidc_14_without_a_readable_key(banc: Banc, en_panne: Callable[..., None], cles: bytes) -> None:
    en_panne("/jwks", repond("200 OK", cles))
    with pytest.raises(FournisseurIndisponible):
        banc.connecter()


def test_an_unreadable_key_does_not_hide_the_others(banc: Banc) -> None:
    justes = banc.emetteur().jwks()["keys"]
    etranges: list[Any] = [
        None, {"kty": "EC", "crv": "P-999", "x": "AA", "y": "AA", "kid": "a"}, {"kty": "RSA", "n": "!", "kid": "b"},
        {"kty": "AKP", "kid": "c"}, {"kty": "EC", "kid": "d"}, {"kty": "oct", "k": "AAAA", "kid": justes[0]["kid"]},
        {**justes[0], "kid": "chiffrement", "use": "enc"}, {n: v for n, v in justes[0].items() if n != "kid"},
    ]  # fmt: skip
    gardees = metadonnees._lire_cles({"keys": [*etranges, *justes]})
    assert [cle.kid for cle in gardees] == [justes[0]["kid"]]


class Lente:
    """Answers nothing, or one byte at a time, until released."""

    def __init__(self, goutte: bytes = b"") -> None:
        self.goutte, self.fini = goutte, threading.Event()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if not self.goutte:
            self.fini.wait(30)
        start_response("200 OK", [("Content-Type", "application/json")])
        return self._gouttes()

    def _gouttes(self) -> Iterator[bytes]:
        while self.goutte and not self.fini.wait(0.02):
            yield self.goutte


@pytest.fixture(params=[b"", b" "], ids=["muet", "goutte-à-goutte"])
def lente(request: pytest.FixtureRequest) -> Iterator[Lente]:
    application = Lente(request.param)
    yield application
    application.fini.set()


@pytest.mark.parametrize("point", POINTS)
def test_oidc_14_a_slow_provider_gives_way_at_the_deadline(
    banc: Banc, en_panne: Callable[..., None], point: str, lente: Lente, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert reseau.Echeance().reste() <= reseau.DELAI <= 5
    monkeypatch.setattr(protocole, "Echeance", lambda: reseau.Echeance(0.3))
    en_panne(point, lente)
    with pytest.raises(FournisseurIndisponible) as levee:
        banc.connecter()
    assert levee.value.cause == "delai"  # type: ignore[attr-defined]


def test_oidc_14_the_deadline_is_that_of_the_whole_sign_in(banc: Banc, monkeypatch: pytest.MonkeyPatch) -> None:
    depart, retour = banc.aller()
    monkeypatch.setattr(protocole, "Echeance", lambda: reseau.Echeance(0))
    with pytest.raises(FournisseurIndisponible):
        banc.terminer(depart, retour)


def test_oidc_14_nobody_listens(banc: Banc) -> None:
    with socket.socket() as prise:
        prise.bind(("127.0.0.1", 0))
        port = prise.getsockname()[1]
    absent = replace(banc.fournisseurs["proconnect"], issuer=f"http://127.0.0.1:{port}/proconnect")
    with pytest.raises(FournisseurIndisponible) as levee:
        protocole.commencer(absent, banc.redirect_uri())
    dit_en_francais(levee)


def test_oidc_19_a_provider_down_at_sign_out_is_told(banc: Banc, en_panne: Callable[..., None]) -> None:
    """The caller has ended the local session before; known addresses are not even asked again."""
    fournisseur = banc.fournisseurs["proconnect"]
    banc.connecter()
    en_panne("", MAUVAIS["500"])
    assert protocole.deconnexion(fournisseur, "x", "y", "/")
    metadonnees.oublier()
    with pytest.raises(FournisseurIndisponible):
        protocole.deconnexion(fournisseur, "x", "y", "/")


def test_oidc_20_half_of_the_threads_at_most_wait_for_a_provider(
    banc: Banc, en_panne: Callable[..., None], settings: Any
) -> None:
    settings.FCE_BASE_CONNEXIONS = 4
    application = Lente()
    en_panne("/.well-known/openid-configuration", application)
    causes: list[str] = []

    def partir() -> None:
        try:
            banc.partir()
        except erreurs.Indisponible as erreur:
            causes.append(erreur.cause)

    fils = [threading.Thread(target=partir) for _ in range(6)]
    for fil in fils:
        fil.start()
    try:
        echeance = time.monotonic() + 10
        while len(causes) < 4 and time.monotonic() < echeance:
            time.sleep(0.01)
        assert causes == ["cloison"] * 4, "les quatre de trop n’attendent pas"
    finally:
        application.fini.set()
        for fil in fils:
            fil.join()
    assert sorted(causes) == ["cloison"] * 4 + ["json"] * 2
    en_panne("jamais", MAUVAIS["500"])
    assert banc.connecter().sub, "la cloison se rouvre"


def test_oidc_20_a_sign_in_leaves_nothing_in_the_memory_of_the_process(banc: Banc) -> None:
    for _ in range(5):
        banc.connecter()
    assert len(metadonnees._decouvertes) == len(metadonnees._cles) == 1
    assert reseau._cloison._en_cours == 0


def test_what_a_provider_sets_does_not_follow_the_next_reader(banc: Banc, en_panne: Callable[..., None]) -> None:
    """One client for all: a cookie set at someone's sign-in would be sent at the next one's."""
    vus: list[str] = []

    def posant(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        vus.append(environ.get("HTTP_COOKIE", ""))
        return repond("503 Service Unavailable", Set_Cookie="qui=le-premier; Path=/")(environ, start_response)

    en_panne("/.well-known/openid-configuration", posant)
    for _ in range(2):
        with pytest.raises(FournisseurIndisponible):
            banc.partir()
    assert vus == ["", ""]
