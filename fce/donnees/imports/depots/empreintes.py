"""Digest fields of HTTP (RFC 9530): checksums announced by the sender. No I/O."""

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
    """Announced digests by algorithm, from ``Content-Digest`` and ``Repr-Digest`` (equivalent here: no content coding).

    Unknown algorithms are ignored, but one must be known, so that the check the sender asked for takes place. Raises
    ParametreInvalide for an unreadable field, EmpreinteDifferente when two fields disagree.
    """
    trouvees: dict[str, bytes] = {}
    for nom, valeur in champs.items():
        if valeur is None:
            continue
        for algorithme, somme in _sommes_du_champ(nom, valeur).items():
            if trouvees.setdefault(algorithme, somme) != somme:
                raise EmpreinteDifferente("Content-Digest et Repr-Digest annoncent des empreintes différentes.")
    return trouvees


def _sommes_du_champ(nom: str, valeur: str) -> dict[str, bytes]:
    membres = [_MEMBRE.fullmatch(membre) for membre in valeur[:2000].split(",")]
    sommes = {}
    for membre in membres:
        if membre is None:
            raise _illisible(nom)
        if membre[1] in ALGORITHMES:
            try:
                sommes[membre[1]] = base64.b64decode(membre[2], validate=True)
            except binascii.Error:
                raise _illisible(nom) from None
    if not sommes:
        raise _illisible(nom)
    return sommes


def _illisible(nom: str) -> ParametreInvalide:
    return ParametreInvalide(f"En-tête {nom} illisible : il s’écrit « sha-256=:empreinte en base 64: » (RFC 9530).")


class Sommes:
    def __init__(self, annoncees: dict[str, bytes]) -> None:
        self._annoncees = annoncees
        self._calculs: dict[str, Any] = {nom: ALGORITHMES[nom]() for nom in {"sha-256", *annoncees}}

    def ajouter(self, bloc: bytes) -> None:
        for calcul in self._calculs.values():
            calcul.update(bloc)

    def verifier(self) -> str:
        """SHA-256 in hexadecimal. Raises EmpreinteDifferente when a digest differs from the announced one."""
        for nom, attendue in self._annoncees.items():
            if self._calculs[nom].digest() != attendue:
                raise EmpreinteDifferente(
                    f"L’empreinte {nom} du fichier reçu n’est pas celle annoncée : il s’est abîmé, renvoyez-le."
                )
        return str(self._calculs["sha-256"].hexdigest())
