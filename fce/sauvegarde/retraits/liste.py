"""The list off the machine: numbered parts, each encrypted and naming the one before, and a sealed pointer to the last.

A part that is missing, changed or added breaks the chain, which a restore reads before it believes the list.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, field
from typing import Any, Final

from django.conf import settings

from fce.recherche.engines.tantivy import Rangement, rangement
from fce.sauvegarde import chiffrement
from fce.sauvegarde.erreurs import RestaurationRefusee
from fce.sauvegarde.manifeste import sceau, scelle

POINTEUR: Final = "retraits/a-jour.json"


@dataclass(frozen=True, slots=True)
class Pointeur:
    """``quand``: instant up to which the list says everything; ``partie``: number of the last part, 0 for none;
    ``empreinte``: its SHA-256; ``sequences``: last number of each, so that a restore never gives one twice; ``sirene``:
    version in place of each data set when it was last compared."""

    quand: str = ""
    partie: int = 0
    empreinte: str = ""
    sequences: dict[str, int] = field(default_factory=dict)
    sirene: dict[str, int] = field(default_factory=dict)


def ou() -> Rangement | None:
    """The storage of ``FCE_RETRAITS``; None when the operator set none."""
    return rangement(settings.FCE_RETRAITS) if settings.FCE_RETRAITS else None


def lire_le_pointeur(place: Rangement) -> Pointeur:
    """Raises RestaurationRefusee when another service wrote it, or it was changed; SourceIndisponible."""
    contenu = place.lire(POINTEUR)
    if contenu is None:
        return Pointeur()
    try:
        lu = json.loads(contenu)
        recu = lu.pop("sceau")
    except (ValueError, KeyError, AttributeError):
        lu, recu = {}, ""
    if not scelle(lu, recu):
        raise RestaurationRefusee(
            f"La liste des retraits de {place} n’est pas scellée par ce service : vérifiez FCE_RETRAITS et "
            "FCE_SECRET_KEY."
        )
    return Pointeur(**lu)


def ecrire_le_pointeur(place: Rangement, pointeur: Pointeur) -> None:
    contenu = asdict(pointeur)
    place.ecrire(POINTEUR, json.dumps({**contenu, "sceau": sceau(contenu)}).encode())


def ajouter(place: Rangement, avant: Pointeur, lignes: list[dict[str, Any]]) -> tuple[int, str]:
    """Write the next part; return its number and SHA-256. Raises SauvegardeRefusee, SourceIndisponible."""
    contenu = chiffrement.chiffrer(json.dumps({"avant": avant.empreinte, "lignes": lignes}).encode())
    numero = avant.partie + 1
    place.ecrire(_nom(numero), contenu)
    return numero, hashlib.sha256(contenu).hexdigest()


def relire(place: Rangement, pointeur: Pointeur, apres: int, cle: Any) -> list[dict[str, Any]]:
    """Lines of the parts numbered above ``apres``, oldest first. Raises RestaurationRefusee when the list is not
    whole."""
    attendue, parties = pointeur.empreinte, []
    for numero in range(pointeur.partie, apres, -1):
        contenu = place.lire(_nom(numero))
        if contenu is None or hashlib.sha256(contenu).hexdigest() != attendue:
            raise RestaurationRefusee(
                f"La liste des retraits n’est pas entière : sa partie {numero} manque ou a été changée."
            )
        lue = json.loads(chiffrement.dechiffrer(contenu, cle))
        attendue = lue["avant"]
        parties.append(lue["lignes"])
    return [ligne for partie in reversed(parties) for ligne in partie]


def _nom(numero: int) -> str:
    return f"retraits/{numero:010d}.age"
