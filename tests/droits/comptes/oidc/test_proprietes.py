"""Whatever is received, a token is either the one that was signed or refused: no other error, no other reading."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, strategies as st
from joserfc.jwk import KeySet

from fce.demo.identite.signature import Signature
from fce.droits.comptes.oidc import jetons
from fce.droits.comptes.oidc.erreurs import MethodesInvalides
from fce.droits.comptes.oidc.fournisseurs import Fournisseur
from fce.socle.erreurs import ConnexionRefusee
from tests.droits.comptes.oidc.hostile import b64

SIGNATURE = Signature()
CLES = KeySet([SIGNATURE.cle])
DITES = {"sub": "abc", "exp": 1}
JUSTE = SIGNATURE.signer(DITES)
FOURNISSEUR = Fournisseur(
    "x", "X", "https://idp.example", "nous", "secret", ("ES256",), ("openid",), ("eidas1",), "exigee", False
)
MAINTENANT = datetime(2026, 11, 25, 12, tzinfo=UTC)
BON = {
    "iss": "https://idp.example", "aud": "nous", "sub": "abc", "exp": MAINTENANT.timestamp() + 60,
    "iat": MAINTENANT.timestamp(), "nonce": "n" * 64, "acr": "eidas1", "amr": ["pwd"],
}  # fmt: skip
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda x: st.lists(x, max_size=3) | st.dictionaries(st.text(max_size=6), x, max_size=3),
    max_leaves=6,
)
NOMS = st.sampled_from(["iss", "aud", "azp", "sub", "exp", "iat", "nbf", "nonce", "acr", "amr", "at_hash"])
ENTETES = st.dictionaries(
    st.sampled_from(["alg", "kid", "typ", "crit", "jwk", "jku", "b64", "x5c", "cty"]),
    JSON | st.sampled_from(["ES256", "RS256", "none", "JWT", SIGNATURE.cle.kid]),
    max_size=5,
)


def revendications(jeton: str) -> dict[str, Any]:
    return jetons.lire_signe(jeton, CLES, ("ES256", "RS256"))


def verifier(dites: dict[str, Any]) -> None:
    jetons.verifier_id_token(dites, FOURNISSEUR, nonce="n" * 64, acces="acces", maintenant=MAINTENANT)


def test_the_signed_token_is_read() -> None:
    assert revendications(JUSTE) == DITES
    verifier(BON)


def test_amr_is_read_before_the_identity_is_asked_for() -> None:
    with pytest.raises(MethodesInvalides):
        verifier({**BON, "amr": "mfa"})


@given(st.text(max_size=60) | st.lists(st.text(alphabet="aZ09-_=+/é", max_size=30), max_size=5).map(".".join))
def test_any_text_at_all_is_refused(texte: str) -> None:
    with pytest.raises(ConnexionRefusee):
        revendications(texte)


@given(st.integers(0, len(JUSTE) - 1), st.sampled_from("ABCXYZabcxyz0189-_."))
def test_a_changed_character_never_changes_what_is_read(rang: int, caractere: str) -> None:
    change = JUSTE[:rang] + caractere + JUSTE[rang + 1 :]
    if change == JUSTE:
        return
    with pytest.raises(ConnexionRefusee):
        revendications(change)


@given(ENTETES)
def test_no_random_header_ever_has_a_signature_of_its_own(entete: dict[str, Any]) -> None:
    _, charge, signature = JUSTE.split(".")
    with pytest.raises(ConnexionRefusee):
        revendications(f"{b64(json.dumps(entete))}.{charge}.{signature}")


@given(st.dictionaries(NOMS, JSON, min_size=1, max_size=4))
def test_random_claims_are_read_or_refused(changees: dict[str, Any]) -> None:
    dites = {**BON, **changees}
    try:
        verifier(dites)
    except ConnexionRefusee:
        return
    assert dites["iss"] == BON["iss"]
    assert "nous" in dites["aud"]
    assert dites["nonce"] == BON["nonce"]
    assert dites["exp"] > MAINTENANT.timestamp()
    assert dites["acr"] == "eidas1"


@given(st.sampled_from(sorted(BON)))
def test_each_claim_counts_except_amr(nom: str) -> None:
    dites = {n: v for n, v in BON.items() if n != nom}
    if nom == "amr":
        verifier(dites)
        return
    with pytest.raises(ConnexionRefusee):
        verifier(dites)
