"""The manifest of a backup: what it holds, sealed with the key of the service.

Anybody can encrypt to a public key, so encryption alone would not tell our backup from one that somebody else left in
the folder.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final

from fce.sauvegarde.chiffrement import FichierChiffre
from fce.sauvegarde.erreurs import RestaurationRefusee
from fce.socle.web import cles

NOM: Final = "manifeste.json"
FORMAT: Final = 1
_USAGE: Final = b"fce.sauvegarde"


@dataclass(frozen=True, slots=True)
class Sauvegarde:
    """``retraits``: number of the last withdrawal that the database holds. ``index``: the index to rebuild."""

    prise_le: str
    version: str
    postgresql: str
    base: str
    duree_s: float
    retraits: int
    fichiers: dict[str, FichierChiffre]
    pieces: int = 0
    depots: int = 0
    index: dict[str, Any] = field(default_factory=dict)
    format: int = FORMAT

    @property
    def octets(self) -> int:
        return sum(f.octets for f in self.fichiers.values())


def ecrire(manifeste: Sauvegarde, dossier: Path) -> None:
    contenu = asdict(manifeste)
    texte = json.dumps({**contenu, "sceau": sceau(contenu)}, ensure_ascii=False, indent=1, sort_keys=True)
    (dossier / NOM).write_text(f"{texte}\n", "utf-8")


def lire(dossier: Path) -> Sauvegarde:
    """Raises RestaurationRefusee when it is missing, damaged, of another format, or sealed by another service."""
    try:
        contenu = json.loads((dossier / NOM).read_text("utf-8"))
        recu = contenu.pop("sceau")
    except (OSError, ValueError, KeyError, AttributeError) as erreur:
        raise RestaurationRefusee(
            f"{dossier} n’est pas une sauvegarde entière : {NOM} n’y est pas, ou est abîmé."
        ) from erreur
    if not scelle(contenu, recu):
        raise RestaurationRefusee(
            f"{dossier.name} n’est pas scellée par ce service, ou a été changée : vérifiez que FCE_SECRET_KEY est "
            "celle du service sauvegardé, ou mettez celle-ci dans FCE_SECRET_KEY_ANCIENNES."
        )
    if contenu["format"] != FORMAT:
        raise RestaurationRefusee(
            f"{dossier.name} est d’un autre format ({contenu['format']}) : prenez la même version de FCE."
        )
    return Sauvegarde(**{**contenu, "fichiers": {n: FichierChiffre(**f) for n, f in contenu["fichiers"].items()}})


def verifier_les_fichiers(manifeste: Sauvegarde, dossier: Path) -> None:
    """Raises RestaurationRefusee when a file is missing, truncated or changed."""
    for nom, attendu in manifeste.fichiers.items():
        chemin = dossier / nom
        if not chemin.is_file():
            raise RestaurationRefusee(f"{nom} manque dans {dossier.name} : prenez une autre sauvegarde.")
        if (octets := chemin.stat().st_size) != attendu.octets:
            raise RestaurationRefusee(
                f"{nom} est tronqué : {octets} octets au lieu de {attendu.octets}. Prenez une autre sauvegarde."
            )
        with chemin.open("rb") as flux:
            if hashlib.file_digest(flux, "sha256").hexdigest() != attendu.sha256:
                raise RestaurationRefusee(f"{nom} est abîmé : ses octets ont changé. Prenez une autre sauvegarde.")


def sceau(contenu: dict[str, Any]) -> str:
    """Seal of a JSON object, with the current key."""
    return _sceau(contenu, cles.toutes()[0])


def scelle(contenu: dict[str, Any], recu: object) -> bool:
    """Whether one of our keys made this seal of this object."""
    return isinstance(recu, str) and any(hmac.compare_digest(_sceau(contenu, cle), recu) for cle in cles.toutes())


def _sceau(contenu: dict[str, Any], cle: str) -> str:
    texte = json.dumps(contenu, ensure_ascii=False, sort_keys=True)
    return hmac.digest(hmac.digest(cle.encode(), _USAGE, "sha256"), texte.encode(), "sha256").hex()
