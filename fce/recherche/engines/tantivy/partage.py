"""Publishes a version of the index for other nodes, and takes it. Files are named by their SHA-256, so that only new
ones are copied.

::

index.json                which copy is the latest, and the previous one; its seal inventaires/<sha256>      the files
of a copy: path, bytes, sha256; named by its own fichiers/<sha256>         content of a file, stored once for all
versions

The pointer ``index.json`` is written last: a reader sees a complete copy or the previous one. A node checks every file
before putting it in place, and an interrupted transfer resumes. The seal is an HMAC with the key that the nodes of a
service share (``FCE_SECRET_KEY``): with fingerprints alone, anybody who can write to the bucket could publish another
index, whose lines would be displayed.
"""

import hashlib
import hmac
import json
import os
import re
import shutil
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from django.conf import settings

from fce.recherche.engines.tantivy import dossier
from fce.recherche.engines.tantivy.rangements import Rangement, absent, alteree
from fce.socle.erreurs import CopieRefusee, IndexIndisponible
from fce.socle.texte.formats import nombre
from fce.socle.web import cles

POINTEUR, INVENTAIRES, FICHIERS = "index.json", "inventaires", "fichiers"
RECEPTION = "reception"
"""Folder of the files received so far: outside ``versions``, which a build cleans."""
_CHEMIN = re.compile(r"[\w-][\w.-]*(/[\w.-]*[\w-][\w.-]*)?", re.ASCII)
_SHA256 = re.compile(r"[0-9a-f]{64}")

Progression = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Fichier:
    """A file of a version: path in the version, size in bytes, SHA-256."""

    chemin: str
    octets: int
    sha256: str

    @property
    def cle(self) -> str:
        """Key of its content."""
        return f"{FICHIERS}/{self.sha256}"


@dataclass(frozen=True, slots=True)
class BilanDePartage:
    """Result of a publication or of a taking: bytes of the whole version, and bytes copied."""

    version: str
    octets: int
    copies: int
    deja: bool = False


def publier(racine: Path, ou: Rangement, avancer: Progression, *, tout: bool = False) -> BilanDePartage:
    """Publish the version in place. With ``tout``, send again the files that seem to be there already.

    Raises ``IndexIndisponible`` (no index, or replaced meanwhile), ``SourceIndisponible`` (the storage).
    """
    version = dossier.version_en_place(racine)
    if version is None:
        raise IndexIndisponible("Il n’y a pas d’index à publier : lancez « fce index ».")
    place = racine / "versions" / version
    try:
        fichiers = _inventorier(place, avancer)
        presents = {} if tout else dict(ou.parcourir(FICHIERS))
        a_envoyer = {f.cle: f for f in fichiers if presents.get(f.cle) != f.octets}
        faits, total = 0, sum(f.octets for f in a_envoyer.values())
        for fichier in a_envoyer.values():
            ou.deposer(place / fichier.chemin, fichier.cle)
            faits += fichier.octets
            avancer("envoi", faits, total)
    except FileNotFoundError as erreur:
        raise IndexIndisponible("L’index en service a changé pendant la publication : relancez-la.") from erreur
    inventaire = json.dumps(
        {"format": dossier.FORMAT, "version": version, "fichiers": [asdict(f) for f in fichiers]}, indent=0
    ).encode()
    sien = hashlib.sha256(inventaire).hexdigest()
    ou.ecrire(f"{INVENTAIRES}/{sien}", inventaire)
    avant: dict[str, Any] = {}
    with suppress(CopieRefusee):  # damaged: about to be replaced
        avant = _pointeur(ou)
    precedent = avant.get("precedent") if avant.get("inventaire") == sien else avant.get("inventaire")
    pointeur = {"version": version, "inventaire": sien, "precedent": precedent, "sceau": sceau_de(sien)}
    ou.ecrire(POINTEUR, json.dumps(pointeur).encode())
    _effacer_les_anciennes(ou, {f.cle for f in fichiers}, {sien, str(precedent)})
    return BilanDePartage(version, sum(f.octets for f in fichiers), total)


def prendre(racine: Path, ou: Rangement, avancer: Progression, essayer: Callable[[str], object]) -> BilanDePartage:
    """Take the latest copy and switch to it once ``essayer`` has opened it. Does nothing when it is already in place.

    Raises ``CopieRefusee`` (truncated, altered, wrong seal, other format), ``SourceIndisponible`` (the storage),
    ``DejaEnCours`` (a build or another taking runs here). On any error the index in place has not changed, and complete
    files are kept for the next attempt.
    """
    pointeur = _pointeur(ou)
    if not pointeur:
        raise CopieRefusee(f"Aucun index n’est publié dans {ou} : lancez « fce index push » là où il est bâti.")
    sien = str(pointeur["inventaire"])
    if not _scelle(sien, str(pointeur.get("sceau", ""))):
        raise CopieRefusee(
            f"La copie de l’index laissée dans {ou} n’est pas scellée par ce service : vérifiez que les deux nœuds "
            "ont la même FCE_SECRET_KEY et qui peut écrire là, puis publiez de nouveau. L’index en service ici n’a pas "
            "changé."
        )
    version, fichiers = _lire_inventaire(ou, sien)
    total = sum(f.octets for f in fichiers)
    if _origine(racine) == sien:
        return BilanDePartage(version, total, 0, deja=True)
    with dossier.version_neuve(racine) as nouvelle:
        reception = racine / RECEPTION
        reception.mkdir(exist_ok=True)
        copies = _recevoir(racine, reception, ou, fichiers, avancer)
        _installer(racine, reception, nouvelle, fichiers, sien)
        try:
            essayer(nouvelle)
        except IndexIndisponible as erreur:
            shutil.rmtree(reception)
            raise CopieRefusee("La copie de l’index est entière mais ne s’ouvre pas ici : rien n’a changé.") from erreur
        dossier.ecrire(dossier.pointeur(racine), nouvelle)
        shutil.rmtree(reception)
    return BilanDePartage(version, total, copies)


def sceau_de(inventaire: str) -> str:
    """Seal of a copy: HMAC of the SHA-256 of its inventory, which lists the SHA-256 of all its files."""
    return _sceau(inventaire, settings.SECRET_KEY)


def _scelle(inventaire: str, recu: str) -> bool:
    """Whether one of our keys made this seal: two nodes change keys one after the other."""
    return any(hmac.compare_digest(_sceau(inventaire, cle), recu) for cle in cles.toutes())


def _sceau(inventaire: str, secret: str) -> str:
    cle = hashlib.sha256(b"fce.index " + secret.encode()).digest()
    return hmac.new(cle, inventaire.encode(), hashlib.sha256).hexdigest()


def _inventorier(place: Path, avancer: Progression) -> list[Fichier]:
    chemins = sorted(p for p in place.rglob("*") if p.is_file() and p.suffix != ".lock")
    total, faits = sum(p.stat().st_size for p in chemins), 0
    fichiers = []
    for chemin in chemins:
        taille = chemin.stat().st_size
        fichiers.append(Fichier(chemin.relative_to(place).as_posix(), taille, _sha256(chemin)))
        faits += taille
        avancer("empreintes", faits, total)
    return fichiers


def _sha256(chemin: Path) -> str:
    with chemin.open("rb") as flux:
        return hashlib.file_digest(flux, "sha256").hexdigest()


def _pointeur(ou: Rangement) -> dict[str, Any]:
    contenu = ou.contenu(POINTEUR)
    if contenu is None:
        return {}
    with suppress(ValueError):
        pointeur = json.loads(contenu)
        if isinstance(pointeur, dict) and _SHA256.fullmatch(str(pointeur.get("inventaire"))):
            return pointeur
    raise alteree(POINTEUR)


def _lire_inventaire(ou: Rangement, sien: str) -> tuple[str, list[Fichier]]:
    """Name and files of the version; raises ``CopieRefusee``."""
    cle = f"{INVENTAIRES}/{sien}"
    contenu = ou.contenu(cle)
    if contenu is None:
        raise absent(cle)
    if hashlib.sha256(contenu).hexdigest() != sien:
        raise alteree(cle)
    try:
        return _inventaire(json.loads(contenu), cle)
    except (ValueError, KeyError, TypeError) as erreur:  # not an inventory
        raise alteree(cle) from erreur


def _inventaire(dit: dict[str, Any], cle: str) -> tuple[str, list[Fichier]]:
    if dit["format"] != dossier.FORMAT:
        raise CopieRefusee(
            f"La copie de l’index est au format {dit['format']}, cette version de FCE lit le format {dossier.FORMAT} : "
            "mettez les deux nœuds à la même version, puis publiez de nouveau."
        )
    fichiers = [Fichier(**f) for f in dit["fichiers"]]
    # Paths are untrusted: none may lead out of the version's folder.
    if not all(_CHEMIN.fullmatch(f.chemin) and _SHA256.fullmatch(f.sha256) for f in fichiers):
        raise alteree(cle)
    return str(dit["version"]), fichiers


def _recevoir(racine: Path, reception: Path, ou: Rangement, fichiers: list[Fichier], avancer: Progression) -> int:
    """Put every file in ``reception``, named by its SHA-256; return the number of bytes copied."""
    voulus = {f.sha256: f for f in fichiers}
    for reste in reception.iterdir():
        if reste.name not in voulus or _differe(reste, voulus[reste.name]):
            reste.unlink()
    ici = dossier.version_en_place(racine)
    manquants = []
    for sha256, fichier in voulus.items():
        cible = reception / sha256
        if not cible.exists() and not (ici and _lier(racine / "versions" / ici / fichier.chemin, cible, fichier)):
            manquants.append(fichier)
    total, faits = sum(f.octets for f in manquants), 0
    libres = shutil.disk_usage(reception).free
    if libres < total:
        raise CopieRefusee(
            f"Il faut {_mo(total)} de libre pour prendre l’index et le disque n’en a que {_mo(libres)} : "
            "libérez de la place, puis relancez."
        )
    for fichier in manquants:
        partiel = reception / f"{fichier.sha256}.partiel"
        ou.prendre(fichier.cle, partiel, fichier.octets)
        if _differe(partiel, fichier):
            partiel.unlink()
            raise alteree(fichier.cle)
        with partiel.open("rb") as recu:
            os.fsync(recu.fileno())
        partiel.rename(reception / fichier.sha256)
        faits += fichier.octets
        avancer("réception", faits, total)
    return total


def _mo(octets: int) -> str:
    return f"{nombre(round(octets / 1e6))} Mo"


def _differe(chemin: Path, fichier: Fichier) -> bool:
    return chemin.stat().st_size != fichier.octets or _sha256(chemin) != fichier.sha256


def _lier(chemin: Path, cible: Path, fichier: Fichier) -> bool:
    """Hard-link the file from the version in place when it is the same: most segments do not change from day to day."""
    try:
        if _differe(chemin, fichier):
            return False
        os.link(chemin, cible)
    except OSError:
        return False
    return True


def _installer(racine: Path, reception: Path, version: str, fichiers: list[Fichier], sien: str) -> None:
    """Lay the files out as a version of this node, with its own manifest."""
    place = racine / "versions" / version
    for fichier in fichiers:
        cible = place / fichier.chemin
        cible.parent.mkdir(exist_ok=True)
        # tantivy replaces its small files, and two of them may be identical: copy rather than link.
        if cible.suffix == ".json":
            shutil.copyfile(reception / fichier.sha256, cible)
        else:
            os.link(reception / fichier.sha256, cible)
    try:
        manifeste = dict(dossier.lire_manifeste(racine, version))
    except (OSError, ValueError) as erreur:
        raise alteree(dossier.MANIFESTE) from erreur
    manifeste |= {"version": version, "precedente": dossier.version_en_place(racine), "origine": sien}
    dossier.ecrire(place / dossier.MANIFESTE, json.dumps(manifeste, ensure_ascii=False, indent=1))


def _origine(racine: Path) -> str | None:
    """SHA-256 of the inventory that the version in place was taken from; ``None`` when it was built here or is
    unreadable."""
    with suppress(OSError, ValueError):
        version = dossier.version_en_place(racine)
        return str(dossier.lire_manifeste(racine, version).get("origine")) if version else None
    return None


def _effacer_les_anciennes(ou: Rangement, fichiers: set[str], inventaires: set[str]) -> None:
    """Keep the copy just published and the previous one, which a node may be taking."""
    gardes = set(fichiers)
    for cle, _ in list(ou.parcourir(INVENTAIRES)):
        if cle.rpartition("/")[2] in inventaires:
            gardes |= _cles(ou.contenu(cle) or b"")
        else:
            ou.effacer(cle)
    for cle, _ in list(ou.parcourir(FICHIERS)):
        if cle not in gardes:
            ou.effacer(cle)


def _cles(inventaire: bytes) -> set[str]:
    """Fingerprints listed by an inventory; none when it is damaged, since nobody can take that copy."""
    with suppress(ValueError, KeyError, TypeError):
        return {f"{FICHIERS}/{f['sha256']}" for f in json.loads(inventaire)["fichiers"]}
    return set()
