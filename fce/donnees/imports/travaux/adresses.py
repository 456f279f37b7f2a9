"""Addresses of the files of a source, and the check that a download only reaches the public Internet or the mirror."""

import datetime
import ipaddress
import socket
import urllib.request

from django.conf import settings

from fce.donnees.imports.models import VersionEnPlace
from fce.socle.erreurs import ParametreInvalide, SourceIndisponible
from fce.socle.texte import paris
from fce.socle.web import http
from fce.sources.declaration import Source

DATAGOUV = "https://www.data.gouv.fr/api/1/datasets/r/{}"
"""Stable address of a data.gouv.fr resource, which redirects to the current file."""
_RECUL = datetime.timedelta(days=3)
PREMIER_RECUL = datetime.timedelta(days=30)


def adresses(source: Source) -> list[str]:
    """Addresses of the files of ``source``, through the mirror if set. Raises ParametreInvalide when there is none."""
    if source.acces.classe != "C0":
        raise ParametreInvalide(f"{source.nom} n'est pas une donnée ouverte : son producteur la dépose.")
    declarees = list(source.adresses) or ([DATAGOUV.format(source.ressource)] if source.ressource else [])
    if not declarees:
        raise ParametreInvalide(
            f"L'adresse du fichier de {source.nom} est inconnue{source.sans_adresse and f' ({source.sans_adresse})'} : "
            f"obtenez-le depuis {source.origine or source.producteur.site or 'le site du producteur'}, puis "
            f"« fce import {source.nom} FICHIER »."
        )
    mois = paris.aujourd_hui().replace(day=1).strftime("%Y%m%d")
    return [par_le_miroir(a.replace("{depuis}", _depuis(source)).replace("{mois}", mois)) for a in declarees]


def _depuis(source: Source) -> str:
    """First day to request from a producer that publishes changes only: some days before the version in place."""
    version = VersionEnPlace.objects.select_related("en_place").filter(source=source.nom).first()
    if version and version.en_place.date_metier:
        return (version.en_place.date_metier - _RECUL).isoformat()
    return (paris.aujourd_hui() - PREMIER_RECUL).isoformat()


def par_le_miroir(adresse: str) -> str:
    miroir: str = settings.FCE_MIROIR
    return f"{miroir.rstrip('/')}/{adresse.split('://', 1)[1]}" if miroir else adresse


def du_miroir(adresse: http.URL) -> bool:
    """Whether the address is on the mirror. The operator chose it, so it may be internal and without TLS."""
    if not settings.FCE_MIROIR:
        return False
    miroir = http.URL(settings.FCE_MIROIR)
    return (adresse.scheme, adresse.host, adresse.port) == (miroir.scheme, miroir.host, miroir.port)


def par_un_mandataire(hote: str) -> bool:
    """A proxy resolves the name itself."""
    return "https" in urllib.request.getproxies() and not urllib.request.proxy_bypass(hote)


def publiques(adresse: http.URL) -> list[str]:
    """IP addresses of the host, all public. Raises SourceIndisponible otherwise.

    The caller connects to one of these IP addresses, so that DNS cannot point elsewhere a moment later (SSRF).
    """
    if adresse.scheme != "https":
        raise SourceIndisponible(f"« {_sans_requete(adresse)} » n'est pas une adresse https : refusée.")
    try:
        trouvees = socket.getaddrinfo(adresse.host, adresse.port or 443, type=socket.SOCK_STREAM)
    except OSError as erreur:
        raise SourceIndisponible(f"Le nom « {adresse.host} » ne se résout pas : vérifiez le réseau.") from erreur
    numeros = list(dict.fromkeys(str(trouvee[4][0]).split("%")[0] for trouvee in trouvees))
    if not numeros or not all(_publique(numero) for numero in numeros):
        raise SourceIndisponible(f"« {adresse.host} » est une adresse du réseau interne : refusée.")
    # IPv4 first: many servers have no IPv6 route.
    return sorted(numeros, key=lambda numero: ":" in numero)


def _publique(numero: str) -> bool:
    ip = ipaddress.ip_address(numero)
    cachee = getattr(ip, "ipv4_mapped", None) or getattr(ip, "sixtofour", None)
    return ip.is_global and not ip.is_multicast and (cachee is None or cachee.is_global)


def _sans_requete(adresse: http.URL) -> str:
    return str(adresse.copy_with(query=None, userinfo=b""))
