"""Digest fields of HTTP (RFC 9530): what a sender announces of the bytes it sends. Pure."""

import base64
import binascii
import hashlib
import re
from typing import Any

from fce.socle.erreurs import ParametreInvalide

from .erreurs import EmpreinteDifferente

# The two algorithms that the RFC does not call insecure.
ALGORITHMES = {"sha-256": hashlib.sha256, "sha-512": hashlib.sha512}
_MEMBRE = re.compile(r"\s*([a-z*][a-z0-9_.*-]*)=:([A-Za-z0-9+/=]*):(?:;[^,]*)?\s*")


def annoncees(champs: dict[str, str | None]) -> dict[str, bytes]:
    """Digests by algorithm from the fields ``Content-Digest`` and ``Repr-Digest`` (equal here: no content coding).

    Unknown algorithms are left out, but one at least must be known: a sender that asks for a check gets it. Raises
    ParametreInvalide for a field that cannot be read, EmpreinteDifferente when two fields disagree.
    """
    trouvees: dict[str, bytes] = {}
    for nom, valeur in champs.items():
        if valeur is None:
            continue
        lues = _lire(nom, valeur)
        for algorithme, somme in lues.items():
            if trouvees.setdefault(algorithme, somme) != somme:
                raise EmpreinteDifferente("Content-Digest et Repr-Digest annoncent des empreintes différentes.")
    return trouvees


def _lire(nom: str, valeur: str) -> dict[str, bytes]:
    membres = [_MEMBRE.fullmatch(membre) for membre in valeur[:2000].split(",")]
    lues = {}
    for membre in membres:
        if membre is None:
            raise _illisible(nom)
        if membre[1] in ALGORITHMES:
            try:
                lues[membre[1]] = base64.b64decode(membre[2], validate=True)
            except binascii.Error:
                raise _illisible(nom) from None
    if not lues:
        raise _illisible(nom)
    return lues


def _illisible(nom: str) -> ParametreInvalide:
    return ParametreInvalide(f"En-tête {nom} illisible : il s’écrit « sha-256=:empreinte en base 64: » (RFC 9530).")


class Sommes:
    """SHA-256 of a flow, and the other digests announced for it."""

    def __init__(self, annoncees: dict[str, bytes]) -> None:
        self._annoncees = annoncees
        self._calculs: dict[str, Any] = {nom: ALGORITHMES[nom]() for nom in {"sha-256", *annoncees}}

    def ajouter(self, bloc: bytes) -> None:
        """Take the next bytes of the file into every checksum."""
        for calcul in self._calculs.values():
            calcul.update(bloc)

    def verifier(self) -> str:
        """SHA-256 in hexadecimal; raises EmpreinteDifferente when a digest is not the one announced."""
        for nom, attendue in self._annoncees.items():
            if self._calculs[nom].digest() != attendue:
                raise EmpreinteDifferente(
                    f"L’empreinte {nom} du fichier reçu n’est pas celle annoncée : il s’est abîmé, renvoyez-le."
                )
        return str(self._calculs["sha-256"].hexdigest())
