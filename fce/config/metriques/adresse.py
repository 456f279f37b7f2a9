"""The address of the metrics: ``FCE_METRIQUES``, an IP address and a port."""

import ipaddress

from fce.socle.erreurs import ConfigurationInvalide


def lire(adresse: str) -> tuple[str, int]:
    """Return (host, port) of « 127.0.0.1:9101 » or « [::1]:9101 ». Raises ConfigurationInvalide."""
    hote, _, port = adresse.rpartition(":")
    try:
        ip = ipaddress.ip_address(hote.removeprefix("[").removesuffix("]"))
        if 0 < int(port) < 65_536 and port.isascii():
            return str(ip), int(port)
    except ValueError:
        pass
    raise ConfigurationInvalide("FCE_METRIQUES est une adresse IP et un port, comme « 127.0.0.1:9101 ».")


def verifier(adresse: str, *, production: bool) -> None:
    """Raise ConfigurationInvalide for an address that is none or, in production, that others than this machine and
    its private network may reach."""
    if not adresse:
        return
    ip = ipaddress.ip_address(lire(adresse)[0])
    if production and (ip.is_unspecified or not (ip.is_loopback or ip.is_private)):
        raise ConfigurationInvalide(
            "FCE_METRIQUES doit écouter sur cette machine (127.0.0.1) ou sur une adresse privée, jamais sur toutes ni "
            "sur une adresse publique : les mesures ne se montrent qu’à qui exploite le service."
        )
