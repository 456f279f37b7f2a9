"""A token is accepted for what ProConnect says of it, for thirty seconds at most; a confused one opens nothing."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
from django.http import HttpResponse
from joserfc import jwe, jws
from joserfc.jwk import ECKey, KeySet, RSAKey

from fce.droits.comptes import services
from fce.droits.comptes.models import Compte
from fce.droits.comptes.oidc import introspection, metadonnees
from fce.exploitation import diagnostic
from tests.api.assistant.conftest import CLIENT, OUVERT, ProConnect, envoyer
from tests.droits.comptes import fabrique as c

pytestmark = pytest.mark.django_db
SIGNATURE = ECKey.generate_key("P-256", {"kid": "1", "use": "sig", "alg": "ES256"})


def demander() -> HttpResponse:
    return envoyer("tools/list", {})


def test_a_good_token_of_an_agent_passes(proconnect: ProConnect) -> None:
    proconnect.porter(c.compte())
    assert demander().status_code == 200


CONFUS: dict[str, dict[str, Any]] = {
    "inactif": {"active": False},
    "actif en texte": {"active": "true"},
    "sans état": {"active": None},
    "autre client": {"client_id": "autre-assistant", "aud": "autre-assistant"},
    "sans client": {"client_id": None},
    "client en liste": {"client_id": [CLIENT]},
    "autre audience": {"aud": "autre-service"},
    "audiences d’autres": {"aud": ["autre-service", "encore-un"]},
    "audience vide": {"aud": []},
    "expiré": {"exp": time.time() - 1},
    "sans expiration": {"exp": None},
    "expiration en texte": {"exp": "9999999999"},
    "expiration vraie": {"exp": True},
    "expiration sans fin": {"exp": 10**15},
    "sans portée": {"scope": None},
    "autre portée": {"scope": "openid fce-autre"},
    "portée en liste": {"scope": ["fce"]},
    "autre émetteur": {"iss": "https://mal.example"},
    "sans personne": {"sub": None},
    "personne inconnue": {"sub": "nul-ne-le-connait"},
}


@pytest.mark.parametrize("differences", CONFUS.values(), ids=CONFUS)
def test_a_confused_token_is_refused(proconnect: ProConnect, differences: dict[str, Any]) -> None:
    proconnect.porter(c.compte(), **differences)
    nombre = Compte.objects.count()
    recu = demander()
    assert (recu.status_code, recu["WWW-Authenticate"][:6]) == (401, "Bearer")
    assert Compte.objects.count() == nombre


@pytest.mark.parametrize(
    "entete", ["Basic abc", "Bearer", "Bearer ", "Bearer a b", f"Bearer {'x' * 5000}", "Bearer é", "fceapi_x"]
)
def test_another_form_of_the_header_asks_nothing_of_proconnect(proconnect: ProConnect, entete: str) -> None:
    assert envoyer("tools/list", {}, jeton="", Authorization=entete).status_code == 401
    assert not proconnect.demandes


@pytest.mark.parametrize("corps", [b"", b"[]", b"{", b'"x"'])
def test_an_answer_that_is_none_is_not_a_yes(proconnect: ProConnect, corps: bytes) -> None:
    proconnect.dit = corps
    assert demander().status_code in (401, 503)


def test_a_private_person_and_a_disabled_account_are_refused(proconnect: ProConnect) -> None:
    proconnect.porter(c.particulier(), iss=c.PROCONNECT)
    assert demander().status_code == 401
    agent = c.compte()
    proconnect.porter(agent)
    assert demander().status_code == 200
    services.desactiver(agent, "operateur", "départ")
    assert demander().status_code == 401


def test_an_answer_is_kept_thirty_seconds_and_no_longer_than_the_token(
    proconnect: ProConnect, monkeypatch: pytest.MonkeyPatch
) -> None:
    proconnect.porter(c.compte())
    monkeypatch.setattr(metadonnees, "horloge", lambda: instants[0])
    instants = [1000.0]
    for _ in range(3):
        demander()
    assert proconnect.demandes == 1
    instants[0] += 31
    demander()
    assert proconnect.demandes == 2
    assert all(len(cle) == 64 for cle in introspection._gardes)
    proconnect.dit = {"active": False}
    instants[0] += 31
    assert demander().status_code == 401


@pytest.mark.parametrize("chiffre", [False, True])
def test_a_signed_answer_counts_for_us_alone(
    proconnect: ProConnect, monkeypatch: pytest.MonkeyPatch, settings: Any, chiffre: bool
) -> None:
    cle = RSAKey.generate_key(2048)
    settings.FCE_MCP = OUVERT._replace(cle=cle.as_pem(private=True).decode() if chiffre else "")
    monkeypatch.setattr(metadonnees, "cles", lambda *_: KeySet([SIGNATURE]))
    monkeypatch.setattr(metadonnees, "cles_relues", lambda *_: None)
    proconnect.porter(c.compte())
    dit, proconnect.type = proconnect.dit, "application/token-introspection+jwt"

    def signer(**differences: Any) -> int:
        entete = {"alg": "ES256", "kid": "1", "typ": "token-introspection+jwt"}
        dite = {"iss": c.PROCONNECT, "aud": "nous", "iat": int(time.time()), "token_introspection": dit} | differences
        ecrit = jws.serialize_compact(entete, json.dumps(dite).encode(), SIGNATURE)
        if chiffre:
            ecrit = jwe.encrypt_compact(
                {"alg": "RSA-OAEP-256", "enc": "A256GCM"}, ecrit.encode(), cle, ["RSA-OAEP-256", "A256GCM"]
            )
        proconnect.dit = ecrit.encode()
        introspection._gardes.clear()
        return demander().status_code

    assert signer() == 200
    assert signer(aud="un-autre-service") == 401
    assert signer(iss="https://mal.example") == 401
    assert signer(token_introspection=None) == 401
    proconnect.dit = b"a.b.c"
    introspection._gardes.clear()
    assert demander().status_code == 401
    if chiffre:
        # An answer in clear would let who stands between choose what it says.
        proconnect.porter(c.compte())
        proconnect.type = "application/json"
        assert demander().status_code == 401


def test_fce_check_says_what_agents_still_need(ouvert: None, settings: Any) -> None:
    assert diagnostic._assistants().bon
    settings.FCE_MCP = OUVERT._replace(clients={}, secret="")
    constat = diagnostic._assistants()
    assert not constat.bon
    assert "FCE_MCP_CLIENTS, FCE_MCP_SECRET" in constat.phrase


def test_without_the_decision_of_the_dpo_no_agent_is_known(proconnect: ProConnect, settings: Any) -> None:
    settings.FCE_MCP = OUVERT._replace(clients={CLIENT: " "})
    proconnect.porter(c.compte())
    assert demander().status_code == 401
