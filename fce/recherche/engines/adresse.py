"""Address of the OpenSearch cluster (``FCE_SEARCH_URL``). Its password is never quoted.

``opensearch+https://compte:secret@noeud1:9200,noeud2:9200/prefixe``: nodes are tried in turn; the prefix (default
``fce``) begins all the index names, so that several installations can share a cluster.
"""

import ipaddress
import re
from dataclasses import dataclass, field
from urllib.parse import unquote

from fce.socle.erreurs import ConfigurationInvalide

PREFIXE = "fce"
PORT = 9200
_FORME = re.compile(
    r"opensearch\+(?P<schema>https?)://(?:(?P<compte>[^:@/\s]+):(?P<secret>[^@/\s]+)@)?(?P<hotes>[^@/?#\s]+)"
    r"(?:/(?P<prefixe>[a-z][a-z0-9-]{0,40})?)?"
)
_HOTE = re.compile(r"(?P<nom>[A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(?::(?P<port>[0-9]{1,5}))?")


@dataclass(frozen=True, slots=True)
class AdresseDeGrappe:
    """Parsed address. Printable: leaves the password out."""

    hotes: tuple[tuple[str, int], ...]
    tls: bool = True
    compte: str = ""
    secret: str = field(default="", repr=False)
    prefixe: str = PREFIXE


def lire_adresse(texte: str) -> AdresseDeGrappe:
    """Parse the setting. Raises ConfigurationInvalide, without quoting it."""
    if not texte.startswith(("opensearch+https://", "opensearch+http://")):
        raise ConfigurationInvalide(
            "FCE_SEARCH_URL commence par « opensearch+https:// » (ou « opensearch+http:// » sur la machine même) ; "
            "laissez-le vide pour l’index de cette machine."
        )
    forme = _FORME.fullmatch(texte)
    hotes = [_HOTE.fullmatch(hote) for hote in forme["hotes"].split(",")] if forme else [None]
    if forme is None or not all(hote and 0 < int(hote["port"] or PORT) < 65_536 for hote in hotes):
        raise ConfigurationInvalide(
            "FCE_SEARCH_URL s’écrit « opensearch+https://compte:secret@hote:9200/prefixe » : plusieurs hôtes se "
            "séparent par des virgules, le secret est encodé comme dans une adresse, le préfixe est en minuscules."
        )
    trouves = tuple((hote["nom"].strip("[]"), int(hote["port"] or PORT)) for hote in hotes if hote)
    tls = forme["schema"] == "https"
    if not tls and not all(_boucle_locale(nom) for nom, _ in trouves):
        raise ConfigurationInvalide(
            "FCE_SEARCH_URL : sans chiffrement (« opensearch+http:// »), seule la machine même (127.0.0.1, ::1, "
            "localhost) est permise ; ailleurs, « opensearch+https:// »."
        )
    return AdresseDeGrappe(
        hotes=trouves,
        tls=tls,
        compte=unquote(forme["compte"] or ""),
        secret=unquote(forme["secret"] or ""),
        prefixe=forme["prefixe"] or PREFIXE,
    )


def _boucle_locale(hote: str) -> bool:
    try:
        return ipaddress.ip_address(hote).is_loopback
    except ValueError:
        return hote.lower() == "localhost"
