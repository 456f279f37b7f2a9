"""OIDC-05: keys turn at any time, and the provider is asked for them again once a minute at most."""

from __future__ import annotations

from collections.abc import Iterable
from wsgiref.types import StartResponse, WSGIEnvironment

import pytest
from joserfc.jwk import ECKey

from fce.droits.comptes.oidc import erreurs, metadonnees
from tests.droits.comptes.oidc.hostile import Banc, EnPanne, signe


class Horloge:
    def __init__(self) -> None:
        self.instant = 1000.0

    def __call__(self) -> float:
        return self.instant


@pytest.fixture
def horloge(monkeypatch: pytest.MonkeyPatch) -> Horloge:
    horloge = Horloge()
    monkeypatch.setattr(metadonnees, "horloge", horloge)
    return horloge


@pytest.fixture
def lectures(banc: Banc) -> list[str]:
    """Addresses asked of the server."""
    application, vues = banc.serveur.get_app(), []
    assert application is not None

    def noter(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        vues.append(environ["PATH_INFO"].rpartition("/")[2])
        return application(environ, start_response)

    banc.serveur.set_app(EnPanne(noter, "", noter))
    return vues


def test_oidc_05_a_new_key_is_read_without_anyone_noticing(banc: Banc, horloge: Horloge, lectures: list[str]) -> None:
    banc.connecter()
    banc.emetteur().signature.tourner(garder=False)
    assert banc.connecter().sub
    assert lectures.count("jwks") == 2


def test_oidc_05_a_withdrawn_key_signs_no_more(banc: Banc, horloge: Horloge) -> None:
    ancienne = banc.emetteur().signature.cle
    banc.connecter()
    banc.emetteur().signature.tourner(garder=False)
    banc.connecter()
    banc.emetteur().sceau = lambda e, dites: signe({"alg": "ES256", "kid": ancienne.kid}, dites, ancienne)
    with pytest.raises(erreurs.CleInconnue):
        banc.connecter()


def test_oidc_05_a_key_replaced_under_the_same_name(banc: Banc, horloge: Horloge) -> None:
    banc.connecter()
    signature = banc.emetteur().signature
    nom = str(signature.cle.kid)
    signature._cles = [ECKey.generate_key("P-256", {"use": "sig", "alg": "ES256", "kid": nom})]
    assert banc.connecter().sub


def test_oidc_05_a_hundred_false_tokens_reread_the_keys_once_a_minute(
    banc: Banc, horloge: Horloge, lectures: list[str]
) -> None:
    banc.connecter()
    banc.emetteur().sceau = lambda e, dites: signe({"alg": "ES256", "kid": "inconnue"}, dites, e.signature.cle)
    for _ in range(10):
        with pytest.raises(erreurs.CleInconnue):
            banc.connecter()
        horloge.instant += 5.9
    assert lectures.count("jwks") == 2
    horloge.instant += 1.1
    with pytest.raises(erreurs.CleInconnue):
        banc.connecter()
    assert lectures.count("jwks") == 3


def test_discovery_and_keys_are_kept_one_hour(banc: Banc, horloge: Horloge, lectures: list[str]) -> None:
    for attente, attendues in ((0, 1), (3599, 1), (1, 2), (3599, 2)):
        horloge.instant += attente
        banc.connecter()
        assert lectures.count("openid-configuration") == lectures.count("jwks") == attendues


def test_a_failed_reading_does_not_replace_the_keys_in_hand(banc: Banc, horloge: Horloge) -> None:
    from fce.socle.erreurs import FournisseurIndisponible
    from tests.droits.comptes.oidc.hostile import repond

    banc.connecter()
    honnete = banc.serveur.get_app()
    assert honnete is not None
    banc.serveur.set_app(EnPanne(honnete, "/jwks", repond("500 Internal Server Error")))
    banc.emetteur().sceau = lambda e, dites: signe({"alg": "ES256", "kid": "inconnue"}, dites, e.signature.cle)
    with pytest.raises(FournisseurIndisponible):
        banc.connecter()
    banc.emetteur().honnete()
    assert banc.connecter().sub
