"""Secrets shown once and stored as a digest: 256 random bits need neither salt nor slow hash."""

import hashlib
import secrets
from typing import Final

CARACTERES: Final = 43  # 256 bits in base64


def nouveau(marque: str = "") -> str:
    """Return a new secret. ``marque``: prefix that leaked-secret scanners recognise."""
    return marque + secrets.token_urlsafe(32)


def empreinte(secret: str) -> str:
    """Return the SHA-256 of a secret in hexadecimal, the only form stored."""
    return hashlib.sha256(secret.encode("utf-8", "surrogateescape")).hexdigest()
