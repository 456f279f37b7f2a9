"""The current key of the service (``FCE_SECRET_KEY``), and those being retired (``FCE_SECRET_KEY_ANCIENNES``).

What the current key makes, a retired one still reads: changing the key signs nobody out and breaks no link.
"""

from __future__ import annotations

from django.conf import settings


def toutes() -> list[str]:
    """Current key first."""
    return [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]


def la_plus_ancienne() -> str:
    """The key of what must not change while the retired key is listed: pseudonyms, addresses that stop mails."""
    return toutes()[-1]
