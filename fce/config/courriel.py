"""The mail server as one URL: ``smtp://compte:motdepasse@hote:587`` (STARTTLS), ``smtps://…:465``."""

from typing import Any
from urllib.parse import unquote, urlsplit

from fce.socle.erreurs import ConfigurationInvalide

_PORTS = {"smtp": 587, "smtps": 465, "smtp+clair": 25}
_BOITE = "fce.demo.courriels.Boite"
_RIEN = "django.core.mail.backends.dummy.EmailBackend"
_SMTP = "django.core.mail.backends.smtp.EmailBackend"


def reglages(adresse: str, *, demonstration: bool) -> dict[str, Any]:
    """Return Django's mail settings. Without an address, and in the demonstration, no mail leaves.

    ``smtp+clair`` is for a relay on the same machine. Raises ConfigurationInvalide without quoting the address, which
    often holds a password.
    """
    if demonstration:
        return {"EMAIL_BACKEND": _BOITE}
    if not adresse:
        return {"EMAIL_BACKEND": _RIEN}
    try:
        serveur = urlsplit(adresse)
        port = serveur.port or _PORTS.get(serveur.scheme, 0)
    except ValueError:
        port = 0
    if not port or not serveur.hostname or serveur.scheme not in _PORTS:
        raise ConfigurationInvalide(
            "FCE_COURRIEL n’est pas l’adresse d’un serveur de courriel : smtp://compte:motdepasse@hote:587, "
            "smtps://… ou smtp+clair://localhost."
        )
    return {
        "EMAIL_BACKEND": _SMTP,
        "EMAIL_HOST": serveur.hostname,
        "EMAIL_PORT": port,
        "EMAIL_HOST_USER": unquote(serveur.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(serveur.password or ""),
        "EMAIL_USE_TLS": serveur.scheme == "smtp",
        "EMAIL_USE_SSL": serveur.scheme == "smtps",
        "EMAIL_TIMEOUT": 20,
    }
