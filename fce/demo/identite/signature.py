"""Keys of an issuer, made when it starts: ES256, published as a JWKS, replaced on demand."""

from __future__ import annotations

import threading
from typing import Any, Final

from joserfc import jwt
from joserfc.jwk import ECKey, KeySet

ALGORITHME: Final = "ES256"


class Signature:
    """The key that signs, and those that are published."""

    def __init__(self) -> None:
        self._verrou = threading.Lock()
        self._cles = [_nouvelle()]

    @property
    def cle(self) -> ECKey:
        """The key that signs now."""
        return self._cles[-1]

    def tourner(self, *, garder: bool = True) -> None:
        """Sign with a new key from now on; the former ones stay published unless ``garder`` is false."""
        with self._verrou:
            self._cles = [*(self._cles if garder else ()), _nouvelle()]

    def jwks(self) -> dict[str, Any]:
        """Public keys, past and present, in the form of RFC 7517."""
        return dict(KeySet([*self._cles]).as_dict(private=False))

    def signer(self, revendications: dict[str, Any]) -> str:
        """A signed token of these claims."""
        cle = self.cle
        return jwt.encode({"alg": ALGORITHME, "kid": cle.kid}, revendications, cle, algorithms=[ALGORITHME])


def _nouvelle() -> ECKey:
    return ECKey.generate_key("P-256", {"use": "sig", "alg": ALGORITHME}, auto_kid=True)
