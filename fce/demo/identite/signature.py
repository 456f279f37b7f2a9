"""Signing keys of an issuer: ES256, created at start, published as JWKS, replaceable."""

from __future__ import annotations

import threading
from typing import Any, Final

from joserfc import jwt
from joserfc.jwk import ECKey, KeySet

ALGORITHME: Final = "ES256"


class Signature:
    def __init__(self) -> None:
        self._verrou = threading.Lock()
        self._cles = [_nouvelle()]

    @property
    def cle(self) -> ECKey:
        return self._cles[-1]

    def tourner(self, *, garder: bool = True) -> None:
        """Sign with a new key; the former ones remain published unless ``garder`` is false."""
        with self._verrou:
            self._cles = [*(self._cles if garder else ()), _nouvelle()]

    def jwks(self) -> dict[str, Any]:
        """Return the published public keys (RFC 7517)."""
        return dict(KeySet([*self._cles]).as_dict(private=False))

    def signer(self, revendications: dict[str, Any]) -> str:
        cle = self.cle
        return jwt.encode({"alg": ALGORITHME, "kid": cle.kid}, revendications, cle, algorithms=[ALGORITHME])


def _nouvelle() -> ECKey:
    return ECKey.generate_key("P-256", {"use": "sig", "alg": ALGORITHME}, auto_kid=True)
