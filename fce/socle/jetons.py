"""Secrets given once and kept as a digest: 256 random bits need neither salt nor slow hash."""

import hashlib
import secrets
from typing import Final

CARACTERES: Final = 43  # 256 bits in base64


def nouveau(marque: str = "") -> str:
    """A secret. ``marque``: a prefix that programs that look for leaked secrets recognise."""
    return marque + secrets.token_urlsafe(32)


def empreinte(secret: str) -> str:
    """What is kept of a secret: its SHA-256, in hexadecimal."""
    return hashlib.sha256(secret.encode("utf-8", "surrogateescape")).hexdigest()
